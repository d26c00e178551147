#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::http {

enum class Method
{
    get,
    head,
    post,
    put,
    patch,
    delete_,
    options,
    other ///< Anything else; no route takes it.
};

/// "GET".
std::string_view to_text(Method method);

/// The status codes we use ourselves; a received one may be any number from 100 to 999.
enum class Status : std::uint16_t
{
    ok = 200,
    created = 201,
    accepted = 202,
    no_content = 204,
    see_other = 303,
    not_modified = 304,
    bad_request = 400,
    unauthorized = 401,
    forbidden = 403,
    not_found = 404,
    method_not_allowed = 405,
    not_acceptable = 406,
    request_timeout = 408,
    conflict = 409,
    gone = 410,
    precondition_failed = 412,
    content_too_large = 413,
    uri_too_long = 414,
    unsupported_media_type = 415,
    unprocessable_content = 422,
    too_many_requests = 429,
    header_too_large = 431,
    internal_error = 500,
    not_implemented = 501,
    bad_gateway = 502,
    unavailable = 503,
    version_not_supported = 505,
};

constexpr unsigned to_number(Status status)
{
    return static_cast<unsigned>(status);
}

/// "Not Found"; "Status" for a number we do not know.
std::string_view reason_phrase(Status status);

/// Compares ASCII letters without case, as names of fields and codings are.
bool equal_without_case(std::string_view left, std::string_view right);

/// Header fields in the order they came, kept in one piece of text. Names compare without case.
class Headers
{
public:
    struct Field
    {
        std::string_view name;
        std::string_view value;
    };

    /// Neither part may hold CR, LF or NUL; such a field is left out (and asserted on).
    void add(std::string_view name, std::string_view value);

    /// The value of the first field of that name; empty when there is none. Good until the next
    /// `add` or move.
    std::string_view operator[](std::string_view name) const;

    bool has(std::string_view name) const { return count(name) > 0; }

    /// How many fields of that name there are.
    std::size_t count(std::string_view name) const;

    std::size_t size() const { return places_.size(); }

    /// Field number `index` below `size()`.
    Field at(std::size_t index) const;

    void clear();

    /// Makes room for so many fields with so many bytes.
    void reserve(std::size_t fields, std::size_t bytes);

private:
    struct Place
    {
        std::uint32_t name_at;
        std::uint32_t value_at;
        std::uint32_t end;
    };

    std::string text_;
    std::vector<Place> places_;
};

/// What a client asks. Host, Content-Length and Connection are written by the transport.
struct Request
{
    Method method{Method::get};
    std::string target{"/"}; ///< Path and query, percent-encoded.
    Headers headers;
    std::string body;
};

/// What a client gets. The body has been unpacked from its transfer coding, not from its content
/// coding.
struct Response
{
    Status status{Status::ok};
    Headers headers;
    std::string body;
};

} // namespace mimamori::http
