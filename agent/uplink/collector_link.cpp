#include "agent/uplink/collector_link.hpp"

#include "agent/uplink/answer.hpp"
#include "common/http/deflate.hpp"

#include <utility>

namespace mimamori::agent::uplink {
namespace {

/// Shorter bodies fit one packet anyway.
constexpr std::size_t packing_pays_bytes = 1024;

} // namespace

CollectorLink::CollectorLink(
    Parts parts, CollectorAddress address, const http::ClientLimits& limits)
    : parts_{std::move(parts)}
    , address_{std::move(address)}
    , limits_{limits}
    , seen_{std::make_shared<Seen>()}
{}

tls::ClientOptions CollectorLink::options() const
{
    CollectorClock* const clock = &parts_.clock;
    auto check = [clock, seen = seen_](const tls::CertificateInfo& leaf) -> Result<void> {
        if (auto good = clock->check_server(leaf); !good)
            return good;
        seen->server = leaf;
        return {};
    };
    tls::ClientOptions options;
    options.server_name = address_.host;
    options.now = [clock] { return clock->now(); };
    options.check = std::move(check);
    return options;
}

Result<void> CollectorLink::use(tls::ClientOptions options)
{
    auto context = tls::Context::client(std::move(options));
    if (!context)
        return std::move(context).error();
    if (client_)
        client_->replace_context(std::move(*context));
    else
        client_.emplace(
            parts_.executor, std::move(*context), http::Endpoint{address_.host, address_.port},
            parts_.resolver, limits_);
    return {};
}

Result<void> CollectorLink::be_nobody()
{
    tls::ClientOptions as_nobody = options();
    as_nobody.root_fingerprint = address_.root_fingerprint;
    return use(std::move(as_nobody));
}

Result<void> CollectorLink::be(const EnrolledIdentity& identity)
{
    tls::ClientOptions as_agent = options();
    as_agent.roots = identity.roots;
    as_agent.identity = tls::Identity{identity.key, {identity.certificate}};
    return use(std::move(as_agent));
}

awaitable<Result<http::Response>> CollectorLink::post(std::string target, const std::string& json)
{
    http::Request request;
    request.method = http::Method::post;
    request.target = std::move(target);
    request.headers.add("Content-Type", "application/json");
    if (json.size() > packing_pays_bytes)
        request.body = http::deflate(json, http::Packing::deflate, http::PackEffort::small);
    const bool packed = !request.body.empty() && request.body.size() < json.size();
    if (packed)
        request.headers.add("Content-Encoding", "deflate");
    else
        request.body = json;
    co_return co_await send(request);
}

awaitable<Result<http::Response>> CollectorLink::get(std::string target, std::string etag)
{
    http::Request request;
    request.method = http::Method::get;
    request.target = std::move(target);
    if (!etag.empty())
        request.headers.add("If-None-Match", etag);
    co_return co_await send(request);
}

awaitable<Result<http::Response>> CollectorLink::send(const http::Request& request)
{
    if (!client_)
        co_return Error{Errc::internal, "nobody was chosen to be"};
    auto response = co_await client_->send(request);
    if (!response)
        co_return explain(response.error(), address_.text());
    if (!is_collectors(*response))
        co_return Error{
            Errc::unavailable, address_.text() + ": not the collector's answer ("
                                   + describe(*response) + "): a proxy in between"};
    co_return response;
}

tls::Traffic CollectorLink::traffic() const
{
    return client_ ? client_->traffic() : tls::Traffic{};
}

awaitable<void> CollectorLink::close()
{
    if (client_)
        co_await client_->shutdown();
}

} // namespace mimamori::agent::uplink
