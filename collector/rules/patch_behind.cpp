#include "collector/rules/patch_behind.hpp"

#include "collector/knowledge/windows_builds.hpp"
#include "collector/rules/os_facts.hpp"

#include <algorithm>
#include <utility>

namespace mimamori::collector::rules {

namespace {

constexpr std::uint32_t first_build_of_windows_10 = 10240;
constexpr std::size_t names_shown = 5;

Judgement judge_windows(const Inputs& in, const wire::OsSection& os)
{
    if (!os.build)
        return {Unknown{why_fact_unknown(os.from, "build", "the build was not read")}, {}};

    const Date today = day_of(in.now);
    const auto level = windows_patch_level(in, os, today);
    Judgement result{Good{}, Timestamp{today + std::chrono::days{1}}};
    if (level.level == knowledge::PatchLevel::unknown)
    {
        result.verdict = Unknown{level.why};
        return result;
    }
    if (level.level == knowledge::PatchLevel::newer_than_data)
    {
        // As new as the newest we know, but newer ones must have come out since. That is as much as
        // can be said, until our data are so old that they say nothing.
        if (level.table_is_behind)
        {
            std::string note = "newer than our data of " + to_iso_date(level.data_date);
            if (in.now < Timestamp{level.data_date} + in.policy.knowledge_warning)
                result.verdict = Good{std::move(note)};
            else
                result.verdict = Unknown{std::move(note)};
        }
        return result;
    }
    if (level.months_behind < in.policy.patch_months_warning)
        return result;

    Finding finding;
    finding.severity =
        level.months_behind < in.policy.patch_months_action ? Severity::warning : Severity::action;
    finding.data_date = level.data_date;
    finding.evidence.set("case", "windows")
        .set("line", level.line)
        .set("months_behind", std::int64_t{level.months_behind})
        .set("newest_kb", level.newest_kb);
    if (level.patch_day)
        finding.evidence.set("patch_day", *level.patch_day);
    if (level.newest_listed)
        finding.evidence.set("newest_listed", *level.newest_listed);
    if (level.reported_once)
        finding.evidence.set("reported_once", "yes");
    result.verdict = bad(std::move(finding));
    return result;
}

std::string first_names(const wire::PatchesSection& patches)
{
    std::string names;
    std::size_t shown = 0;
    for (const wire::PendingPatch& patch : patches.pending)
    {
        if (!patch.security)
            continue;
        if (shown++ == names_shown)
            return names + ", …";
        names += (names.empty() ? "" : ", ") + patch.name;
    }
    return names;
}

/// What the age of the machine's lists says; nothing when they are fresh enough.
std::optional<Finding> old_lists(const Inputs& in, Judgement& result)
{
    const auto& lists = in.device.facts.patches->lists_updated_at;
    if (!lists)
        return {};
    const Timestamp at = facts_at(in);
    look_again(result, *lists + in.policy.patch_lists_warning, in.now);
    look_again(result, *lists + in.policy.patch_lists_action, in.now);
    if (at - *lists < in.policy.patch_lists_warning)
        return {};
    Finding finding;
    finding.severity =
        at - *lists < in.policy.patch_lists_action ? Severity::warning : Severity::action;
    finding.evidence.set("case", "lists").set("lists_updated_at", *lists);
    return finding;
}

/// Security updates that wait; nothing when none do.
std::optional<Finding> waiting(const Inputs& in, Judgement& result)
{
    const wire::PatchesSection& patches = *in.device.facts.patches;
    if (patches.pending_security_count.value_or(0) == 0)
        return {};
    const Timestamp since = in.site.patch_behind_since.value_or(in.now);
    look_again(result, since + in.policy.patch_pending_warning, in.now);
    look_again(result, since + in.policy.patch_pending_action, in.now);

    Finding finding;
    finding.severity = Severity::info;
    if (in.now - since >= in.policy.patch_pending_action)
        finding.severity = Severity::action;
    else if (in.now - since >= in.policy.patch_pending_warning)
        finding.severity = Severity::warning;
    finding.evidence.set("case", "waiting")
        .set("pending_security", std::int64_t{*patches.pending_security_count})
        .set("names", first_names(patches));
    if (patches.last_update_at)
    {
        finding.evidence.set("last_update_at", *patches.last_update_at);
        // Nothing was installed for so long that the updates hardly came out yesterday.
        const Timestamp idle_from = *patches.last_update_at + in.policy.patch_pending_action;
        look_again(result, idle_from, in.now);
        if (in.now >= idle_from)
            finding.severity = std::max(finding.severity, Severity::warning);
    }
    if (patches.lists_updated_at)
        finding.evidence.set("lists_updated_at", *patches.lists_updated_at);
    return finding;
}

Judgement judge_linux(const Inputs& in)
{
    if (auto why = why_section_unknown(in.device.facts.patches, "patches"); !why.empty())
        return {Unknown{std::move(why)}, {}};

    const wire::PatchesSection& patches = *in.device.facts.patches;
    Judgement result{Good{}, {}};
    auto lists = old_lists(in, result);
    auto updates = waiting(in, result);
    if (lists && updates && updates->severity > lists->severity)
        lists.reset();
    if (lists)
        result.verdict = bad(std::move(*lists));
    else if (updates)
        result.verdict = bad(std::move(*updates));
    else if (!patches.pending_security_count && patches.pending_count.value_or(1) != 0)
        result.verdict = Unknown{why_fact_unknown(
            patches.from, "pending_security_count",
            why_fact_unknown(patches.from, "pending_count", "waiting updates were not read"))};
    return result;
}

} // namespace

knowledge::PatchVerdict windows_patch_level(const Inputs& in, const wire::OsSection& os, Date today)
{
    const auto& builds = in.knowledge.windows_builds;
    if (*os.build >= first_build_of_windows_10)
    {
        const auto platform = os.channel == "server" ? knowledge::WindowsPlatform::server
                                                     : knowledge::WindowsPlatform::client;
        if (os.revision)
            return builds.months_behind(platform, *os.build, *os.revision, today);
        knowledge::PatchVerdict unknown;
        unknown.why = why_fact_unknown(os.from, "revision", "the revision was not read");
        return unknown;
    }
    knowledge::PatchVerdict unknown;
    unknown.why = why_section_unknown(in.device.facts.patches, "patches");
    if (!unknown.why.empty())
        return unknown;
    std::vector<std::string> installed;
    for (const wire::InstalledPatch& patch : in.device.facts.patches->installed)
        installed.push_back(patch.id);
    return builds.months_behind_by_kb(os.product, installed);
}

Judgement judge_patch_behind(const Inputs& in)
{
    const auto& os = in.device.facts.os;
    if (auto why = why_section_unknown(os, "os"); !why.empty())
        return {Unknown{std::move(why)}, {}};
    if (os->family == "windows")
        return judge_windows(in, *os);
    if (os->family == "linux")
        return judge_linux(in);
    return {Unknown{why_fact_unknown(os->from, "family", "the system was not recognised")}, {}};
}

} // namespace mimamori::collector::rules
