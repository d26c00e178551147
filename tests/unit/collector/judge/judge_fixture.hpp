#pragma once

#include "collector/judge/decisions.hpp"
#include "collector/judge/evaluator.hpp"
#include "collector/knowledge/os_lifecycle.hpp"
#include "collector/knowledge/remote_tools.hpp"
#include "collector/knowledge/windows_builds.hpp"
#include "collector/storage/event_store.hpp"
#include "collector/storage/finding_store.hpp"
#include "collector/storage/section_store.hpp"
#include "collector/storage/summary_store.hpp"
#include "common/wire/digest.hpp"
#include "common/wire/json_writer.hpp"
#include "tests/support/collector_database.hpp"
#include "tests/support/manual_clock.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace mimamori::collector::judge::test {

using namespace std::chrono_literals;
using std::chrono::days;

inline const Timestamp begin = parse_rfc3339("2026-03-10T12:00:00Z").value();

inline const knowledge::OsLifecycle& lifecycle()
{
    static const auto table =
        knowledge::OsLifecycle::parse(knowledge::embedded_knowledge("os_lifecycle")).value();
    return table;
}

inline const knowledge::WindowsBuilds& windows_builds()
{
    static const auto table =
        knowledge::WindowsBuilds::parse(knowledge::embedded_knowledge("windows_builds")).value();
    return table;
}

inline const knowledge::RemoteTools& remote_tools()
{
    static const auto table =
        knowledge::RemoteTools::parse(knowledge::embedded_knowledge("remote_tools")).value();
    return table;
}

/// A collector without its network: a real database with everything that judges.
struct Site
{
    tests::ManualClock clock{begin};
    // Before the database: its threads resume what waits here.
    asio::io_context io;
    asio::io_context judge_io;
    tests::CollectorDatabase database;
    storage::Liveness liveness{begin - days{1}};
    EvaluatorOptions options;
    std::optional<Evaluator> evaluator;
    std::int64_t events_put{0};

    Site()
    {
        options.alerts.enabled = true;
        restart();
    }

    /// As if the collector was stopped and started again: nothing is left in memory.
    void restart()
    {
        database.reopen();
        evaluator.emplace(
            options, liveness, rules::Knowledge{lifecycle(), windows_builds()}, remote_tools());
    }

    template <class Work>
    auto write(Work work)
    {
        return database->write_and_wait(work).value();
    }

    template <class Work>
    auto read(Work work)
    {
        return database->read_and_wait(work).value();
    }

    DeviceId add_device(const std::string& name, const std::string& model = "M1")
    {
        const DeviceId device{name};
        database.enrol(device, AgentId{"agent-" + name}, clock.now());
        wire::HardwareSection hardware;
        hardware.vendor = "Maker";
        hardware.model = model;
        put(device, "hardware", hardware);
        heard(device);
        return device;
    }

    std::int64_t no_of(const DeviceId& device)
    {
        return database.number("SELECT no FROM device WHERE id = '" + device.text() + "'");
    }

    /// Stores a section as ingest does.
    template <class Section>
    void put(const DeviceId& device, std::string_view name, const Section& section)
    {
        const std::size_t index = *wire::section_index(name);
        const std::string json = wire::to_json(section);
        const auto packed = storage::pack_section(index, wire::digest_of(json), json);
        const std::int64_t no = no_of(device);
        const Timestamp now = clock.now();
        write([&](storage::Session& session) -> Result<bool> {
            storage::put_section(session, no, packed, now);
            wire::Facts facts;
            if (auto done = storage::read_body(
                    session, storage::current_bodies(session, no)[index], index, facts);
                !done)
                return done.error();
            storage::update_summary(session, no, facts, now);
            return true;
        });
    }

    /// A heartbeat.
    void heard(const DeviceId& device, std::chrono::milliseconds clock_offset = 0ms)
    {
        storage::Sighting sighting;
        sighting.received_at = clock.now();
        sighting.clock_offset = clock_offset;
        const AgentId agent{"agent-" + device.text()};
        const auto no = database.number("SELECT no FROM agent WHERE id = '" + agent.text() + "'");
        liveness.note(agent, no, device, sighting);
    }

    void put_event(const DeviceId& device, wire::Event event)
    {
        event.number = static_cast<std::uint64_t>(++events_put);
        event.at = clock.now();
        const std::int64_t no = no_of(device);
        const Timestamp now = clock.now();
        write([&](storage::Session& session) -> Result<bool> {
            session
                .prepared("INSERT INTO stream (no, agent_no, id, state, begun_at_ms,"
                          " last_report_at_ms, last_seq, recent, event_high, reports, events,"
                          " boot_id, boot_id_before)"
                          " SELECT ?1, no, 'S', 'live', 0, 0, 0, '', 0, 0, 0, '', ''"
                          " FROM agent WHERE device_no = ?1 ON CONFLICT DO NOTHING")
                ->bind(1, no)
                .run();
            storage::put_event(session, no, no, storage::pack_event(event), now);
            return true;
        });
    }

