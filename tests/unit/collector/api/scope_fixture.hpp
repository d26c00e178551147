#pragma once

// Two hospitals below one root. What belongs to the foreign one has "geheim" in it.

#include "collector/storage/enrolment_store.hpp"
#include "collector/storage/site_event_store.hpp"
#include "tests/unit/collector/api/api_fixture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace mimamori::collector::api::test {

inline constexpr const char* foreign_mac = "02:de:ad:be:ef:99";

/// Whether an answer tells something of the foreign hospital.
inline bool tells_foreign(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text.find("geheim") != std::string::npos || text.find(foreign_mac) != std::string::npos;
}

struct TwoHospitals : ApiSite
{
    SiteId foreign{add_site("geheim hospital")};
    SiteId own{add_site("Aoba hospital")};
    SiteId ward{add_site("Radiology", own)};
    DeviceId theirs{add_busy_device("geheim-pc", "geheim", foreign)};
    DeviceId mine{add_busy_device("own-pc", "known", own)};
    DeviceId in_ward{add_busy_device("ward-pc", "warded", ward)};
    std::string geheim_event;

    TwoHospitals()
    {
        // Every route is asked for everything, in one go.
        request_rate.emplace(people::RequestRate::Config{.requests_per_minute = 1'000'000});
        write([&](storage::Session& session) -> Result<bool> {
            for (const char* sql : {
                     "INSERT INTO medium (vendor_id, product_id, serial, label, registered_by,"
                     " registered_at_ms) VALUES ('0781', '5567', 'geheim-stick', 'geheim', 'x', 0)",
                     "INSERT INTO ledger_job (person_id, who, file, rows, refused_rows, devices,"
                     " begun_at_ms) VALUES ('geheim', 'geheim', 'geheim.csv', 1, 0, 1, 0)",
                     "INSERT INTO neighbour (mac, name, approved_by, approved_at_ms)"
                     " VALUES ('02:00:00:00:00:77', 'geheim printer', 'x', 0)",
                     "INSERT INTO program_decision (decision, kind, value, scope, scope_value,"
                     " reason, decided_by, decided_at_ms) VALUES ('allow', 'path', '/opt/geheim',"
                     " 'device', 'geheim-pc', 'geheim', 'x', 0)",
                     "INSERT INTO delivery (channel_no, message_id, recipient, summary, content,"
                     " state, composed_at_ms, attempts, next_attempt_ms, perhaps_twice, problem)"
                     " VALUES (1, 'm', 'geheim@x', 'geheim', 'geheim', 'dead', 0, 1, 0, 0, '')",
                 })
                session.prepared(sql)->run();
            session
                .prepared("INSERT INTO ledger_batch (kind, person_id, who, at_ms, added, changed)"
                          " VALUES ('bulk', 'geheim', 'geheim', ?1, 0, 0)")
                ->bind(1, to_ms(clock.now()))
                .run();
            session
                .prepared("INSERT INTO policy VALUES ('site', ?1, '[]', 'matsu', '[]', 'geheim',"
                          " 'geheim', 0)")
                ->bind(1, foreign.text())
                .run();
            session
                .prepared("INSERT INTO score_day VALUES ('2026-02-01', ?1, 7654321, 7654321, 0, 0,"
                          " 0, 0, 0)")
                ->bind(1, foreign.text())
                .run();
            session
                .prepared("INSERT INTO enrolment_request (kind, state, key_fingerprint, code,"
                          " agent_id, site_id, address, agent_version, why, machine,"
                          " first_asked_at_ms, last_asked_at_ms, expires_at_ms, decided_by)"
                          " VALUES ('enrol', 'waiting', 'geheim', 'geheim', '', ?1, '10.0.0.1',"
                          " '1', '', '{\"hostname\":\"geheim-new\"}', ?2, ?2, ?3, '')")
                ->bind(1, foreign.text())
                .bind(2, to_ms(clock.now()))
                .bind(3, to_ms(clock.now() + 24h))
                .run();
            return true;
        });
        geheim_event = add_event(foreign, theirs);
        add_person("geheim-person", people::Role::viewer, {foreign});
        write([&](storage::Session& session) -> Result<bool> {
            session
                .prepared("INSERT INTO second_factor VALUES ('person-geheim-person', 'GEHEIM', 1,"
                          " 0, 0)")
                ->run();
            session
                .prepared("INSERT INTO api_token (person_id, name, role, token_hash, hint,"
                          " created_at_ms, expires_at_ms) VALUES ('person-geheim-person',"
                          " 'geheim', 'viewer', 'geheim', 'eheim', 0, 9000000000000)")
                ->run();
            return true;
        });
    }

