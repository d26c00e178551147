#pragma once

#include "common/base/result.hpp"
#include "common/http/message.hpp"

#include <boost/beast/http/basic_parser.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mimamori::http {

/// The most header fields a message may have.
inline constexpr std::size_t fields_max{100};

/// The longest target (path and query) a request may have.
inline constexpr std::size_t target_size_max{4096};

/// Why a request cannot be taken, as the status to answer with and a reason for the log.
struct Refusal
{
    Status status{Status::bad_request};
    std::string reason;
};

/// How far a message has come.
enum class Stage
{
    header,  ///< Its header is not complete.
    body,    ///< The header is; the body is not.
    complete ///< Nothing more belongs to it.
};

/// Reads one request from bytes as they come. No I/O. Beast's parser does the reading; what it lets
/// through and we do not want (several hosts, unknown transfer codings, ...) is refused here.
class RequestParser final : private boost::beast::http::basic_parser<true>
{
public:
    explicit RequestParser(std::size_t header_size_max);

    /// Takes what it can from the beginning of `bytes` and says how much that was; the rest must be
    /// offered again together with what follows. Stops after the header: then look at it, call
    /// `accept_body` and go on. Not to be called once complete.
    std::size_t put(std::string_view bytes);

    Stage stage() const { return stage_; }

    /// Set when the request cannot be taken; nothing else can be done with it.
    const std::optional<Refusal>& refusal() const { return refusal_; }

    // From the end of the header on:

    Method method() const { return method_; }

    const std::string& target() const { return target_; }

    const Headers& headers() const { return headers_; }

    /// The announced size of the body: 0 when there is none, nothing when it comes in chunks.
    std::optional<std::uint64_t> body_size() const;

    /// Whether the client waits for "100 Continue" before it sends the body.
    bool expects_continue() const;

    /// Whether the client lets us keep the connection.
    bool keep_alive() const { return basic_parser::keep_alive(); }

    /// HTTP/1.0 knows no chunks.
    bool knows_chunks() const { return version_ == 11; }

    /// Lets the body come; more than `size_max` bytes refuse the request with 413.
    void accept_body(std::size_t size_max);

    Headers take_headers() { return std::move(headers_); }

    std::string take_target() { return std::move(target_); }

    std::string take_body() { return std::move(body_); }

private:
    using string_view = boost::beast::string_view;
    using error_code = boost::beast::error_code;

    void on_request_impl(
        boost::beast::http::verb method,
        string_view method_text,
        string_view target,
        int version,
        error_code& ec) override;

    void on_response_impl(int, string_view, int, error_code&) override {}

    void on_field_impl(
        boost::beast::http::field name,
        string_view name_text,
        string_view value,
        error_code& ec) override;
    void on_header_impl(error_code& ec) override;
    void on_body_init_impl(const boost::optional<std::uint64_t>& size, error_code& ec) override;
    std::size_t on_body_impl(string_view piece, error_code& ec) override;

    void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}

    std::size_t on_chunk_body_impl(std::uint64_t, string_view piece, error_code& ec) override;
    void on_finish_impl(error_code& ec) override;

    void refuse(Status status, std::string reason, error_code& ec);
    void refuse_for(const error_code& ec);

    Method method_{Method::other};
    std::string target_;
    Headers headers_;
    std::string body_;
    std::size_t header_size_max_;
    std::size_t header_size_{0};
    std::size_t body_size_max_{0};
    int version_{11};
    bool chunk_head_waits_{false};
    Stage stage_{Stage::header};
    std::optional<Refusal> refusal_;
};

/// Reads one response from bytes as they come. No I/O.
class ResponseParser final : private boost::beast::http::basic_parser<false>
{
public:
    /// `method` is the request's: the answer to HEAD has no body.
    ResponseParser(Method method, std::size_t header_size_max, std::size_t body_size_max);

    /// As RequestParser::put, but does not stop after the header. Errors: invalid_input, too_large.
    Result<std::size_t> put(std::string_view bytes);

    /// The connection has ended. Errors: io when something is missing.
    Result<void> put_end();

    bool complete() const { return is_done(); }

    bool keep_alive() const { return basic_parser::keep_alive(); }

    Response take() { return std::move(response_); }

private:
    using string_view = boost::beast::string_view;
    using error_code = boost::beast::error_code;

    void on_request_impl(
        boost::beast::http::verb, string_view, string_view, int, error_code&) override
    {}

    void on_response_impl(int code, string_view, int version, error_code& ec) override;
    void on_field_impl(
        boost::beast::http::field name,
        string_view name_text,
        string_view value,
        error_code& ec) override;
    void on_header_impl(error_code& ec) override;

    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}

    std::size_t on_body_impl(string_view piece, error_code& ec) override;

    void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}

    std::size_t on_chunk_body_impl(std::uint64_t, string_view piece, error_code& ec) override;

    void on_finish_impl(error_code&) override {}

    Response response_;
    std::size_t header_size_max_;
    std::size_t header_size_{0};
    std::size_t body_size_max_;
    bool chunk_head_waits_{false};
    bool in_header_{true};
};

/// A request as it goes over the wire. `host` is the value of the Host field.
std::string serialize(const Request& request, std::string_view host);

/// Appends "HTTP/1.1 200 OK\r\n".
void append_status_line(std::string& out, Status status);

/// Appends "Name: value\r\n".
void append_field(std::string& out, std::string_view name, std::string_view value);
void append_field(std::string& out, std::string_view name, std::size_t value);
void append_fields(std::string& out, const Headers& headers);

/// Undoes percent-encoding; nothing when it is malformed or gives a control character.
std::optional<std::string> percent_decode(std::string_view text);

/// As above, and "+" is a space: for queries.
std::optional<std::string> query_decode(std::string_view text);

} // namespace mimamori::http
