#pragma once

// A site with many devices whose silence is judged and told.

#include "collector/judge/site_events.hpp"
#include "collector/judge/site_judge.hpp"
#include "collector/notify/routing.hpp"
#include "collector/storage/alert_settings.hpp"
#include "collector/storage/delivery_store.hpp"
#include "collector/storage/program_store.hpp"
#include "collector/storage/site_event_store.hpp"
#include "tests/support/mail_text.hpp"
#include "tests/unit/collector/judge/judge_fixture.hpp"

#include <map>
#include <string>
#include <vector>

namespace mimamori::collector::judge::test {

/// Devices are heard, the clock goes on, and everything that judges and tells does its work.
struct EventSite : Site
{
    rules::SystemFacts system;
    notify::MailSettings mail;
    std::vector<DeviceId> devices;
    std::map<DeviceId, std::int64_t> agents;
    std::map<DeviceId, Timestamp> due; ///< When the device is judged next.

    EventSite()
    {
        system.certificates = {{"root", "Site Root", begin + days{4'000}, rules::Urgency::none}};
        system.knowledge = {{"os_lifecycle", std::chrono::floor<days>(begin)}};
        system.disk_size_bytes = 1'000;
        system.disk_free_bytes = 500;
        mail.host = "127.0.0.1";
        mail.security = notify::MailSecurity::none;
        mail.from = "mimamori@hospital.example";
        mail.to = {"clerk@hospital.example"};
        mail.language = findings::Language::en;
        mail.gather_silence = silence_gathered_for(options.policy, 60s);
        write([](storage::Session& session) -> Result<bool> {
            session.prepared("DELETE FROM alert_setting WHERE kind = 'route'")->run();
            storage::AlertSettingRow row;
            row.kind = "route";
            row.name = "silence";
            row.body = R"({"least":"info","rules":["device_silent","site_silent"],)"
                       R"("channels":["mail"]})";
            return storage::put_alert_setting(session, row).has_value();
        });
    }

    void add_site(const std::string& id, const std::string& parent = "root")
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

    /// "name-0", "name-1", …, heard now.
    std::vector<DeviceId> add_devices(
        const std::string& name, const std::string& site, std::size_t count)
    {
        std::vector<DeviceId> added;
        write([&](storage::Session& session) -> Result<bool> {
            for (std::size_t i = 0; i < count; ++i)
            {
                const DeviceId device{name + '-' + std::to_string(i)};
                const AgentId agent{"agent-" + device.text()};
                const storage::NewDevice made{device, {}, {}, {}, {}};
                storage::add_device(session, made, clock.now()).value();
                storage::add_agent(
                    session, {agent, device, storage::AgentStatus::approved}, clock.now())
                    .value();
                storage::move_device(session, device, SiteId{site}).value();
                const auto row = session.prepared("SELECT no FROM agent WHERE id = ?1");
                row->bind(1, agent.text()).next();
                agents[device] = row->integer(0);
                added.push_back(device);
            }
            return true;
        });
        devices.insert(devices.end(), added.begin(), added.end());
        hear(added);
        return added;
    }

    /// A heartbeat of each; `goodbye`: it is switched off.
    void hear(const std::vector<DeviceId>& which, bool goodbye = false)
    {
        for (const DeviceId& device : which)
        {
            storage::Sighting sighting;
            sighting.received_at = clock.now();
            if (goodbye)
                sighting.stopped_reason = "shutdown";
            const AgentId agent{"agent-" + device.text()};
            const auto before = liveness.of(device);
            // Ingest asks for it when a device comes back.
            if (goodbye || !before || clock.now() - before->last_seen_at >= 5min)
                due[device] = clock.now();
            liveness.note(agent, agents.at(device), device, sighting);
        }
    }

    /// Judges the devices whose time has come, and what follows from it.
    void judge_all()
    {
        write([&](storage::Session& session) -> Result<bool> {
            while (liveness.flush(session, 10'000) == 10'000)
                ;
            for (const DeviceId& device : devices)
            {
                while (due[device] <= clock.now())
                {
                    auto looked = evaluator->look(session, device, clock.now()).value();
                    auto next = looked.look_again_at;
                    bool more = false;
                    if (looked.to_store)
                    {
                        const auto stored = evaluator->store(session, looked, clock.now()).value();
                        next = stored.look_again_at;
                        more = stored.more_news;
                    }
                    due[device] = more ? clock.now() : next.value_or(clock.now() + 24h);
                }
            }
            return true;
        });
    }

    /// A look at the sites; whether anything was stored.
    bool look_at_sites()
    {
        const SiteLook look{liveness, options.policy, 60s, system, options.alerts, clock.now()};
        const bool changed =
            read([&](storage::Session& session) { return sites_change(session, look); });
        if (changed)
            write([&](storage::Session& session) { return store_sites(session, look); });
        return changed;
    }

    /// Summaries of what is composed for people now.
    std::vector<std::string> told()
    {
        const std::int64_t before = database.number("SELECT coalesce(max(no), 0) FROM delivery");
        for (bool more = true; more;)
            more = write([&](storage::Session& session) -> Result<bool> {
                const auto settings = notify::read_settings(storage::alert_settings(session));
                const auto sites = storage::read_site_tree(session);
                const notify::RoutingContext context{settings.value(), mail, sites, clock.now()};
                return notify::route_alerts(session, context);
            });
        std::vector<std::string> summaries;
        for (auto& row :
             read([](storage::Session& session) -> Result<std::vector<storage::ListedDelivery>> {
                 return storage::list_deliveries(session, "", 0, 1'000);
             }))
        {
            if (row.no > before)
                summaries.insert(summaries.begin(), row.summary);
        }
        return summaries;
    }

    /// Minutes go by in which these devices are heard; what people are told meanwhile.
    std::vector<std::string> pass(
        std::chrono::minutes time, const std::vector<DeviceId>& heard_ones = {})
    {
        std::vector<std::string> all;
        for (std::chrono::minutes gone{0}; gone < time; ++gone)
        {
            clock.advance(1min);
            hear(heard_ones);
            judge_all();
            look_at_sites();
            for (auto& one : told())
                all.push_back(std::move(one));
        }
        return all;
    }

    std::vector<storage::SiteEvent> events()
    {
        return read([](storage::Session& session) -> Result<std::vector<storage::SiteEvent>> {
            return storage::list_site_events(session, 0, 100);
        });
    }

    /// The text of the mail that was composed last.
    std::string last_mail()
    {
        return tests::readable_mail(
            database.text("SELECT content FROM delivery ORDER BY no DESC LIMIT 1"));
    }
};

} // namespace mimamori::collector::judge::test