    /// Judges the device once; nothing when there was nothing to store.
    std::optional<Stored> judge_once(const DeviceId& device)
    {
        auto looked = database->read_and_wait([&](storage::Session& session) {
            return evaluator->look(session, device, clock.now());
        });
        BOOST_TEST_REQUIRE(looked.has_value());
        last_look = looked->look_again_at;
        if (!looked->to_store)
            return {};
        auto stored = database->write_and_wait([&](storage::Session& session) {
            return evaluator->store(session, *looked, clock.now());
        });
        BOOST_TEST_REQUIRE(stored.has_value());
        last_look = stored->look_again_at;
        return *stored;
    }

    /// Judges the device, and whatever follows from it, until nothing is left to do.
    void judge(const DeviceId& device)
    {
        std::vector<DeviceId> left{device};
        for (int i = 0; i < 50 && !left.empty(); ++i)
        {
            const DeviceId next = left.back();
            left.pop_back();
            const auto stored = judge_once(next);
            if (stored)
                left.insert(left.end(), stored->others.begin(), stored->others.end());
            if (stored && stored->more_news)
                left.push_back(next);
        }
    }

    /// "rule[subject] severity state" of what is not resolved, sorted. Empty `rule`: all rules.
    std::vector<std::string> findings(const DeviceId& device, std::string_view rule = {})
    {
        std::vector<std::string> lines;
        for (const auto& record : records(device))
        {
            if (!rule.empty() && record.rule != rule)
                continue;
            const std::string subject = record.subject.empty() ? "" : '[' + record.subject + ']';
            lines.push_back(
                record.rule + subject + ' ' + boost::describe::enum_to_string(record.severity, "?")
                + ' ' + boost::describe::enum_to_string(record.state, "?"));
        }
        std::sort(lines.begin(), lines.end());
        return lines;
    }

    std::vector<findings::FindingRecord> records(const DeviceId& device)
    {
        const std::int64_t no = no_of(device);
        return read([&](storage::Session& session) -> Result<std::vector<findings::FindingRecord>> {
            return storage::active_findings(session, no);
        });
    }

    findings::FindingRecord finding(const DeviceId& device, const std::string& rule)
    {
        for (auto& record : records(device))
        {
            if (record.rule == rule)
                return record;
        }
        BOOST_FAIL("no finding of " << rule);
        return {};
    }

    std::string state_of(const DeviceId& device)
    {
        return database.text("SELECT state FROM device_summary WHERE id = '" + device.text() + "'");
    }

    std::int64_t alerts(const std::string& kind)
    {
        return database.number("SELECT count(*) FROM alert_queue WHERE kind = '" + kind + "'");
    }

    std::optional<Timestamp> last_look;
};

/// A site with what it takes to decide about programs.
struct ProgramSite : Site
{
    std::int64_t program_no(const DeviceId& device)
    {
        return std::stoll(*finding(device, "process_unknown").evidence.find("program_no"));
    }

    Result<Touched<findings::ProgramDecision>> decide(ProgramRequest request)
    {
        return database->write_and_wait([&](storage::Session& session) {
            return decide_program(session, request, "sato", clock.now());
        });
    }

    ProgramRequest allow(std::int64_t no)
    {
        ProgramRequest request;
        request.program_no = no;
        request.scope = findings::DecisionScope::site;
        request.scope_value = "root";
        request.reason = "needed for work";
        return request;
    }

    /// Learning of the model ends, as an administrator may say.
    void end_learning(const std::string& model = "Maker M1")
    {
        clock.advance(1min);
        write([&](storage::Session& session) {
            return learn_until(session, model, clock.now(), "sato", clock.now());
        });
        evaluator->forget();
        clock.advance(1min);
    }
};

inline wire::AntivirusSection antivirus(Timestamp pattern_built_at)
{
    wire::AntivirusSection section;
    auto& product = section.products.emplace_back();
    product.id = "shield";
    product.name = "Shield";
    product.has_pattern = true;
    product.pattern_built_at = pattern_built_at;
    product.realtime = wire::Switch::on;
    return section;
}

inline wire::Program program(std::string path, char content = 'a', std::string signer = {})
{
    wire::Program made;
    made.path = std::move(path);
    made.sha256 = std::string(64, content);
    made.signer = std::move(signer);
    return made;
}

inline wire::ProcessesSection processes(std::vector<wire::Program> programs)
{
    wire::ProcessesSection section;
    section.programs = std::move(programs);
    return section;
}

inline wire::Event first_run(wire::Program of)
{
    wire::Event event;
    event.kind = wire::EventKind::process_first_seen;
    event.program = std::move(of);
    return event;
}

using Lines = std::vector<std::string>;

} // namespace mimamori::collector::judge::test
