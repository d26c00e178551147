#include "collector/rules/update_state.hpp"

#include "collector/knowledge/windows_builds.hpp"
#include "collector/rules/os_facts.hpp"
#include "collector/rules/patch_behind.hpp"

#include <chrono>

namespace mimamori::collector::rules {
namespace {

std::optional<Date> linux_patched_until(const Inputs& in)
{
    const auto& patches = in.device.facts.patches;
    if (!why_section_unknown(patches, "patches").empty() || !patches->pending_security_count)
        return {};
    const bool waits = *patches->pending_security_count > 0;
    const auto& at = waits ? patches->last_update_at : patches->lists_updated_at;
    return at ? std::optional{day_of(*at)} : std::nullopt;
}

std::optional<Date> windows_patched_until(const Inputs& in, const wire::OsSection& os)
{
    if (!os.build)
        return {};
    const auto level = windows_patch_level(in, os, day_of(in.now));
    return level.level == knowledge::PatchLevel::unknown ? std::nullopt : level.patch_day;
}

} // namespace

UpdateState update_state(const Inputs& in)
{
    UpdateState state;
    const auto& os = in.device.facts.os;
    if (!why_section_unknown(os, "os").empty())
        return state;
    const auto support = in.knowledge.lifecycle.verdict(*os, day_of(in.now));
    // A programme that asks nobody for anything is support like any other (Debian LTS). One that is
    // bought, and not shown to be there, prolongs nothing that a plan may count on.
    const bool is_free =
        support.state == knowledge::Support::extended_only && support.programme_is_free;
    state.support = is_free ? knowledge::Support::supported : support.state;
    state.os = support.os.empty() ? os->product : support.os;
    state.until = support.ended_on && !is_free ? support.ended_on : support.last_day;
    state.free_update = support.next_is_free;
    if (os->family == "windows")
        state.patched_until = windows_patched_until(in, *os);
    else if (os->family == "linux")
        state.patched_until = linux_patched_until(in);
    return state;
}

} // namespace mimamori::collector::rules
