#include "common/http/parser.hpp"

#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>
#include <boost/beast/http/verb.hpp>

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>

namespace mimamori::http {
namespace {

namespace beast_http = boost::beast::http;

/// A body's memory is taken as it comes: who only announces much holds nothing.
constexpr std::size_t body_reserve_max{64U * 1024};

/// "0\r\n\r\n": no head of a chunk is shorter together with what must follow it. Beast 1.81 asserts
/// when it is shown the last one again with less ("0\r\n", then "\r"), so it is shown no less.
constexpr std::size_t chunk_head_size_min{5};

std::string_view view_of(boost::beast::string_view text)
{
    return {text.data(), text.size()};
}

Method method_of(beast_http::verb verb)
{
    switch (verb)
    {
    case beast_http::verb::get:
        return Method::get;
    case beast_http::verb::head:
        return Method::head;
    case beast_http::verb::post:
        return Method::post;
    case beast_http::verb::put:
        return Method::put;
    case beast_http::verb::patch:
        return Method::patch;
    case beast_http::verb::delete_:
        return Method::delete_;
    case beast_http::verb::options:
        return Method::options;
    default:
        return Method::other;
    }
}

int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

enum class Plus
{
    is_plus,
    is_space
};

std::optional<std::string> decode(std::string_view text, Plus plus)
{
    std::string plain;
    plain.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i)
    {
        char c = text[i] == '+' && plus == Plus::is_space ? ' ' : text[i];
        if (c == '%')
        {
            if (i + 2 >= text.size() || hex_value(text[i + 1]) < 0 || hex_value(text[i + 2]) < 0)
                return std::nullopt;
            c = static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
            i += 2;
        }
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f)
            return std::nullopt;
        plain += c;
    }
    return plain;
}

} // namespace

RequestParser::RequestParser(std::size_t header_size_max)
    : header_size_max_{header_size_max}
{
    basic_parser::header_limit(static_cast<std::uint32_t>(header_size_max));
    basic_parser::body_limit(boost::none);
    basic_parser::eager(false);
}

std::size_t RequestParser::put(std::string_view bytes)
{
    assert(stage_ != Stage::complete && !refusal_);
    std::size_t taken = 0;
    while (taken < bytes.size() && !basic_parser::is_done() && !refusal_)
    {
        const bool in_header = stage_ == Stage::header;
        const std::string_view rest = bytes.substr(taken);
        if (chunk_head_waits_ && rest.size() < chunk_head_size_min)
            break;
        error_code ec;
        const std::size_t step =
            basic_parser::put(boost::asio::const_buffer{rest.data(), rest.size()}, ec);
        taken += step;
        chunk_head_waits_ = !in_header && ec == beast_http::error::need_more;
        // Beast limits what is left of a header, not its whole.
        header_size_ += in_header ? step : 0;
        if (header_size_ > header_size_max_)
            ec = beast_http::make_error_code(beast_http::error::header_limit);
        if (ec == beast_http::error::need_more)
        {
            // A header, a chunk's head or trailers must fit the same room.
            if (bytes.size() - taken >= header_size_max_)
                refuse_for(beast_http::make_error_code(beast_http::error::header_limit));
            break;
        }
        if (ec)
            refuse_for(ec);
        if (in_header && stage_ != Stage::header)
            break;
    }
    return taken;
}

std::optional<std::uint64_t> RequestParser::body_size() const
{
    if (basic_parser::chunked())
        return std::nullopt;
    const auto announced = basic_parser::content_length();
    return announced ? *announced : 0;
}

bool RequestParser::expects_continue() const
{
    return version_ == 11 && equal_without_case(headers_["Expect"], "100-continue");
}

void RequestParser::accept_body(std::size_t size_max)
{
    assert(stage_ != Stage::header);
    body_size_max_ = size_max;
    const auto announced = body_size();
    if (announced && *announced > size_max)
    {
        error_code ec;
        refuse(
            Status::content_too_large,
            "a body of " + std::to_string(*announced) + " bytes where " + std::to_string(size_max)
                + " are allowed",
            ec);
    }
    if (announced && *announced > 0 && !refusal_)
        body_.reserve(
            static_cast<std::size_t>(std::min<std::uint64_t>(*announced, body_reserve_max)));
}

