#include "tests/fleetsim/enrol.hpp"

#include "agent/uplink/enroller.hpp"
#include "common/wire/enrollment.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/json_writer.hpp"

#include <fmt/format.h>

#include <utility>

namespace mimamori::fleetsim {

Enrolling::Enrolling(
    const ServerAddress& server,
    tls::Context context,
    const tls::Sha256& root_fingerprint,
    std::string secret,
    std::shared_ptr<Seen> seen)
    : server_{server}
    , context_{std::move(context)}
    , root_fingerprint_{root_fingerprint}
    , secret_{std::move(secret)}
    , seen_{std::move(seen)}
{}

Result<Enrolling> Enrolling::begin(
    const ServerAddress& server, const tls::Sha256& root_fingerprint, std::string secret)
{
    auto seen = std::make_shared<Seen>();
    tls::ClientOptions options;
    options.root_fingerprint = root_fingerprint;
    options.server_name = server.name;
    options.now = [] { return SystemClock{}.now(); };
    options.check = [seen](const tls::CertificateInfo& leaf) -> Result<void> {
        seen->server = leaf;
        return {};
    };
    auto context = tls::Context::client(std::move(options));
    if (!context)
        return std::move(context).error();
    return Enrolling{
        server, std::move(*context), root_fingerprint, std::move(secret), std::move(seen)};
}

awaitable<Result<Identity>> Enrolling::enrol(const MadeUpDevice& device)
{
    auto key = tls::PrivateKey::generate();
    if (!key)
        co_return std::move(key).error();
    const auto csr = tls::CertificateRequest::create(*key, "mimamori agent");
    if (!csr)
        co_return csr.error();
    wire::EnrollRequest request;
    request.csr_pem = csr->to_pem();
    request.enrolment_key = secret_;
    request.agent_version = "0.1.0";
    request.machine = device.machine();
    const std::string bytes =
        post_request(server_, "/agent/v1/enroll", wire::to_json(request), true);

    Line line{server_, context_, own_address(server_.endpoint, device.index())};
    const auto opened = co_await line.open();
    if (!opened)
        co_return opened.error();
    const auto response = co_await line.ask(bytes);
    if (!response)
        co_return response.error();
    co_await line.close();
    const bool is_later = response->status == http::Status::too_many_requests
                          || response->status == http::Status::unavailable;
    if (response->status != http::Status::ok)
        co_return Error{
            is_later ? Errc::unavailable : Errc::forbidden,
            fmt::format(
                "the collector answered {} {}", http::to_number(response->status), response->body)};
    const auto answer = wire::from_json<wire::EnrollAnswer>(response->body);
    if (!answer)
        co_return answer.error();
    auto made =
        agent::uplink::identity_from(*answer, *key, seen_->server, root_fingerprint_, roots_);
    if (!made)
        co_return std::move(made).error();
    roots_ = std::move(made->roots);
    co_return Identity{std::move(made->agent), std::move(made->key), std::move(made->certificate)};
}

} // namespace mimamori::fleetsim
