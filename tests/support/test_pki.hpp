#pragma once

// A small site's keys and certificates, made anew for each test program.

#include "common/tls/certificate.hpp"
#include "common/tls/context.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

namespace mimamori::test {

using namespace std::chrono_literals;

/// A moment well inside every certificate made below.
inline Timestamp pki_now()
{
    return Timestamp{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22}} + 12h;
}

inline tls::Validity days_around_now(int before, int after)
{
    return {pki_now() - before * 24h, pki_now() + after * 24h};
}

/// One root, two issuing CAs and a server, as the collector makes them at its first start.
struct TestPki
{
    tls::PrivateKey root_key{tls::PrivateKey::generate().value()};
    tls::Certificate root{
        tls::make_root(root_key, "Test root", days_around_now(900, 3650)).value()};
    tls::PrivateKey agents_key{tls::PrivateKey::generate().value()};
    tls::Certificate agents_ca{tls::issue_ca(
                                   {root, root_key},
                                   agents_key.public_key(),
                                   "Test agents CA",
                                   tls::CaPurpose::agents,
                                   days_around_now(800, 1800))
                                   .value()};
    tls::PrivateKey servers_key{tls::PrivateKey::generate().value()};
    tls::Certificate servers_ca{tls::issue_ca(
                                    {root, root_key},
                                    servers_key.public_key(),
                                    "Test servers CA",
                                    tls::CaPurpose::servers,
                                    days_around_now(800, 1800))
                                    .value()};

    /// A server's identity with everything it sends: leaf, issuing CA, root.
    tls::Identity server(
        const tls::ServerNames& names, tls::Validity validity = days_around_now(10, 300)) const
    {
        auto key = tls::PrivateKey::generate().value();
        auto leaf =
            tls::issue_server({servers_ca, servers_key}, key.public_key(), names, validity).value();
        return {std::move(key), {std::move(leaf), servers_ca, root}};
    }

    tls::Identity server() const { return server({{"collector.test"}, {"127.0.0.1"}}); }

    tls::Identity agent(
        std::string_view agent_id, tls::Validity validity = days_around_now(10, 80)) const
    {
        auto key = tls::PrivateKey::generate().value();
        auto leaf =
            tls::issue_agent({agents_ca, agents_key}, key.public_key(), agent_id, validity).value();
        return {std::move(key), {std::move(leaf)}};
    }

    tls::AgentPortOptions agent_port() const
    {
        return {
            .identity = server(),
            .roots = {root},
            .agents_issuers = {agents_ca},
            .now = pki_now,
            .check = [](const tls::CertificateInfo&) { return Result<void>{}; }};
    }

    tls::ClientOptions client() const
    {
        return {
            .roots = {root},
            .root_fingerprint = {},
            .server_name = "127.0.0.1",
            .identity = {},
            .now = pki_now,
            .check = {}};
    }
};

} // namespace mimamori::test
