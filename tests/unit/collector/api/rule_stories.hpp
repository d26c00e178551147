#pragma once

#include "tests/unit/collector/api/profile_stories.hpp"
#include "tests/unit/collector/api/sender_stories.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// How each rule comes to a finding and how that ends, by what a device sends and people decide.
namespace mimamori::collector::api::test {

using judge::test::program;

inline wire::AntivirusProduct& product(wire::Facts& facts, Timestamp now)
{
    facts.antivirus = judge::test::antivirus(now);
    return facts.antivirus->products.front();
}

inline void fresh_antivirus(RuleSite& site)
{
    site.change([&](wire::Facts& facts) { product(facts, site.clock.now()); });
}

inline void set_os(RuleSite& site, const char* distribution, const char* version)
{
    site.change([&](wire::Facts& facts) {
        auto& os = facts.os.emplace();
        os.family = "linux";
        os.distribution = distribution;
        os.version = version;
    });
}

template <auto member>
void set_security(RuleSite& site, bool on)
{
    site.change([&](wire::Facts& facts) {
        if (!facts.security)
            facts.security.emplace();
        (*facts.security).*member = on;
    });
}

inline void set_programs(RuleSite& site, const char* path)
{
    site.change([&](wire::Facts& facts) {
        facts.processes = judge::test::processes({program(path, 'b')});
    });
}

inline void set_routes(RuleSite& site, std::vector<wire::Route> routes)
{
    site.change([&](wire::Facts& facts) { facts.interfaces.emplace().routes = std::move(routes); });
}

inline void set_ports(RuleSite& site, std::vector<std::uint16_t> ports)
{
    site.change([&](wire::Facts& facts) {
        facts.listeners.emplace();
        for (const std::uint16_t port : ports)
            facts.listeners->listeners.push_back({"tcp", "0.0.0.0", port, "/usr/sbin/x", ""});
    });
}

inline void set_account(RuleSite& site, bool administrator, bool empty, Timestamp last_logon)
{
    site.change([&](wire::Facts& facts) {
        auto& accounts = facts.accounts.emplace().accounts;
        for (const char* id : {"0", "1000"})
        {
            auto& account = accounts.emplace_back();
            account.id = id;
            account.enabled = true;
            account.administrator = administrator || std::string_view{id} == "0";
            account.password_empty = empty;
            account.last_logon_at = last_logon;
        }
    });
}

inline void set_notebook(RuleSite& site, bool encrypted)
{
    site.change([&](wire::Facts& facts) {
        facts.hardware.emplace().chassis = "notebook";
        facts.security.emplace().encryption = {{"C:", encrypted, ""}};
    });
}

inline void set_disk(RuleSite& site, const char* health)
{
    site.change([&](wire::Facts& facts) {
        auto& disk = facts.hardware.emplace().disks.emplace_back();
        disk.name = "sda";
        disk.health = health;
    });
}

inline void plug(RuleSite& site)
{
    wire::Event event;
    event.kind = wire::EventKind::usb_attached;
    auto& usb = event.usb.emplace();
    usb.vendor_id = "0781";
    usb.product_id = "5567";
    usb.serial = "A1";
    usb.device_class = "storage";
    site.agent().facts.usb.emplace();
    site.happens(event);
}

inline void register_stick(RuleSite& site)
{
    site.act([&](storage::Session& session) {
        storage::RegisteredMedium medium;
        medium.vendor_id = "0781";
        medium.product_id = "5567";
        medium.serial = "A1";
        medium.label = "ward";
        judge::register_usb_medium(session, medium, "sato", site.clock.now()).value();
    });
}

inline void detect(RuleSite& site)
{
    wire::Event event;
    event.kind = wire::EventKind::antivirus_detection;
    event.text = "EICAR-Test-File";
    site.happens(event);
}

/// Only a person closes it: that nothing more was found proves nothing.
inline void close_detection(RuleSite& site)
{
    const std::string id = site.finding(site.pc, "av_detection").id;
    site.clock.advance(1min);
    site.act([&](storage::Session& session) {
        const findings::Resolve removed{"removed by the program"};
        judge::act_on_finding(session, id, removed, "sato", site.clock.now()).value();
    });
}

inline void see_stranger(RuleSite& site)
{
    site.change([](wire::Facts& facts) {
        facts.neighbours.emplace().neighbours = {{"10.0.0.9", "02:00:00:00:00:09", "eth0"}};
    });
}

inline void approve_stranger(RuleSite& site)
{
    site.act([&](storage::Session& session) {
        judge::approve_strangers(session, site.pc, "printer", {}, "sato", site.clock.now()).value();
    });
}

inline void share_address(RuleSite& site)
{
    const DeviceId other = site.add_device("other");
    site.agents.at(other).facts.interfaces.emplace().adapters = {
        adapter("eth0", "ethernet", "10.0.0.2/24")};
    site.heard(other);
    site.judge(other);
    set_adapters(site, {adapter("eth0", "ethernet", "10.0.0.2/24")});
}

inline void issue_other_network(RuleSite& site)
{
    storage::PolicyRow policy;
    policy.scope_value = "root";
    policy.reason = "plan of 2026";
    policy.settings = {{"issued_networks", "10.0.0.0/24"}};
    site.act([&](storage::Session& session) {
        judge::set_policy(session, policy, site.options.policy).value();
    });
    set_adapters(site, {adapter("eth0", "ethernet", "192.168.1.2/24")});
}

inline Stories protection_stories()
{
    using Site = RuleSite;
    return {
        {"av_missing",
         {[](Site& s) { s.change([](auto& f) { f.antivirus.emplace(); }); }, fresh_antivirus}},
        {"av_stale",
         {[](Site& s) { s.change([&](auto& f) { product(f, s.clock.now() - days{30}); }); },
          fresh_antivirus}},
        {"av_off",
         {[](Site& s) {
              s.change([&](auto& f) { product(f, s.clock.now()).realtime = wire::Switch::off; });
          },
          fresh_antivirus}},
        {"av_unknown",
         {[](Site& s) {
              s.change([](auto& f) { f.antivirus.emplace().from.unknown = {{"", "unread"}}; });
          },
          fresh_antivirus}},
        {"av_licence_ending",
         {[](Site& s) {
              s.change([&](auto& f) {
                  product(f, s.clock.now()).licence_until =
                      std::chrono::floor<days>(s.clock.now()) + days{10};
              });
          },
          [](Site& s) {
              s.change([&](auto& f) {
                  product(f, s.clock.now()).licence_until =
                      std::chrono::floor<days>(s.clock.now()) + days{999};
              });
          }}},
        {"av_detection", {detect, close_detection}}};
}

inline Stories system_stories()
{
    using Site = RuleSite;
    return {
        {"os_unsupported",
         {[](Site& s) { set_os(s, "debian", "9"); }, [](Site& s) { set_os(s, "debian", "12"); }}},
        {"os_support_ending",
         {[](Site& s) { set_os(s, "debian", "11"); }, [](Site& s) { set_os(s, "debian", "13"); }}},
        {"patch_behind",
         {[](Site& s) {
              set_os(s, "debian", "12");
              s.change([&](auto& f) {
                  auto& p = f.patches.emplace();
                  p.pending_security_count = 0;
                  p.lists_updated_at = s.clock.now() - days{90};
              });
          },
          [](Site& s) {
              s.change([&](auto& f) { f.patches->lists_updated_at = s.clock.now(); });
          }}},
        {"reboot_pending",
         {[](Site& s) { s.change([](auto& f) { f.patches.emplace().reboot_pending = true; }); },
          [](Site& s) { s.change([](auto& f) { f.patches->reboot_pending = false; }); }}}};
}

inline Stories sighting_stories()
{
    using Site = RuleSite;
    return {
        {"process_unknown",
         {[](Site& s) { set_programs(s, "/tmp/x"); },
          [](Site& s) { s.allow_program("process_unknown"); }}},
        {"process_lookalike",
         {[](Site& s) { set_programs(s, "C:\\ProgramData\\svch0st.exe"); },
          [](Site& s) { s.allow_program("process_lookalike"); }}},
        {"remote_tool",
         {[](Site& s) { set_programs(s, "C:\\Program Files\\TeamViewer\\TeamViewer.exe"); },
          [](Site& s) { s.allow_program("remote_tool"); }}},
        {"usb_unregistered", {plug, register_stick}},
        {"usb_policy_off",
         {[](Site& s) { s.change([](auto& f) { f.usb.emplace().storage_policy = "allowed"; }); },
          [](Site& s) { s.change([](auto& f) { f.usb->storage_policy = "blocked"; }); }}},
        {"neighbour_unknown", {see_stranger, approve_stranger}}};
}

inline Stories network_stories()
{
    using Site = RuleSite;
    return {
        {"mobile_network",
         {[](Site& s) { set_adapters(s, {adapter("wwan0", "wwan", "100.64.0.2/30")}); },
          [](Site& s) { set_adapters(s, {}); }}},
        {"dual_homed",
         {[](Site& s) {
              set_adapters(
                  s, {adapter("eth0", "ethernet", "10.0.0.2/24"),
                      adapter("wlan0", "wifi", "192.168.9.2/24")});
          },
          [](Site& s) { set_adapters(s, {adapter("eth0", "ethernet", "10.0.0.2/24")}); }}},
        {"second_gateway",
         {[](Site& s) {
              set_routes(
                  s, {{"0.0.0.0/0", "10.0.0.1", "eth0"}, {"0.0.0.0/0", "192.168.9.1", "wlan0"}});
          },
          [](Site& s) { set_routes(s, {}); }}},
        {"service_unneeded",
         {[](Site& s) { set_ports(s, {23}); }, [](Site& s) { set_ports(s, {}); }}},
        {"port_unexpected",
         {[](Site& s) {
              set_ports(s, {445});
              s.wait(days{14});
              set_ports(s, {445, 8080});
          },
          [](Site& s) { set_ports(s, {445}); }}},
        {"ip_duplicate",
         {share_address,
          [](Site& s) { set_adapters(s, {adapter("eth0", "ethernet", "10.0.0.3/24")}); }}},
        {"ip_not_issued", {issue_other_network, [](Site& s) {
                               set_adapters(s, {adapter("eth0", "ethernet", "10.0.0.2/24")});
                           }}}};
}

inline Stories account_stories()
{
    using Site = RuleSite;
    return {
        {"account_weak",
         {[](Site& s) { set_account(s, false, true, s.clock.now()); },
          [](Site& s) { set_account(s, false, false, s.clock.now()); }}},
        {"account_dormant",
         {[](Site& s) { set_account(s, false, false, s.clock.now() - days{400}); },
          [](Site& s) { set_account(s, false, false, s.clock.now()); }}},
        {"admin_unexpected",
         {[](Site& s) {
              set_account(s, false, false, s.clock.now());
              s.wait(days{14});
              set_account(s, true, false, s.clock.now());
          },
          [](Site& s) { set_account(s, false, false, s.clock.now()); }}}};
}

inline Stories setting_stories()
{
    using Site = RuleSite;
    return {
        {"firewall_off",
         {[](Site& s) {
              s.change([](auto& f) { f.security.emplace().firewall = {{"public", false}}; });
          },
          [](Site& s) { s.change([](auto& f) {
                            f.security->firewall = {{"public", true}};
                        }); }}},
        {"smb1_on",
         {[](Site& s) { set_security<&wire::SecuritySection::smb1>(s, true); },
          [](Site& s) { set_security<&wire::SecuritySection::smb1>(s, false); }}},
        {"rdp_on",
         {[](Site& s) { set_security<&wire::SecuritySection::remote_desktop>(s, true); },
          [](Site& s) { set_security<&wire::SecuritySection::remote_desktop>(s, false); }}},
        {"autorun_on",
         {[](Site& s) { set_security<&wire::SecuritySection::autorun>(s, true); },
          [](Site& s) { set_security<&wire::SecuritySection::autorun>(s, false); }}},
        {"encryption_off",
         {[](Site& s) { set_notebook(s, false); }, [](Site& s) { set_notebook(s, true); }}},
        {"disk_failing",
         {[](Site& s) { set_disk(s, "failing"); }, [](Site& s) { set_disk(s, "good"); }}}};
}

/// How each rule comes to a finding, and how it ends.
inline const Stories& stories()
{
    static const Stories all = [] {
        Stories joined;
        for (const auto part :
             {protection_stories, system_stories, sighting_stories, network_stories,
              profile_stories, account_stories, setting_stories, sender_stories})
            joined.merge(part());
        return joined;
    }();
    return all;
}

} // namespace mimamori::collector::api::test
