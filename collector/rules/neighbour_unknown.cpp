#include "collector/rules/neighbour_unknown.hpp"

#include <algorithm>
#include <utility>

namespace mimamori::collector::rules {

namespace {

constexpr std::size_t strangers_shown = 5;

} // namespace

Judgement judge_neighbour_unknown(const Inputs& in)
{
    Judgement result{Good{}, {}};
    std::vector<Stranger> strangers = in.site.strangers;
    const std::uint64_t count = strangers.size() + in.site.strangers_not_kept;
    if (count == 0)
    {
        if (!in.site.neighbours_unread.empty())
            result.verdict = Unknown{in.site.neighbours_unread};
        return result;
    }

    std::sort(strangers.begin(), strangers.end(), [](const Stranger& a, const Stranger& b) {
        return a.first_seen_at != b.first_seen_at ? a.first_seen_at > b.first_seen_at
                                                  : a.mac < b.mac;
    });
    std::string shown;
    for (std::size_t i = 0; i < std::min(strangers.size(), strangers_shown); ++i)
        shown += (shown.empty() ? "" : ", ") + strangers[i].mac + " (" + strangers[i].address + ')';

    const Timestamp roll_out_ends = in.site.first_device_at + in.policy.roll_out;
    look_again(result, roll_out_ends, in.now);
    Finding finding;
    finding.severity = in.now < roll_out_ends ? Severity::info : Severity::warning;
    finding.evidence.set("count", static_cast<std::int64_t>(count)).set("newest", shown);
    if (!strangers.empty())
    {
        finding.happened_at = strangers.front().first_seen_at;
        finding.evidence.set("first_seen_at", strangers.front().first_seen_at);
    }
    result.verdict = bad(std::move(finding));
    return result;
}

} // namespace mimamori::collector::rules
