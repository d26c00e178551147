#include "common/http/message.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace mimamori::http {
namespace {

struct Phrase
{
    Status status;
    std::string_view text;
};

// clang-format off
constexpr std::array phrases{
    Phrase{Status::ok, "OK"},
    Phrase{Status::created, "Created"},
    Phrase{Status::accepted, "Accepted"},
    Phrase{Status::no_content, "No Content"},
    Phrase{Status::see_other, "See Other"},
    Phrase{Status::not_modified, "Not Modified"},
    Phrase{Status::bad_request, "Bad Request"},
    Phrase{Status::unauthorized, "Unauthorized"},
    Phrase{Status::forbidden, "Forbidden"},
    Phrase{Status::not_found, "Not Found"},
    Phrase{Status::method_not_allowed, "Method Not Allowed"},
    Phrase{Status::not_acceptable, "Not Acceptable"},
    Phrase{Status::request_timeout, "Request Timeout"},
    Phrase{Status::conflict, "Conflict"},
    Phrase{Status::gone, "Gone"},
    Phrase{Status::precondition_failed, "Precondition Failed"},
    Phrase{Status::content_too_large, "Content Too Large"},
    Phrase{Status::uri_too_long, "URI Too Long"},
    Phrase{Status::unsupported_media_type, "Unsupported Media Type"},
    Phrase{Status::unprocessable_content, "Unprocessable Content"},
    Phrase{Status::too_many_requests, "Too Many Requests"},
    Phrase{Status::header_too_large, "Request Header Fields Too Large"},
    Phrase{Status::internal_error, "Internal Server Error"},
    Phrase{Status::not_implemented, "Not Implemented"},
    Phrase{Status::bad_gateway, "Bad Gateway"},
    Phrase{Status::unavailable, "Service Unavailable"},
    Phrase{Status::version_not_supported, "HTTP Version Not Supported"}};

// clang-format on

constexpr char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool would_break_the_header(std::string_view text)
{
    return text.find_first_of(std::string_view{"\r\n\0", 3}) != std::string_view::npos;
}

} // namespace

std::string_view to_text(Method method)
{
    switch (method)
    {
    case Method::get:
        return "GET";
    case Method::head:
        return "HEAD";
    case Method::post:
        return "POST";
    case Method::put:
        return "PUT";
    case Method::patch:
        return "PATCH";
    case Method::delete_:
        return "DELETE";
    case Method::options:
        return "OPTIONS";
    case Method::other:
        break;
    }
    return "OTHER";
}

std::string_view reason_phrase(Status status)
{
    const auto* const found =
        std::find_if(phrases.begin(), phrases.end(), [&](const Phrase& phrase) {
            return phrase.status == status;
        });
    return found != phrases.end() ? found->text : "Status";
}

bool equal_without_case(std::string_view left, std::string_view right)
{
    const auto same = [](char a, char b) { return lower(a) == lower(b); };
    return left.size() == right.size() && std::equal(left.begin(), left.end(), right.begin(), same);
}

void Headers::add(std::string_view name, std::string_view value)
{
    const bool breaks = would_break_the_header(name) || would_break_the_header(value);
    assert(!breaks);
    if (breaks)
        return;
    const auto name_at = static_cast<std::uint32_t>(text_.size());
    text_ += name;
    const auto value_at = static_cast<std::uint32_t>(text_.size());
    text_ += value;
    places_.push_back({name_at, value_at, static_cast<std::uint32_t>(text_.size())});
}

std::string_view Headers::operator[](std::string_view name) const
{
    for (std::size_t i = 0; i < size(); ++i)
    {
        if (const Field field = at(i); equal_without_case(field.name, name))
            return field.value;
    }
    return {};
}

std::size_t Headers::count(std::string_view name) const
{
    std::size_t found = 0;
    for (std::size_t i = 0; i < size(); ++i)
        found += equal_without_case(at(i).name, name) ? 1 : 0;
    return found;
}

Headers::Field Headers::at(std::size_t index) const
{
    const Place& place = places_[index];
    const std::string_view text{text_};
    return {
        text.substr(place.name_at, place.value_at - place.name_at),
        text.substr(place.value_at, place.end - place.value_at)};
}

void Headers::reserve(std::size_t fields, std::size_t bytes)
{
    places_.reserve(fields);
    text_.reserve(bytes);
}

void Headers::clear()
{
    text_.clear();
    places_.clear();
}

} // namespace mimamori::http
