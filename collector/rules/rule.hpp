#pragma once

#include "collector/rules/device_facts.hpp"
#include "collector/rules/policy.hpp"
#include "collector/rules/site_view.hpp"
#include "collector/rules/verdict.hpp"

#include <span>
#include <string_view>

namespace mimamori::collector::knowledge {
class OsLifecycle;
class WindowsBuilds;
} // namespace mimamori::collector::knowledge

/// Rules are pure functions: no clock, no database, no log. The same inputs give the same verdict.
namespace mimamori::collector::rules {

/// Tables that rules look things up in. They live longer than the judge.
struct Knowledge
{
    const knowledge::OsLifecycle& lifecycle;
    const knowledge::WindowsBuilds& windows_builds;
};

/// What a rule is given. References to things of the caller, for the duration of the call.
struct Inputs
{
    const DeviceFacts& device;
    const Policy& policy;
    const Knowledge& knowledge;
    const SiteView& site;
    Timestamp now{};
};

/// What it means for a device that a rule cannot tell.
enum class WhenUnknown
{
    device_unknown, ///< Nobody can call the device good.
    only_shown      ///< A fact that many machines do not tell; it stands on the device's page.
};

/// One rule: its stable name, which is also its key in the database and in the texts, and the
/// function that judges one device.
struct Rule
{
    std::string_view id;
    Judgement (*judge)(const Inputs&);
    WhenUnknown when_unknown{WhenUnknown::device_unknown};
};

/// All rules, in the order in which they are run and shown.
std::span<const Rule> all_rules();

/// The rule of that name, or nullptr: an older program's rule may still be in the database.
const Rule* find_rule(std::string_view id);

/// How long a device may be quiet before it counts as silent.
std::chrono::milliseconds silence_limit(const Policy& policy, const SenderFacts& sender);

/// The moment whose state the facts describe: now, or for a silent device its last report. What a
/// switched-off PC lacks it lacked then; what it needs now shows when it is back.
Timestamp facts_at(const Inputs& in);

} // namespace mimamori::collector::rules
