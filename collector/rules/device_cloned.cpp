#include "collector/rules/device_cloned.hpp"

#include <utility>

namespace mimamori::collector::rules {

Judgement judge_device_cloned(const Inputs& in)
{
    const SenderFacts& sender = in.device.sender;
    if (!sender.conflict_since)
        return {Good{}, {}};
    Finding finding;
    finding.severity = Severity::action;
    finding.evidence.set("since", *sender.conflict_since).set("detail", sender.conflict_text);
    return {bad(std::move(finding)), {}};
}

} // namespace mimamori::collector::rules
