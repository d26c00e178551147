#pragma once

// A database with devices, findings and settings of alerts.

#include "collector/notify/alert_desk.hpp"
#include "collector/notify/routing.hpp"
#include "collector/storage/alert_settings.hpp"
#include "collector/storage/alert_store.hpp"
#include "collector/storage/delivery_store.hpp"
#include "collector/storage/finding_store.hpp"
#include "common/wire/json_writer.hpp"
#include "tests/support/collector_database.hpp"
#include "tests/support/manual_clock.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mimamori::collector::notify::test {

/// What a test says of a finding.
struct FindingIs
{
    std::string device{"pc"};
    std::string rule{"av_stale"};
    rules::Severity severity{rules::Severity::action};
    findings::FindingState state{findings::FindingState::open};
};

struct AlertDatabase
{
    tests::ManualClock clock{parse_rfc3339("2026-11-22T05:10:00Z").value()}; ///< Sunday, 14:10.
    tests::CollectorDatabase database;
    MailSettings mail;

    AlertDatabase()
    {
        mail.host = "127.0.0.1";
        mail.security = MailSecurity::none;
        mail.from = "mimamori@hospital.example";
        mail.to = {"clerk@hospital.example"};
        mail.language = findings::Language::en;
        mail.web_address = "https://mimamori.example:8443/";
        mail.utc_offset = std::chrono::hours{9};
        database.enrol(DeviceId{"pc"}, AgentId{"agent"}, clock.now());
    }

    template <class Work>
    auto write(Work work)
    {
        return database->write_and_wait(std::move(work)).value();
    }

    void add_site(const std::string& id, const std::string& parent)
    {
        write([&](storage::Session& session) -> Result<bool> {
            session
                .prepared("INSERT INTO site (id, parent_id, name, created_at_ms)"
                          " VALUES (?1, ?2, ?1, 0)")
                ->bind(1, id)
                .bind(2, parent)
                .run();
            return true;
        });
    }

    void add_device(const std::string& id, const std::string& site)
    {
        database.enrol(DeviceId{id}, AgentId{"agent-" + id}, clock.now());
        write([&](storage::Session& session) -> Result<bool> {
            if (auto moved = storage::move_device(session, DeviceId{id}, SiteId{site}); !moved)
                return moved.error();
            return true;
        });
    }

    /// Stores a finding as it is now; with its alert when there is one, as the judge does.
    void put(const FindingIs& is, std::optional<findings::AlertKind> alert)
    {
        write([&](storage::Session& session) -> Result<bool> {
            const auto device_no = storage::device_no_of(session, DeviceId{is.device});
            if (!device_no)
                return device_no.error();
            findings::FindingRecord record;
            if (auto known = storage::find_finding(session, *device_no, is.rule, ""))
                record = *known;
            record.device_no = *device_no;
            record.rule = is.rule;
            record.severity = is.severity;
            record.state = is.state;
            record.opened_at = clock.now();
            record.evidence.set("product", "ClamAV").set("pattern_built_at", clock.now());
            storage::put_finding(session, record);
            if (alert)
                storage::put_alert(session, *alert, record, clock.now());
            return true;
        });
    }

    void open(FindingIs is = {}) { put(is, findings::AlertKind::opened); }

    void end(FindingIs is = {})
    {
        is.state = findings::FindingState::resolved;
        put(is, findings::AlertKind::resolved);
    }

    /// Somebody did something with it: no alert.
    void set_state(findings::FindingState state)
    {
        FindingIs is;
        is.state = state;
        put(is, {});
    }

    /// Adds a setting without checking it.
    template <class T>
    std::int64_t add(const char* kind, const std::string& name, const T& setting)
    {
        return write([&](storage::Session& session) -> Result<std::int64_t> {
            storage::AlertSettingRow row;
            row.kind = kind;
            row.name = name;
            row.body = wire::to_json<wire::Defaults::written>(setting);
            row.changed_at = clock.now();
            if (auto done = storage::put_alert_setting(session, row); !done)
                return done.error();
            return row.no;
        });
    }

    void remove_all_routes()
    {
        write([](storage::Session& session) -> Result<bool> {
            session.prepared("DELETE FROM alert_setting WHERE kind = 'route'")->run();
            return true;
        });
    }

    /// A channel of mail to one address, called like it.
    std::string mail_to(const std::string& name)
    {
        Channel channel;
        channel.kind = "mail";
        channel.language = findings::Language::en;
        channel.to = {name + "@hospital.example"};
        add("channel", name, channel);
        return name;
    }

    /// Lets routes and digests do what is due now; what was queued by it, "recipient summary".
    std::vector<std::string> route()
    {
        const std::int64_t before = database.number("SELECT coalesce(max(no), 0) FROM delivery");
        for (bool more = true; more;)
            more = write([&](storage::Session& session) -> Result<bool> {
                const auto settings = read_settings(storage::alert_settings(session));
                if (!settings)
                    return settings.error();
                const auto sites = storage::read_site_tree(session);
                const RoutingContext context{*settings, mail, sites, clock.now()};
                const bool again = route_alerts(session, context);
                compose_digests(session, context);
                compose_heads(session, context);
                return again;
            });
        auto rows =
            database
                ->read_and_wait(
                    [](storage::Session& session) -> Result<std::vector<storage::ListedDelivery>> {
                        return storage::list_deliveries(session, "", 0, 1'000);
                    })
                .value();
        std::vector<std::string> queued;
        for (auto row = rows.rbegin(); row != rows.rend(); ++row)
        {
            if (row->no > before)
                queued.push_back(
                    row->recipient.substr(0, row->recipient.find('@')) + ' ' + row->summary);
        }
        return queued;
    }
};

} // namespace mimamori::collector::notify::test