void RequestParser::on_request_impl(
    beast_http::verb method, string_view, string_view target, int version, error_code& ec)
{
    method_ = method_of(method);
    version_ = version;
    target_ = view_of(target);
    headers_.reserve(8, 192); // What our agents send.
    if (target_.size() > target_size_max)
        return refuse(Status::uri_too_long, "target too long", ec);
    if (target_.empty() || target_.front() != '/')
        return refuse(Status::bad_request, "target is not a path", ec);
}

void RequestParser::on_field_impl(
    beast_http::field, string_view name, string_view value, error_code& ec)
{
    // Trailers of a chunked body come here too, and nobody wants them.
    if (stage_ != Stage::header)
        return;
    if (headers_.size() >= fields_max)
        return refuse(Status::header_too_large, "too many header fields", ec);
    headers_.add(view_of(name), view_of(value));
}

void RequestParser::on_header_impl(error_code& ec)
{
    stage_ = Stage::body;
    if (headers_.count("Host") != 1 && version_ == 11)
        return refuse(Status::bad_request, "not exactly one Host", ec);
    if (headers_.count("Content-Length") > 1)
        return refuse(Status::bad_request, "several Content-Length", ec);
    const std::string_view coding = headers_["Transfer-Encoding"];
    if (headers_.has("Transfer-Encoding")
        && (version_ == 10 || !equal_without_case(coding, "chunked")))
        return refuse(Status::not_implemented, "unknown transfer coding", ec);
}

void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) {}

std::size_t RequestParser::on_body_impl(string_view piece, error_code& ec)
{
    if (piece.size() > body_size_max_ - body_.size())
    {
        refuse(
            Status::content_too_large,
            "a body of more than " + std::to_string(body_size_max_) + " bytes", ec);
        return 0;
    }
    body_.append(piece.data(), piece.size());
    return piece.size();
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, string_view piece, error_code& ec)
{
    return on_body_impl(piece, ec);
}

void RequestParser::on_finish_impl(error_code&)
{
    stage_ = Stage::complete;
}

void RequestParser::refuse(Status status, std::string reason, error_code& ec)
{
    refusal_ = Refusal{status, std::move(reason)};
    ec = beast_http::make_error_code(beast_http::error::bad_value);
}

void RequestParser::refuse_for(const error_code& ec)
{
    if (refusal_)
        return;
    if (ec == beast_http::error::header_limit)
        refusal_ = Refusal{Status::header_too_large, "header too large"};
    else if (ec == beast_http::error::bad_version)
        refusal_ = Refusal{Status::version_not_supported, "not HTTP/1.0 or HTTP/1.1"};
    else
        refusal_ = Refusal{Status::bad_request, ec.message()};
}

ResponseParser::ResponseParser(
    Method method, std::size_t header_size_max, std::size_t body_size_max)
    : header_size_max_{header_size_max}
    , body_size_max_{body_size_max}
{
    basic_parser::header_limit(static_cast<std::uint32_t>(header_size_max));
    basic_parser::body_limit(std::uint64_t{body_size_max});
    // One step a call, so that a header's bytes can be told from a body's.
    basic_parser::eager(false);
    if (method == Method::head)
        basic_parser::skip(true);
}

