#include "collector/rules/site_silent.hpp"

#include <utility>

namespace mimamori::collector::rules {

Judgement judge_site_silent(const SystemInputs& in)
{
    Bad bad;
    for (const SiteEventFact& event : in.system.events)
    {
        Finding finding;
        finding.subject = event.id;
        finding.severity = Severity::action;
        // Until people are told, every device that comes back would change it.
        if (event.told_of_return && event.missing == 0)
            finding.evidence.set("case", "back");
        else if (event.told_of_return)
            finding.evidence.set("case", "returning")
                .set("back", std::int64_t{event.devices} - std::int64_t{event.missing})
                .set("missing", std::int64_t{event.missing})
                .set("missing_devices", event.missing_names);
        finding.evidence.set("site", event.site)
            .set("devices", std::int64_t{event.devices})
            .set("since", event.since);
        // It happened once: who says that it is over is not told again.
        finding.happened_at = event.since;
        bad.findings.push_back(std::move(finding));
    }
    if (bad.findings.empty())
        return {Good{}, {}};
    return {std::move(bad), {}};
}

} // namespace mimamori::collector::rules
