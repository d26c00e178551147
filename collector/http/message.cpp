#include "collector/http/message.hpp"

#include "common/base/encoding.hpp"
#include "common/http/deflate.hpp"
#include "common/http/parser.hpp"
#include "common/tls/digest.hpp"

#include <algorithm>
#include <cctype>

namespace mimamori::collector::http {
namespace {

constexpr std::string_view problem_type{"application/problem+json"};

/// The largest front-end file that is unpacked for a client that cannot unpack.
constexpr std::size_t plain_file_size_max{16U * 1024 * 1024};

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

/// Takes the part before the first `separator` off the front of `list`, trimmed.
std::string_view take_item(std::string_view& list, char separator)
{
    const std::size_t size = std::min(list.find(separator), list.size());
    const std::string_view item = list.substr(0, size);
    list.remove_prefix(std::min(size + 1, list.size()));
    return trimmed(item);
}

bool accepts_gzip(const Headers& headers)
{
    std::string_view list = headers["Accept-Encoding"];
    while (!list.empty())
    {
        std::string_view item = take_item(list, ',');
        const std::string_view coding = take_item(item, ';');
        const bool is_gzip = mimamori::http::equal_without_case(coding, "gzip") || coding == "*";
        const std::string_view quality = trimmed(item);
        const bool refused =
            quality == "q=0" || quality == "q=0.0" || quality == "q=0.00" || quality == "q=0.000";
        if (is_gzip)
            return !refused;
    }
    return false;
}

bool has_already(const Request& request, std::string_view etag)
{
    std::string_view list = request.headers["If-None-Match"];
    while (!list.empty())
    {
        std::string_view item = take_item(list, ',');
        if (item.substr(0, 2) == "W/")
            item.remove_prefix(2);
        if (item == etag || item == "*")
            return true;
    }
    return false;
}

Status status_of(Errc code)
{
    switch (code)
    {
    case Errc::invalid_input:
        return Status::bad_request;
    case Errc::unauthenticated:
        return Status::unauthorized;
    case Errc::forbidden:
        return Status::forbidden;
    case Errc::not_found:
        return Status::not_found;
    case Errc::conflict:
        return Status::conflict;
    case Errc::too_large:
        return Status::content_too_large;
    case Errc::unsupported:
        return Status::unsupported_media_type;
    case Errc::unavailable:
    case Errc::timeout:
    case Errc::cancelled:
        return Status::unavailable;
    case Errc::io:
    case Errc::internal:
        break;
    }
    return Status::internal_error;
}

} // namespace

std::string Peer::name() const
{
    std::string name = address.to_string();
    if (!agent_id.empty())
        name += " (agent " + agent_id.text() + ")";
    return name;
}

std::string_view Request::param(std::string_view name) const
{
    for (const auto& [known, value] : params)
    {
        if (known == name)
            return value;
    }
    return {};
}

std::optional<std::string> Request::query_value(std::string_view name) const
{
    std::string_view rest{query};
    while (!rest.empty())
    {
        std::string_view member = take_item(rest, '&');
        const auto key = mimamori::http::query_decode(take_item(member, '='));
        if (key && *key == name)
            return mimamori::http::query_decode(member);
    }
    return std::nullopt;
}

std::optional<std::string_view> Request::cookie(std::string_view name) const
{
    for (std::size_t i = 0; i < headers.size(); ++i)
    {
        const Headers::Field field = headers.at(i);
        if (!mimamori::http::equal_without_case(field.name, "Cookie"))
            continue;
        std::string_view rest = field.value;
        while (!rest.empty())
        {
            std::string_view pair = take_item(rest, ';');
            if (take_item(pair, '=') == name)
                return pair;
        }
    }
    return std::nullopt;
}

Response json(Status status, std::string document)
{
    Response response;
    response.status = status;
    response.content_type = "application/json";
    response.body = std::move(document);
    return response;
}

Response text(Status status, std::string content)
{
    Response response;
    response.status = status;
    response.content_type = "text/plain; charset=utf-8";
    response.body = std::move(content);
    return response;
}

Response empty(Status status)
{
    Response response;
    response.status = status;
    return response;
}

Response problem(Status status, std::string_view code, std::string log_reason)
{
    return problem_with(status, code, {}, std::move(log_reason));
}

Response problem_with(
    Status status, std::string_view code, std::string_view members, std::string log_reason)
{
    Response response;
    response.status = status;
    response.content_type = problem_type;
    response.body = "{\"type\":\"about:blank\",\"title\":\"";
    response.body += mimamori::http::reason_phrase(status);
    response.body += "\",\"status\":" + std::to_string(to_number(status)) + ",\"code\":\"";
    response.body += code;
    response.body += "\"";
    if (!members.empty())
        response.body.append(",").append(members);
    response.body += "}";
    response.log_reason = std::move(log_reason);
    return response;
}

Response problem(const Error& error)
{
    const Status status = status_of(error.code);
    return problem(status, code_of(status), error.message);
}

std::string code_of(Status status)
{
    std::string code{mimamori::http::reason_phrase(status)};
    for (char& c : code)
        c = c == ' ' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return code;
}

std::string etag_of(std::string_view body)
{
    const tls::Sha256 digest = tls::sha256(body);
    return "\"" + to_hex(std::span{digest}.first<16>()) + "\"";
}

Response with_etag(const Request& request, Response response)
{
    const std::string etag = etag_of(response.body);
    if (has_already(request, etag))
    {
        response.status = Status::not_modified;
        response.content_type.clear();
        response.body.clear();
    }
    response.headers.add("ETag", etag);
    return response;
}

Response static_file(const Request& request, const StaticFile& file)
{
    Response response;
    response.headers.add("ETag", file.etag);
    response.headers.add("Vary", "Accept-Encoding");
    response.headers.add(
        "Cache-Control", file.never_changes ? "public, max-age=31536000, immutable" : "no-cache");
    if (has_already(request, file.etag))
    {
        response.status = Status::not_modified;
        return response;
    }
    response.content_type = file.content_type;
    if (accepts_gzip(request.headers))
    {
        response.headers.add("Content-Encoding", "gzip");
        response.static_body = file.gzip;
        return response;
    }
    const mimamori::http::InflateLimits limits{plain_file_size_max, plain_file_size_max};
    auto plain = mimamori::http::inflate(file.gzip, mimamori::http::Packing::gzip, limits);
    if (!plain)
        return problem(std::move(plain).error().in(file.path));
    response.body = std::move(*plain);
    return response;
}

} // namespace mimamori::collector::http
