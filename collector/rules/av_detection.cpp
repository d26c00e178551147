#include "collector/rules/av_detection.hpp"

#include <cstdint>
#include <utility>

namespace mimamori::collector::rules {

Judgement judge_av_detection(const Inputs& in)
{
    Judgement result{Good{}, {}};
    const Detection* newest = nullptr;
    std::int64_t count = 0;
    for (const Detection& detection : in.site.detections)
    {
        const Timestamp forgotten_from = detection.received_at + in.policy.incidents_kept;
        if (in.now >= forgotten_from)
            continue;
        look_again(result, forgotten_from, in.now);
        ++count;
        if (!newest || detection.received_at >= newest->received_at)
            newest = &detection;
    }
    if (!newest)
    {
        result.verdict = Unknown{"the agent has told of no detection"};
        return result;
    }

    Finding finding;
    finding.severity = Severity::action;
    finding.happened_at = newest->received_at;
    finding.evidence.set("happened_at", newest->received_at).set("count", count);
    if (!newest->product.empty())
        finding.evidence.set("product", newest->product);
    if (!newest->text.empty())
        finding.evidence.set("detail", newest->text);
    result.verdict = bad(std::move(finding));
    return result;
}

} // namespace mimamori::collector::rules
