#pragma once

#include "agent/uplink/collector_link.hpp"
#include "agent/uplink/enroller.hpp"
#include "agent/uplink/https_uplink.hpp"
#include "agent/uplink/identity_store.hpp"
#include "common/http/resolver.hpp"
#include "common/wire/json_writer.hpp"
#include "common/wire/report.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run_coro.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

namespace mimamori::tests {

/// A PC with the agent's files and parts.
struct TestDevice
{
    TempFolder folder;
    ManualClock device_clock;
    wire::MachineFacts machine;
    std::string enrolment_key;
    asio::io_context io;
    http::SystemResolver resolver;
    agent::uplink::IdentityStore store{
        agent::uplink::IdentityStore::open(folder.path() / "identity").value()};

    // Made by `start`.
    std::unique_ptr<agent::uplink::CollectorClock> clock;
    std::unique_ptr<agent::uplink::CollectorLink> link;
    std::unique_ptr<agent::uplink::Enroller> enroller;
    std::unique_ptr<agent::uplink::HttpsUplink> uplink;
    std::chrono::steady_clock::time_point steady{};

    explicit TestDevice(std::string hostname = "PC-07") { machine.hostname = std::move(hostname); }

    std::filesystem::path file(const std::string& name) const
    {
        return folder.path() / "identity" / name;
    }

    /// The agent's parts as after its start.
    void start(const agent::uplink::CollectorAddress& address)
    {
        uplink.reset();
        clock = std::make_unique<agent::uplink::CollectorClock>(
            store.load_time(), [this] { return steady; });
        link = std::make_unique<agent::uplink::CollectorLink>(
            agent::uplink::CollectorLink::Parts{io.get_executor(), resolver, *clock}, address);
        agent::uplink::EnrolmentWish wish;
        wish.enrolment_key = enrolment_key;
        wish.agent_version = "0.1.0";
        wish.machine = [this] { return machine; };
        enroller = std::make_unique<agent::uplink::Enroller>(
            agent::uplink::Enroller::Parts{store, *link, *clock, device_clock}, std::move(wish));
    }

    agent::uplink::EnrolmentStep try_to_enrol() { return test::run_coro(io, enroller->step()); }

    /// Goes on as the enrolled agent that the files say.
    void be_enrolled()
    {
        auto identity = store.load(link->address().root_fingerprint).value();
        agent::uplink::HttpsUplink::Parts parts{
            store, *link, *clock, device_clock, [this] { return machine; }, "0.1.0"};
        uplink =
            agent::uplink::HttpsUplink::open(std::move(parts), std::move(identity.value())).value();
    }

    agent::report::Delivery send_report(std::uint64_t seq = 1)
    {
        wire::Report report;
        report.agent_id = uplink->identity().agent;
        report.stream = StreamId{std::string(26, 'S')};
        report.seq = seq;
        const std::string text = wire::to_json(report);
        return test::run_coro(io, uplink->send(text));
    }
};

} // namespace mimamori::tests