Result<std::size_t> ResponseParser::put(std::string_view bytes)
{
    std::size_t taken = 0;
    while (taken < bytes.size() && !is_done())
    {
        const std::string_view rest = bytes.substr(taken);
        if (chunk_head_waits_ && rest.size() < chunk_head_size_min)
            break;
        error_code ec;
        const bool in_header = in_header_;
        const std::size_t step =
            basic_parser::put(boost::asio::const_buffer{rest.data(), rest.size()}, ec);
        taken += step;
        chunk_head_waits_ = !in_header && ec == beast_http::error::need_more;
        header_size_ += in_header ? step : 0;
        if (header_size_ > header_size_max_)
            ec = beast_http::make_error_code(beast_http::error::header_limit);
        if (ec == beast_http::error::need_more)
        {
            if (bytes.size() - taken >= header_size_max_)
                return Error{Errc::too_large, "the answer's header is too large"};
            break;
        }
        if (ec == beast_http::error::body_limit)
            return Error{Errc::too_large, "the answer is too large"};
        if (ec == beast_http::error::header_limit)
            return Error{Errc::too_large, "the answer's header is too large"};
        if (ec)
            return Error{Errc::invalid_input, "not an HTTP answer: " + ec.message()};
    }
    return taken;
}

Result<void> ResponseParser::put_end()
{
    error_code ec;
    if (!basic_parser::got_some())
        return Error{Errc::io, "the connection ended without an answer"};
    basic_parser::put_eof(ec);
    if (ec)
        return Error{Errc::io, "the connection ended within the answer"};
    return Result<void>{};
}

void ResponseParser::on_response_impl(int code, string_view, int, error_code&)
{
    response_.status = static_cast<Status>(code);
}

void ResponseParser::on_field_impl(
    beast_http::field, string_view name, string_view value, error_code& ec)
{
    if (!in_header_)
        return;
    if (response_.headers.size() >= fields_max)
    {
        ec = beast_http::make_error_code(beast_http::error::header_limit);
        return;
    }
    response_.headers.add(view_of(name), view_of(value));
}

void ResponseParser::on_header_impl(error_code& ec)
{
    in_header_ = false;
    const std::string_view coding = response_.headers["Transfer-Encoding"];
    if (response_.headers.has("Transfer-Encoding") && !equal_without_case(coding, "chunked"))
        ec = beast_http::make_error_code(beast_http::error::bad_transfer_encoding);
}

std::size_t ResponseParser::on_body_impl(string_view piece, error_code& ec)
{
    if (piece.size() > body_size_max_ - response_.body.size())
    {
        ec = beast_http::make_error_code(beast_http::error::body_limit);
        return 0;
    }
    response_.body.append(piece.data(), piece.size());
    return piece.size();
}

std::size_t ResponseParser::on_chunk_body_impl(std::uint64_t, string_view piece, error_code& ec)
{
    return on_body_impl(piece, ec);
}

std::string serialize(const Request& request, std::string_view host)
{
    std::string out;
    out.reserve(256 + request.body.size());
    out += to_text(request.method);
    out += ' ';
    out += request.target;
    out += " HTTP/1.1\r\n";
    append_field(out, "Host", host);
    append_fields(out, request.headers);
    const bool bodiless = request.method == Method::get || request.method == Method::head;
    if (!request.body.empty() || !bodiless)
        append_field(out, "Content-Length", request.body.size());
    out += "\r\n";
    out += request.body;
    return out;
}

void append_status_line(std::string& out, Status status)
{
    out += "HTTP/1.1 ";
    out += std::to_string(to_number(status));
    out += ' ';
    out += reason_phrase(status);
    out += "\r\n";
}

void append_field(std::string& out, std::string_view name, std::string_view value)
{
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
}

void append_field(std::string& out, std::string_view name, std::size_t value)
{
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.begin(), digits.end(), value).ptr;
    append_field(
        out, name, std::string_view{digits.data(), static_cast<std::size_t>(end - digits.data())});
}

void append_fields(std::string& out, const Headers& headers)
{
    for (std::size_t i = 0; i < headers.size(); ++i)
    {
        const Headers::Field field = headers.at(i);
        append_field(out, field.name, field.value);
    }
}

std::optional<std::string> percent_decode(std::string_view text)
{
    return decode(text, Plus::is_plus);
}

std::optional<std::string> query_decode(std::string_view text)
{
    return decode(text, Plus::is_space);
}

} // namespace mimamori::http
