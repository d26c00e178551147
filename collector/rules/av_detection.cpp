#include "collector/rules/av_detection.hpp"

#include "collector/rules/antivirus_facts.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

namespace mimamori::collector::rules {
namespace {

/// Why a find could have gone unheard; empty when the agent reads the log of a product that
/// watches.
std::string why_not_told(const wire::Facts& facts)
{
    std::string deaf;
    const auto& logs = facts.antivirus->detection_logs;
    for (const wire::AntivirusProduct& product : facts.antivirus->products)
    {
        const bool heard = std::find(logs.begin(), logs.end(), product.id) != logs.end();
        if (heard && product.realtime == wire::Switch::on)
            return {};
        deaf += (deaf.empty() ? "" : ", ") + product_name(product);
    }
    return deaf + ": what it finds is not told to the agent";
}

} // namespace

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
        const wire::Facts& facts = in.device.facts;
        if (auto why = why_antivirus_unknown(facts); !why.empty())
            result.verdict = Unknown{std::move(why)};
        else if (facts.antivirus->products.empty())
            result.verdict = NotApplicable{"no antivirus product"};
        else if (auto deaf = why_not_told(facts); !deaf.empty())
            result.verdict = Unknown{std::move(deaf)};
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
