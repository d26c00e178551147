#pragma once

#include "agent/report/spool.hpp"
#include "tests/support/fake_collector.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>
#include <vector>

namespace mimamori::tests {

/// No complaints, nothing to run again.
inline const std::vector<std::string> none;

/// A spool in a folder of its own and a collector to send to.
struct SpoolFixture
{
    TempFolder folder;
    ManualClock clock;
    FakeCollector collector;
    agent::report::SpoolLimits limits;
    std::unique_ptr<agent::report::Spool> spool{open()};

    std::unique_ptr<agent::report::Spool> open()
    {
        return agent::report::Spool::open(folder.path(), clock, limits).value();
    }

    void restart()
    {
        spool.reset();
        spool = open();
    }

    void restart_with(const agent::report::SpoolLimits& other)
    {
        limits = other;
        restart();
    }

    wire::Event event(std::string text, wire::EventKind kind = wire::EventKind::process_first_seen)
    {
        clock.advance(std::chrono::milliseconds{10});
        wire::Event made;
        made.at = clock.now();
        made.kind = kind;
        made.text = std::move(text);
        return made;
    }

    void put(std::string text, wire::EventKind kind = wire::EventKind::process_first_seen)
    {
        const auto made = event(std::move(text), kind);
        const auto stored = spool->put(made);
        BOOST_TEST_REQUIRE(stored.has_value());
    }

    agent::report::ReportHead head(bool all_digests = false)
    {
        return {AgentId{"AGENT"}, "0.1.0", "boot", clock.now(), all_digests, {}};
    }

    agent::report::Outgoing next(bool all_digests = false)
    {
        clock.advance(std::chrono::seconds{1});
        return spool->next_report(head(all_digests)).value();
    }

    /// Sends one report and takes the answer, whatever it is.
    agent::report::Settled send(bool all_digests = false)
    {
        const auto outgoing = next(all_digests);
        const auto delivery = collector.take(outgoing.text);
        using Outcome = agent::report::Delivery::Outcome;
        if (delivery.outcome == Outcome::refused)
            BOOST_TEST_REQUIRE(spool->refuse(delivery.error.message).has_value());
        if (delivery.outcome == Outcome::answered)
            return spool->settle(delivery.receipt).value();
        return {};
    }

    /// Sends until nothing waits; fails when that does not end.
    void send_all()
    {
        for (int round = 0; spool->has_backlog(); ++round)
        {
            BOOST_TEST_REQUIRE(round < 500);
            send();
        }
    }
};

} // namespace mimamori::tests
