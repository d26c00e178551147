#include "collector/rules/account_dormant.hpp"
#include "collector/rules/account_weak.hpp"
#include "collector/rules/admin_unexpected.hpp"
#include "collector/rules/agent_outdated.hpp"
#include "collector/rules/agent_over_budget.hpp"
#include "collector/rules/agent_stopped.hpp"
#include "collector/rules/autorun_on.hpp"
#include "collector/rules/av_detection.hpp"
#include "collector/rules/av_licence_ending.hpp"
#include "collector/rules/av_missing.hpp"
#include "collector/rules/av_off.hpp"
#include "collector/rules/av_stale.hpp"
#include "collector/rules/av_unknown.hpp"
#include "collector/rules/backup_old.hpp"
#include "collector/rules/break_glass_used.hpp"
#include "collector/rules/certificate_expiring.hpp"
#include "collector/rules/clock_wrong.hpp"
#include "collector/rules/device_cloned.hpp"
#include "collector/rules/device_moved.hpp"
#include "collector/rules/device_silent.hpp"
#include "collector/rules/disk_failing.hpp"
#include "collector/rules/disk_full.hpp"
#include "collector/rules/disk_low.hpp"
#include "collector/rules/dual_homed.hpp"
#include "collector/rules/encryption_off.hpp"
#include "collector/rules/firewall_off.hpp"
#include "collector/rules/ip_duplicate.hpp"
#include "collector/rules/ip_not_issued.hpp"
#include "collector/rules/knowledge_old.hpp"
#include "collector/rules/log_gap.hpp"
#include "collector/rules/mail_failing.hpp"
#include "collector/rules/mobile_network.hpp"
#include "collector/rules/neighbour_unknown.hpp"
#include "collector/rules/os_support_ending.hpp"
#include "collector/rules/os_unsupported.hpp"
#include "collector/rules/patch_behind.hpp"
#include "collector/rules/peer_unexpected.hpp"
#include "collector/rules/port_unexpected.hpp"
#include "collector/rules/process_lookalike.hpp"
#include "collector/rules/process_unknown.hpp"
#include "collector/rules/rdp_on.hpp"
#include "collector/rules/reboot_pending.hpp"
#include "collector/rules/remote_tool.hpp"
#include "collector/rules/rule.hpp"
#include "collector/rules/second_gateway.hpp"
#include "collector/rules/service_unexpected.hpp"
#include "collector/rules/service_unneeded.hpp"
#include "collector/rules/site_silent.hpp"
#include "collector/rules/smb1_on.hpp"
#include "collector/rules/system_rule.hpp"
#include "collector/rules/usb_policy_off.hpp"
#include "collector/rules/usb_unregistered.hpp"

#include <algorithm>
#include <iterator>

namespace mimamori::collector::rules {

namespace {

// clang-format off
constexpr Rule rules[] = {
    {"av_missing",        judge_av_missing},
    {"av_stale",          judge_av_stale},
    {"av_off",            judge_av_off},
    {"av_detection",      judge_av_detection, WhenUnknown::only_shown},
    {"av_unknown",        judge_av_unknown},
    {"av_licence_ending", judge_av_licence_ending, WhenUnknown::only_shown},
    {"os_unsupported",    judge_os_unsupported},
    {"os_support_ending", judge_os_support_ending},
    {"patch_behind",      judge_patch_behind},
    {"reboot_pending",    judge_reboot_pending, WhenUnknown::only_shown},
    {"process_unknown",   judge_process_unknown},
    {"process_lookalike", judge_process_lookalike},
    {"remote_tool",       judge_remote_tool},
    {"usb_unregistered",  judge_usb_unregistered},
    {"usb_policy_off",    judge_usb_policy_off, WhenUnknown::only_shown},
    {"neighbour_unknown", judge_neighbour_unknown},
    {"mobile_network",    judge_mobile_network, WhenUnknown::only_shown},
    {"dual_homed",        judge_dual_homed, WhenUnknown::only_shown},
    {"second_gateway",    judge_second_gateway, WhenUnknown::only_shown},
    {"service_unneeded",  judge_service_unneeded, WhenUnknown::only_shown},
    {"port_unexpected",   judge_port_unexpected, WhenUnknown::only_shown},
    {"service_unexpected", judge_service_unexpected, WhenUnknown::only_shown},
    {"peer_unexpected",   judge_peer_unexpected, WhenUnknown::only_shown},
    {"ip_duplicate",      judge_ip_duplicate, WhenUnknown::only_shown},
    {"ip_not_issued",     judge_ip_not_issued, WhenUnknown::only_shown},
    {"account_weak",      judge_account_weak, WhenUnknown::only_shown},
    {"account_dormant",   judge_account_dormant, WhenUnknown::only_shown},
    {"admin_unexpected",  judge_admin_unexpected, WhenUnknown::only_shown},
    {"firewall_off",      judge_firewall_off, WhenUnknown::only_shown},
    {"smb1_on",           judge_smb1_on, WhenUnknown::only_shown},
    {"rdp_on",            judge_rdp_on, WhenUnknown::only_shown},
    {"autorun_on",        judge_autorun_on, WhenUnknown::only_shown},
    {"encryption_off",    judge_encryption_off, WhenUnknown::only_shown},
    {"disk_failing",      judge_disk_failing, WhenUnknown::only_shown},
    {"disk_full",         judge_disk_full, WhenUnknown::only_shown},
    {"device_silent",     judge_device_silent},
    {"agent_stopped",     judge_agent_stopped},
    {"device_moved",      judge_device_moved, WhenUnknown::only_shown},
    {"clock_wrong",       judge_clock_wrong},
    {"log_gap",           judge_log_gap},
    {"device_cloned",     judge_device_cloned},
    {"agent_over_budget", judge_agent_over_budget, WhenUnknown::only_shown},
    {"agent_outdated",    judge_agent_outdated, WhenUnknown::only_shown},
};

constexpr SystemRule about_the_system[] = {
    {"certificate_expiring", judge_certificate_expiring},
    {"knowledge_old",        judge_knowledge_old},
    {"disk_low",             judge_disk_low},
    {"backup_old",           judge_backup_old},
    {"mail_failing",         judge_mail_failing},
    {"break_glass_used",     judge_break_glass_used},
    {"site_silent",          judge_site_silent, true},
};
// clang-format on

} // namespace

std::span<const Rule> all_rules()
{
    return rules;
}

std::span<const SystemRule> system_rules()
{
    return about_the_system;
}

const Rule* find_rule(std::string_view id)
{
    const auto* rule =
        std::find_if(std::begin(rules), std::end(rules), [&](const Rule& r) { return r.id == id; });
    return rule != std::end(rules) ? rule : nullptr;
}

std::chrono::milliseconds silence_limit(const Policy& policy, const SenderFacts& sender)
{
    if (sender.said_goodbye)
        return policy.silent_after_goodbye;
    return std::max<std::chrono::milliseconds>(
        sender.heartbeat * policy.silent_heartbeats, policy.silent_at_least);
}

Timestamp facts_at(const Inputs& in)
{
    const SenderFacts& sender = in.device.sender;
    if (in.now - sender.last_seen_at < silence_limit(in.policy, sender))
        return in.now;
    return sender.last_seen_at;
}

} // namespace mimamori::collector::rules
