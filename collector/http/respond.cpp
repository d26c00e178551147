// The second half of class Connection: from a request to its answer on the wire.
#include "collector/http/connection.hpp"
#include "collector/http/security_headers.hpp"
#include "collector/http/shard.hpp"
#include "common/base/utf8.hpp"
#include "common/log/log.hpp"

#include <array>
#include <charconv>
#include <exception>

namespace mimamori::collector::http {
namespace {

using Clock = std::chrono::steady_clock;
using mimamori::http::append_field;
using mimamori::http::append_fields;
using mimamori::http::append_status_line;
using mimamori::http::Stage;
using Step = tls::Connection::Step;

/// Bodies up to this go into one TLS record with their header.
constexpr std::size_t joined_body_max_bytes{15U * 1024};

constexpr std::size_t header_guess_bytes{256};

bool has_no_body(Status status)
{
    return status == Status::no_content || status == Status::not_modified;
}

std::string_view body_of(const Response& response)
{
    return response.static_body.empty() ? std::string_view{response.body} : response.static_body;
}

} // namespace

bool Charge::add(std::size_t bytes)
{
    if (!shard_.take_room(bytes))
        return false;
    bytes_ += bytes;
    return true;
}

Charge::~Charge()
{
    shard_.give_room(bytes_);
}

awaitable<bool> Connection::respond(Incoming& incoming, Charge& charge)
{
    const bool complete = incoming.stage() == Stage::complete;
    const std::string name = incoming.refusal() ? incoming.name() : std::string{};
    Manner manner;
    manner.keep = complete && incoming.keep_alive();
    manner.knows_chunks = incoming.knows_chunks();
    manner.is_head = incoming.method() == Method::head;
    lingers_ = lingers_ || !complete;

    Response response;
    if (incoming.refusal())
    {
        response = std::move(*incoming.refusal());
        log_refusal(name, response);
    }
    else
    {
        ++shard_.counters.requests;
        response = co_await handle(incoming, charge);
    }
    manner.keep = manner.keep && !response.close && !closes_ && !ending_;
    if (ending_)
        co_return false;
    const bool sent = co_await send(std::move(response), manner);
    co_return sent&& manner.keep && !closes_;
}

awaitable<Response> Connection::handle(Incoming& incoming, Charge& charge)
{
    const Request request = incoming.take(peer_);
    const std::size_t unpacked = request.body.size();
    const std::size_t packed = request.body_size_on_wire_bytes;
    if (!incoming.refusal() && unpacked > packed && !charge.add(unpacked - packed))
        incoming.refusal() = problem(Status::unavailable, "unavailable", "too many bodies in hand");

    Response response;
    if (incoming.refusal())
        response = std::move(*incoming.refusal());
    else
        response = co_await call_handler(request, incoming.route());
    if (!response.log_reason.empty())
    {
        const auto method = mimamori::http::to_text(request.method);
        log_refusal(std::string{method} + " " + for_log(request.path), response);
    }
    co_return response;
}

awaitable<Response> Connection::call_handler(const Request& request, const Route& route)
{
    std::string failure;
    try
    {
        co_return co_await route.handler(request);
    }
    catch (const std::exception& thrown)
    {
        failure = thrown.what();
    }
    co_return problem(Status::internal_error, "internal_error", ending_ ? std::string{} : failure);
}

void Connection::log_refusal(const std::string& name, const Response& response)
{
    const std::string what = "refused " + name + ": " + std::to_string(to_number(response.status))
                             + " " + response.log_reason;
    shard_.log_refusal(peer_, sender, what);
}

std::string Connection::head_of(const Response& response, const Manner& manner)
{
    const bool is_web = shard_.options().kind == PortKind::web;
    std::string head;
    head.reserve(header_guess_bytes + (is_web ? security_headers().size() : 0));
    append_status_line(head, response.status);
    if (!response.content_type.empty())
        append_field(head, "Content-Type", response.content_type);
    if (response.stream && manner.knows_chunks)
        append_field(head, "Transfer-Encoding", "chunked");
    else if (!response.stream && !has_no_body(response.status))
        append_field(head, "Content-Length", body_of(response).size());
    if (!manner.keep)
        append_field(head, "Connection", "close");
    else if (!manner.knows_chunks)
        append_field(head, "Connection", "keep-alive");
    if (is_web)
    {
        append_field(head, "Date", shard_.date());
        head += security_headers();
        if (!response.headers.has("Cache-Control"))
            append_field(
                head, "Cache-Control",
                response.headers.has("ETag") ? "private, no-cache" : "no-store");
    }
    append_fields(head, response.headers);
    head += "\r\n";
    return head;
}

awaitable<bool> Connection::send(Response response, Manner manner)
{
    // A stream without chunks ends with the connection.
    manner.keep = manner.keep && (!response.stream || manner.knows_chunks);
    closes_ = closes_ || !manner.keep;
    std::string out = head_of(response, manner);
    std::string_view rest;
    if (!manner.is_head && !has_no_body(response.status) && !response.stream)
        rest = body_of(response);
    if (rest.size() <= joined_body_max_bytes)
        out += std::exchange(rest, std::string_view{});
    const bool sent = co_await write(out);
    if (!sent)
        co_return false;
    if (response.stream && !manner.is_head)
        co_return co_await send_stream(*response.stream, manner);
    if (rest.empty())
        co_return true;
    co_return co_await write(rest);
}

awaitable<bool> Connection::send_stream(BodySource& source, Manner manner)
{
    streams_ = true;
    for (;;)
    {
        auto piece = co_await source.next();
        if (ending_ || !piece)
            break;
        if (piece->empty())
            continue; // An empty chunk would be the last.
        std::string framed;
        if (manner.knows_chunks)
        {
            std::array<char, 24> size{};
            const auto end = std::to_chars(size.begin(), size.end(), piece->size(), 16).ptr;
            framed.append(size.data(), end).append("\r\n");
        }
        framed += *piece;
        framed += manner.knows_chunks ? "\r\n" : "";
        const bool sent = co_await write(framed);
        if (!sent)
            co_return false;
    }
    streams_ = false;
    if (ending_ || !manner.knows_chunks)
        co_return false;
    co_return co_await write("0\r\n\r\n");
}

awaitable<bool> Connection::write(std::string_view bytes)
{
    std::size_t count = 0;
    const Step step = tls_->try_write(bytes, count);
    if (step == Step::done && count == bytes.size())
        co_return true;
    const auto sent =
        co_await tls_->write_all(bytes.substr(count), Clock::now() + shard_.options().limits.send);
    if (sent)
        co_return true;
    if (!ending_)
        shard_.log_refusal(peer_, sender, "took no answer: " + sent.error().message);
    co_return false;
}

} // namespace mimamori::collector::http
