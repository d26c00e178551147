#pragma once

// Who speaks the agents' protocol to a site without being a mimamori-agent: the agent's own uplink
// in the test's process, or any bytes at all.

#include "agent/uplink/answer.hpp"
#include "common/wire/json_writer.hpp"
#include "common/wire/report.hpp"
#include "common/wire/sections.hpp"
#include "tests/support/report_builder.hpp"
#include "tests/support/run_coro.hpp"
#include "tests/support/site.hpp"
#include "tests/support/test_device.hpp"
#include "tests/support/tls_client.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/mp11/algorithm.hpp>
#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace mimamori::tests {

inline agent::uplink::CollectorAddress address_of(const Site& site)
{
    return {
        site.address(), Site::agents_port,
        agent::uplink::parse_fingerprint(site.fingerprint()).value()};
}

/// Makes `device` an enrolled one, with a ticket for its name.
inline void enrol(TestDevice& device, const Site& site)
{
    const auto printed = site.ctl({"ticket", "create", "--hostname", device.machine.hostname});
    device.store.keep_ticket(printed.substr(0, printed.find('\n'))).value();
    device.start(address_of(site));
    const auto step = device.try_to_enrol();
    if (step.what != agent::uplink::EnrolmentStep::What::enrolled)
        throw std::runtime_error{"not enrolled: " + step.message};
    device.be_enrolled();
}

/// Sends these facts as the enrolled device's report of that number; throws when it is not taken.
inline void report_facts(TestDevice& device, std::uint64_t seq, const wire::Facts& facts)
{
    wire::Report report;
    report.agent_id = device.uplink->identity().agent;
    report.stream = StreamId{id_text('S')};
    report.seq = seq;
    report.sent_at = SystemClock{}.now();
    boost::mp11::mp_for_each<wire::FactsMembers>([&](auto member) {
        if (facts.*member.pointer)
            report.sections.push_back(with_body(member.name, *(facts.*member.pointer)));
    });
    const std::string text = wire::to_json(report);
    const auto delivery = test::run_coro(device.io, device.uplink->send(text));
    if (delivery.outcome != agent::report::Delivery::Outcome::answered)
        throw std::runtime_error{"report not taken: " + delivery.error.message};
}

/// What a TLS connection to the site's agents' port needs, as that identity or as nobody.
inline tls::ClientOptions client_options(
    const Site& site, std::optional<tls::Identity> identity = {})
{
    tls::ClientOptions options;
    options.root_fingerprint = address_of(site).root_fingerprint;
    options.server_name = site.address();
    options.identity = std::move(identity);
    options.now = [] { return SystemClock{}.now(); };
    return options;
}

inline tls::Identity identity_of(const agent::uplink::EnrolledIdentity& enrolled)
{
    return {enrolled.key, {enrolled.certificate}};
}

/// A connection whose bytes the test chooses. Each comes from an address of its own, as from
/// another machine, so that limits for one sender do not add up over cases.
class RawPeer : public test::TlsClient
{
public:
    explicit RawPeer(const Site& site, std::optional<tls::Identity> identity = {})
        : RawPeer{site, std::move(identity), next_address()}
    {}

    /// As the collector's log names it.
    const std::string& address() const { return address_; }

    /// A request with these headers besides Host and Content-Length.
    std::string request(
        std::string_view target,
        std::string_view body,
        std::string_view headers = "Content-Type: application/json\r\n") const
    {
        return fmt::format(
            "POST {} HTTP/1.1\r\nHost: {}\r\n{}Content-Length: {}\r\n\r\n{}", target, host_,
            headers, body.size(), body);
    }

private:
    RawPeer(const Site& site, std::optional<tls::Identity> identity, std::string address)
        : TlsClient(port_of(site), client_options(site, std::move(identity)), local(address))
        , host_{site.address()}
        , address_{std::move(address)}
    {}

    static asio::ip::tcp::endpoint port_of(const Site& site)
    {
        return {local(site.address()), Site::agents_port};
    }

    static asio::ip::address local(const std::string& address)
    {
        return asio::ip::make_address(address);
    }

    static std::string next_address()
    {
        static unsigned last = 0;
        ++last;
        return fmt::format("127.254.{}.{}", last / 250, 1 + last % 250);
    }

    std::string host_;
    std::string address_;
};

} // namespace mimamori::tests
