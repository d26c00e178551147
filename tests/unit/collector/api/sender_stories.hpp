#pragma once

#include "collector/judge/neighbour_search.hpp"
#include "collector/storage/device_store.hpp"
#include "tests/unit/collector/api/rule_site.hpp"

#include <cstdint>
#include <utility>
#include <vector>

/// How the rules about a device as a sender come to a finding, and how that ends.
namespace mimamori::collector::api::test {

inline wire::Adapter adapter(const char* name, const char* kind, const char* address)
{
    wire::Adapter made;
    made.name = name;
    made.kind = kind;
    made.link_up = true;
    made.addresses = {address};
    return made;
}

inline void set_adapters(RuleSite& site, std::vector<wire::Adapter> adapters)
{
    site.change(
        [&](wire::Facts& facts) { facts.interfaces.emplace().adapters = std::move(adapters); });
}

inline void set_offset(RuleSite& site, std::chrono::milliseconds offset)
{
    site.agent().clock_offset = offset;
    for (int i = 0; i < 3; ++i) // The smallest of three reports counts.
    {
        site.clock.advance(1min);
        site.heard(site.pc);
    }
    site.judge_anew(site.pc);
}

inline void set_version(RuleSite& site, const char* version)
{
    site.agent().version = version;
    site.wait(1min);
}

inline void set_footprint(RuleSite& site, const wire::Footprint& footprint)
{
    site.agent().footprint = footprint;
    site.wait(5min); // It is not kept more often.
}

inline wire::Footprint processor_time(std::uint64_t cpu_ms)
{
    wire::Footprint footprint;
    footprint.up_s = 7'200;
    footprint.cpu_ms = cpu_ms;
    return footprint;
}

inline wire::Footprint free_space(std::uint64_t bytes)
{
    wire::Footprint footprint;
    footprint.disk_bytes = 100'000'000'000;
    footprint.disk_free_bytes = bytes;
    return footprint;
}

/// A report never comes; the next one does.
inline void lose_report(RuleSite& site)
{
    ++site.agent().last_seq;
    site.wait(1min);
}

/// Its disk is copied: two machines report with one certificate.
inline void copy_machine(RuleSite& site)
{
    ReportingAgent copy = site.agent();
    copy.stream = StreamId{tests::id_text('C')};
    copy.boot_id = "boot-of-copy";
    copy.last_seq = 0;
    copy.last_event = 0;
    site.reports.take(copy);
    site.wait(1min);
    site.reports.take(copy);
    site.judge_anew(site.pc);
}

/// The certificate that two hold is revoked, the real machine gets one of its own.
inline void revoke_and_enrol_anew(RuleSite& site)
{
    Browser tanaka = site.signed_in(people::Role::administrator);
    const std::string id = site.agent().id.text();
    const Reply revoked =
        tanaka.post("/api/v1/agents/" + id + "/revoke", R"({"why":"its disk was copied"})");
    BOOST_TEST(revoked.status == 204, revoked.body);
    site.agent().id = AgentId{"agent-anew"};
    site.agent().stream = StreamId{tests::id_text('N')};
    site.agent().last_seq = 0;
    site.agent().last_event = 0;
    site.write([&](storage::Session& session) -> Result<bool> {
        const storage::NewAgent anew{site.agent().id, site.pc, storage::AgentStatus::approved};
        return storage::add_agent(session, anew, site.clock.now()).has_value();
    });
    site.wait(1min);
}

/// Its agent ends without a goodbye; another device still sees the machine and says so when asked.
inline void stop_agent_only(RuleSite& site)
{
    wire::Adapter card = adapter("eth0", "ethernet", "10.0.0.2/24");
    card.mac = "02:00:00:00:00:0a";
    set_adapters(site, {card});
    const DeviceId other = site.add_device("other");
    site.agents.at(other).address = "10.0.0.3";
    site.agents.at(other).neighbours = {card.mac};
    judge::NeighbourSearch search{
        {*site.database, site.liveness, site.reports.sought, site.clock, 60s, {}},
        site.options.policy};
    for (const auto time : {6min, 1min}) // It is asked, it answers.
    {
        site.clock.advance(time);
        mimamori::test::run_coro(site.io, search.look_once());
        site.heard(other);
    }
    site.heard(other);
    mimamori::test::run_coro(site.io, search.look_once());
    site.clock.advance(5min);
    site.judge_anew(site.pc);
}

inline Stories sender_stories()
{
    using Site = RuleSite;
    return {
        {"device_silent",
         {[](Site& s) {
              s.clock.advance(1h);
              s.judge_anew(s.pc);
          },
          [](Site& s) { s.wait(1min); }}},
        {"disk_full",
         {[](Site& s) { set_footprint(s, free_space(9'000'000'000)); },
          [](Site& s) { set_footprint(s, free_space(50'000'000'000)); }}},
        {"agent_stopped", {stop_agent_only, [](Site& s) { s.wait(1min); }}},
        {"device_moved",
         {[](Site& s) {
              set_adapters(s, {adapter("eth0", "ethernet", "10.0.0.2/24")});
              s.wait(days{14});
              set_adapters(s, {adapter("eth0", "ethernet", "10.9.0.2/24")});
          },
          [](Site& s) { set_adapters(s, {adapter("eth0", "ethernet", "10.0.0.2/24")}); }}},
        {"clock_wrong", {[](Site& s) { set_offset(s, 2h); }, [](Site& s) { set_offset(s, 0ms); }}},
        {"log_gap", {lose_report, [](Site& s) { s.wait(days{30}); }}},
        {"device_cloned", {copy_machine, revoke_and_enrol_anew}},
        {"agent_over_budget",
         {[](Site& s) { set_footprint(s, processor_time(7'200'000)); },
          [](Site& s) { set_footprint(s, processor_time(0)); }}},
        {"agent_outdated",
         {[](Site& s) { set_version(s, "1.0.0"); }, [](Site& s) { set_version(s, "2.0.0"); }}}};
}

} // namespace mimamori::collector::api::test
