#include "collector/http/incoming.hpp"

#include "common/base/utf8.hpp"
#include "common/http/deflate.hpp"

#include <algorithm>
#include <variant>

namespace mimamori::collector::http {
namespace {

using mimamori::http::equal_without_case;
using mimamori::http::Packing;
using mimamori::http::Stage;

std::string_view media_type(std::string_view content_type)
{
    content_type = content_type.substr(0, content_type.find(';'));
    while (!content_type.empty() && content_type.back() == ' ')
        content_type.remove_suffix(1);
    return content_type;
}

} // namespace

Response too_busy()
{
    Response response = problem(Status::unavailable, "unavailable", "too many bodies in hand");
    response.headers.add("Retry-After", "5");
    return response;
}

std::size_t Incoming::put(std::string_view bytes)
{
    const std::size_t taken = parser_.put(bytes);
    if (const auto& refused = parser_.refusal(); refused && !refusal_)
        refuse(refused->status, code_of(refused->status), refused->reason);
    return taken;
}

void Incoming::admit(const Peer& peer)
{
    if (!find_route() || !check_access(peer) || !check_content())
        return;
    const std::size_t allowed = std::min(route_->body_size_max, limits_.body_size_max);
    parser_.accept_body(allowed);
    if (const auto& refused = parser_.refusal())
        refuse(refused->status, code_of(refused->status), refused->reason);
}

bool Incoming::find_route()
{
    const std::string& target = parser_.target();
    path_size_ = std::min(target.find('?'), target.size());
    auto found = router_.find(parser_.method(), std::string_view{target}.substr(0, path_size_));
    if (auto* const match = std::get_if<Router::Match>(&found))
    {
        route_ = match->route;
        params_ = std::move(match->params);
        return true;
    }
    if (const auto* const wrong = std::get_if<Router::WrongMethod>(&found))
    {
        refuse(Status::method_not_allowed, "method_not_allowed", "only " + wrong->allow);
        refusal_->headers.add("Allow", wrong->allow);
        return false;
    }
    refuse(Status::not_found, "not_found", "no such path");
    return false;
}

bool Incoming::check_access(const Peer& peer)
{
    if (route_->access == Access::anyone)
        return true;
    if (!peer.certificate)
    {
        refuse(Status::unauthorized, "certificate_required", "no client certificate");
        return false;
    }
    const bool expired = peer.certificate->standing == tls::Standing::expired;
    if (expired && route_->access != Access::agent_even_expired)
    {
        refuse(Status::forbidden, "certificate_expired", "the client certificate has expired");
        return false;
    }
    return true;
}

bool Incoming::check_content()
{
    const Headers& headers = parser_.headers();
    const std::string_view coding = headers["Content-Encoding"];
    const bool is_deflate = equal_without_case(coding, "deflate");
    is_gzip_ = equal_without_case(coding, "gzip");
    is_packed_ = is_deflate || is_gzip_;
    const bool is_plain = coding.empty() || equal_without_case(coding, "identity");
    const bool known = is_plain || (is_packed_ && route_->inflated_size_max > 0);
    if (!known || headers.count("Content-Encoding") > 1)
    {
        refuse(
            Status::unsupported_media_type, "unsupported_content_encoding",
            "content encoding " + for_log(coding));
        const bool takes_packed = route_->inflated_size_max > 0;
        refusal_->headers.add("Accept-Encoding", takes_packed ? "deflate, gzip" : "identity");
        return false;
    }
    const bool has_body = !parser_.body_size() || *parser_.body_size() > 0;
    const std::string_view type = media_type(headers["Content-Type"]);
    if (has_body && !route_->consumes.empty() && !equal_without_case(type, route_->consumes))
    {
        refuse(
            Status::unsupported_media_type, "unsupported_media_type",
            "content type " + for_log(type));
        return false;
    }
    return true;
}

std::size_t Incoming::body_size_bound() const
{
    const auto announced = parser_.body_size();
    const std::size_t allowed = std::min(route_->body_size_max, limits_.body_size_max);
    return announced ? static_cast<std::size_t>(*announced) : allowed;
}

Request Incoming::take(const Peer& peer)
{
    Request request;
    request.method = parser_.method();
    std::string target = parser_.take_target();
    if (path_size_ < target.size())
        request.query = target.substr(path_size_ + 1);
    target.resize(path_size_);
    request.path = std::move(target);
    request.headers = parser_.take_headers();
    request.body = parser_.take_body();
    request.body_size_on_wire_bytes = request.body.size();
    request.params = std::move(params_);
    request.peer = peer;
    if (!is_packed_)
        return request;

    const mimamori::http::InflateLimits limits{request.body.size(), route_->inflated_size_max};
    auto plain =
        mimamori::http::inflate(request.body, is_gzip_ ? Packing::gzip : Packing::deflate, limits);
    if (plain)
        request.body = std::move(*plain);
    else if (plain.error().code == Errc::too_large)
        refuse(Status::content_too_large, "content_too_large", plain.error().message);
    else
        refuse(Status::bad_request, "bad_content_encoding", plain.error().message);
    return request;
}

std::string Incoming::name() const
{
    if (parser_.target().empty())
        return "a request";
    const std::string_view path = std::string_view{parser_.target()}.substr(
        0, std::min(parser_.target().find('?'), parser_.target().size()));
    return std::string{mimamori::http::to_text(parser_.method())} + " " + for_log(path);
}

void Incoming::refuse(Status status, std::string_view code, std::string reason)
{
    refusal_ = problem(status, code, std::move(reason));
}

} // namespace mimamori::collector::http
