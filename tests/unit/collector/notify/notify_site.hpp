#pragma once

// A notifier that runs as in the collector, and what it tells.

#include "collector/notify/notifier.hpp"
#include "collector/storage/alert_store.hpp"
#include "collector/storage/delivery_store.hpp"
#include "collector/storage/finding_store.hpp"
#include "common/async/sleep.hpp"
#include "common/async/task_group.hpp"
#include "common/log/log.hpp"
#include "tests/support/collector_database.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run_coro.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <optional>
#include <string>
#include <utility>

namespace mimamori::collector::notify::test {

using namespace std::chrono_literals;

inline MailSettings settings_for(std::uint16_t port)
{
    MailSettings settings;
    settings.host = "127.0.0.1";
    settings.port = port;
    settings.security = MailSecurity::none;
    settings.from = "mimamori@hospital.example";
    settings.to = {"clerk@hospital.example"};
    settings.language = findings::Language::en;
    settings.time_limit = 5s;
    return settings;
}

/// A database with findings to tell, and a notifier that runs as in the collector.
struct NotifySite
{
    tests::ManualClock clock{parse_rfc3339("2026-11-22T05:10:00Z").value()};
    asio::io_context io; ///< Before the database: its threads resume what waits here.
    tests::CollectorDatabase database;
    tests::TempFolder secrets;
    async::TaskGroup tasks{
        io.get_executor(), [](const std::string& task, const std::exception& failure) {
            BOOST_ERROR(task << ": " << failure.what());
        }};
    std::optional<Notifier> notifier;

    NotifySite() { database.enrol(DeviceId{"pc"}, AgentId{"agent"}, clock.now()); }

    /// Stores a finding with its alert, as the judge does.
    void put_alert(findings::AlertKind kind)
    {
        database
            ->write_and_wait([&](storage::Session& session) -> Result<bool> {
                findings::FindingRecord record;
                if (auto known = storage::find_finding(session, 1, "av_stale", ""))
                    record = *known;
                record.device_no = 1;
                record.rule = "av_stale";
                record.severity = rules::Severity::action;
                record.evidence.set("product", "ClamAV")
                    .set("pattern_built_at", parse_rfc3339("2026-10-23T00:00:00Z").value());
                storage::put_finding(session, record);
                storage::put_alert(session, kind, record, clock.now());
                return true;
            })
            .value();
    }

    storage::DeliveryCounts queue()
    {
        return database
            ->read_and_wait([](storage::Session& session) -> Result<storage::DeliveryCounts> {
                return storage::delivery_counts(session);
            })
            .value();
    }

    /// Why the channel of the mails fails; empty when it works.
    std::string failing()
    {
        const auto channels =
            database
                ->read_and_wait(
                    [](storage::Session& session) -> Result<std::vector<storage::FailingChannel>> {
                        return storage::channels_failing(session);
                    })
                .value();
        return channels.empty() ? "" : channels.front().name + ": " + channels.front().problem;
    }

    void start(MailSettings settings)
    {
        notifier.emplace(
            io.get_executor(), *database, clock, std::move(settings), Secrets{secrets.path()});
        tasks.spawn("notifier", notifier->run());
    }

    /// Lets the notifier run until the queue has so many mails sent, dead and failed; a minute at
    /// most.
    awaitable<void> until(std::uint64_t sent, std::uint64_t dead, std::uint64_t failed)
    {
        for (int i = 0; i < 6'000; ++i)
        {
            const auto health = notifier->health();
            if (health.sent >= sent && health.dead >= dead && health.attempts_failed >= failed)
                co_return;
            co_await async::sleep_for(10ms);
        }
        BOOST_ERROR("did not happen within a minute");
    }

    awaitable<void> stop()
    {
        const bool stopped = co_await tasks.stop(10s);
        BOOST_TEST(stopped);
        const bool delivered = co_await notifier->stop(10s);
        BOOST_TEST(delivered);
    }

    using Scenario = awaitable<void> (*)(NotifySite&);

    awaitable<void> play(Scenario scenario)
    {
        co_await scenario(*this);
        co_await stop();
    }

    void run(Scenario scenario)
    {
        const log::Capture quiet;
        mimamori::test::run_coro(io, play(scenario));
        notifier.reset();
    }
};

} // namespace mimamori::collector::notify::test
