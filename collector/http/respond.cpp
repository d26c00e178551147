// The second half of class Connection: from a request to its answer on the wire.
#include "collector/http/connection.hpp"
#include "collector/http/security_headers.hpp"
#include "collector/http/shard.hpp"
#include "common/base/utf8.hpp"
#include "common/log/log.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace mimamori::collector::http {
namespace {

using Clock = std::chrono::steady_clock;
using mimamori::http::append_field;
using mimamori::http::append_fields;
using mimamori::http::append_status_line;
using Step = tls::Connection::Step;

/// Bodies up to this go into one TLS record with their header.
constexpr std::size_t joined_body_max_bytes{15U * 1024};

constexpr std::size_t header_guess_bytes{240};

bool has_no_body(Status status)
{
    return status == Status::no_content || status == Status::not_modified;
}

void append_web_fields(std::string& out, std::string_view date, const Headers& given)
{
    append_field(out, "Date", date);
    out += security_headers();
    if (!given.has("Cache-Control"))
        append_field(out, "Cache-Control", given.has("ETag") ? "private, no-cache" : "no-store");
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

/// The route whose handler is to be called. None when there is a refusal, which is then in
/// `exchange.response`.
const Route* Connection::begin_answer(Exchange& exchange)
{
    Incoming& incoming = exchange.incoming;
    exchange.keep = incoming.is_delimited() && incoming.keep_alive();
    lingers_ = lingers_ || !incoming.is_delimited();
    if (!incoming.refusal())
    {
        ++shard_.counters.requests;
        exchange.request = incoming.take(peer_);
        const std::size_t unpacked = exchange.request.body.size();
        const std::size_t packed = exchange.request.body_size_on_wire_bytes;
        if (!incoming.refusal() && unpacked > packed && !exchange.charge.add(unpacked - packed))
            incoming.refusal() = too_busy();
    }
    if (!incoming.refusal())
        return &incoming.route();
    exchange.response = std::move(*incoming.refusal());
    return nullptr;
}

/// Logs why it is a refusal. Under which number it stands in the log, for who asks about it; empty
/// when it does not, and for agents, who ask nobody.
std::string Connection::log_refusal(const Exchange& exchange)
{
    const Response& response = exchange.response;
    std::string name = exchange.incoming.name();
    if (!exchange.request.path.empty())
    {
        const auto method = mimamori::http::to_text(exchange.request.method);
        name = std::string{method} + " " + for_log(exchange.request.path);
    }
    std::string line = "refused " + name + ": " + std::to_string(to_number(response.status)) + " "
                       + response.log_reason;
    std::string number;
    if (shard_.options().kind == PortKind::web)
    {
        number = shard_.next_number();
        line += " (number " + number + ")";
    }
    if (response.status == Status::internal_error)
        shard_.log_failure(peer_, line);
    else if (!shard_.log_answer(peer_, sender, line))
        number.clear();
    return number;
}

/// The first bytes to write: the header, and the body if it is small. What is left of the body is
/// in `rest`.
std::string Connection::compose(Exchange& exchange, std::string_view& rest)
{
    Response& response = exchange.response;
    std::string number;
    if (!response.log_reason.empty() && !ending_)
        number = log_refusal(exchange);
    const bool is_web = shard_.options().kind == PortKind::web;
    const bool knows_chunks = exchange.incoming.knows_chunks();
    const bool is_head = exchange.incoming.method() == Method::head;
    const std::string_view body =
        response.static_body.empty() ? std::string_view{response.body} : response.static_body;
    if (is_head)
        response.stream.reset();
    // A stream without chunks ends with the connection.
    const bool endless = response.stream && !knows_chunks;
    exchange.keep = exchange.keep && !response.close && !closes_ && !endless;

    std::string out;
    out.reserve(header_guess_bytes + std::min(body.size(), joined_body_max_bytes));
    append_status_line(out, response.status);
    if (!response.content_type.empty())
        append_field(out, "Content-Type", response.content_type);
    if (response.stream && knows_chunks)
        append_field(out, "Transfer-Encoding", "chunked");
    else if (!response.stream && !has_no_body(response.status))
        append_field(out, "Content-Length", body.size());
    if (!exchange.keep)
        append_field(out, "Connection", "close");
    else if (!knows_chunks)
        append_field(out, "Connection", "keep-alive");
    if (is_web)
        append_web_fields(out, shard_.date(), response.headers);
    if (!number.empty())
        append_field(out, "X-Request-Id", number);
    append_fields(out, response.headers);
    out += "\r\n";
    if (is_head || has_no_body(response.status) || response.stream)
        return out;
    if (body.size() > joined_body_max_bytes)
        rest = body;
    else
        out += body;
    return out;
}

/// Whether the peer has closed, or goes on sending what nobody will read before the stream ends.
bool Connection::has_left()
{
    std::array<char, 1> room{};
    std::size_t count = 0;
    const Step step = tls_->try_read(room, count);
    return step != Step::wants_read && step != Step::wants_write;
}

awaitable<bool> Connection::send_stream(BodySource& source, bool in_chunks)
{
    streams_ = true;
    for (;;)
    {
        auto piece = co_await source.next();
        if (ending_ || !piece)
            break;
        if (piece->empty())
        {
            // An empty chunk would be the last.
            if (has_left())
                co_return false;
            continue;
        }
        std::string framed;
        if (in_chunks)
        {
            std::array<char, 24> size{};
            char* const end = std::to_chars(size.begin(), size.end(), piece->size(), 16).ptr;
            framed.append(size.data(), end).append("\r\n");
        }
        framed += *piece;
        framed += in_chunks ? "\r\n" : "";
        const bool sent = co_await write(framed);
        if (!sent)
            co_return false;
    }
    streams_ = false;
    if (ending_ || !in_chunks)
        co_return false;
    co_return co_await write("0\r\n\r\n");
}

/// Writes what can be written without waiting and takes it off `bytes`. True when that was all.
bool Connection::write_now(std::string_view& bytes)
{
    std::size_t count = 0;
    const Step step = tls_->try_write(bytes, count);
    bytes.remove_prefix(count);
    return step == Step::done && bytes.empty();
}

awaitable<bool> Connection::write(std::string_view bytes)
{
    const auto sent = co_await tls_->write_all(bytes, Clock::now() + shard_.options().limits.send);
    if (sent)
        co_return true;
    if (!ending_)
        shard_.log_refusal(peer_, sender, "took no answer: " + sent.error().message);
    co_return false;
}

} // namespace mimamori::collector::http
