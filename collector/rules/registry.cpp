#include "collector/rules/av_missing.hpp"
#include "collector/rules/av_off.hpp"
#include "collector/rules/av_stale.hpp"
#include "collector/rules/av_unknown.hpp"
#include "collector/rules/clock_wrong.hpp"
#include "collector/rules/device_cloned.hpp"
#include "collector/rules/device_silent.hpp"
#include "collector/rules/log_gap.hpp"
#include "collector/rules/neighbour_unknown.hpp"
#include "collector/rules/os_support_ending.hpp"
#include "collector/rules/os_unsupported.hpp"
#include "collector/rules/patch_behind.hpp"
#include "collector/rules/process_unknown.hpp"
#include "collector/rules/rule.hpp"
#include "collector/rules/usb_unregistered.hpp"

#include <algorithm>

namespace mimamori::collector::rules {

namespace {

// clang-format off
constexpr Rule rules[] = {
    {"av_missing",        judge_av_missing},
    {"av_stale",          judge_av_stale},
    {"av_off",            judge_av_off},
    {"av_unknown",        judge_av_unknown},
    {"os_unsupported",    judge_os_unsupported},
    {"os_support_ending", judge_os_support_ending},
    {"patch_behind",      judge_patch_behind},
    {"process_unknown",   judge_process_unknown},
    {"usb_unregistered",  judge_usb_unregistered},
    {"neighbour_unknown", judge_neighbour_unknown},
    {"device_silent",     judge_device_silent},
    {"clock_wrong",       judge_clock_wrong},
    {"log_gap",           judge_log_gap},
    {"device_cloned",     judge_device_cloned},
};
// clang-format on

} // namespace

std::span<const Rule> all_rules()
{
    return rules;
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