    /// Silence of a site with one device; its id.
    std::string add_event(const SiteId& site, const DeviceId& device)
    {
        const std::int64_t device_no = no_of(device);
        return write([&](storage::Session& session) -> Result<std::string> {
            storage::SiteEvent event;
            event.site = site;
            event.began_at = clock.now();
            event.opened_at = clock.now();
            storage::add_site_event(session, event);
            storage::put_site_event_member(
                session, event.no, {device_no, site, clock.now(), clock.now()});
            return event.id;
        });
    }

    /// A device with facts, events, media, strangers and findings that have `word` in them.
    DeviceId add_busy_device(const std::string& id, const std::string& word, const SiteId& site)
    {
        const auto device = add_device(id, "Model of " + word);
        move_device(device, site);
        wire::OsSection os;
        os.hostname = id;
        os.product = "Windows 7 of " + word;
        put(device, "os", os);
        wire::LogonsSection logons;
        logons.logons.push_back({"user-" + word, "interactive", "console", clock.now()});
        put(device, "logons", logons);
        auto odd = judge::test::program("/tmp/" + word + "/run", word[0]);
        odd.user = "user-" + word;
        put(device, "processes", judge::test::processes({odd}));
        put(device, "antivirus", judge::test::antivirus(clock.now() - 30 * 24h));
        wire::NeighboursSection neighbours;
        neighbours.neighbours.push_back(
            {"10.0.0.9",
             word == "geheim" ? foreign_mac : fmt::format("02:00:00:00:00:{:02x}", word[0]),
             "eth0"});
        put(device, "neighbours", neighbours);
        put(device, "usb", wire::UsbSection{});
        judge(device);
        wire::Event event;
        event.kind = wire::EventKind::usb_attached;
        event.text = word + " stick";
        event.user = "user-" + word;
        event.usb = wire::UsbDevice{};
        event.usb->vendor_id = "0781";
        event.usb->product_id = "5567";
        event.usb->serial = word + "-stick";
        event.usb->device_class = "storage";
        put_event(device, event);
        judge(device);
        return device;
    }

    /// A browser of somebody who answers for these sites.
    Browser of_sites(const std::string& name, people::Role role, const std::vector<SiteId>& sites)
    {
        add_person(name, role, sites);
        Browser made = browser();
        BOOST_TEST_REQUIRE(made.sign_in(name).status == 200);
        return made;
    }

    /// Names of everything foreign that an address can name.
    Lines foreign_names()
    {
        Lines names{theirs.text(), foreign.text(), "geheim-person", "agent-geheim-pc",
                    "1",           geheim_event};
        for (const auto& record : records(theirs))
            names.push_back(record.id);
        return names;
    }

    /// All that is stored, but who is signed in and the record of changes.
    std::string everything()
    {
        std::string all;
        const auto tables = database.text(
            "SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_schema"
            " WHERE type = 'table' AND name NOT IN ('sign_in', 'change_log') ORDER BY name)");
        for (std::size_t at = 0; at < tables.size();)
        {
            const auto end = std::min(tables.find(' ', at), tables.size());
            const std::string table = tables.substr(at, end - at);
            const std::string columns = database.text(
                "SELECT group_concat('quote(\"' || name || '\")', ' || '','' || ')"
                " FROM pragma_table_info('"
                + table + "')");
            all +=
                table + ": "
                + database.text("SELECT group_concat(" + columns + ", ';') FROM \"" + table + "\"")
                + "\n";
            at = end + 1;
        }
        return all;
    }
};

} // namespace mimamori::collector::api::test
