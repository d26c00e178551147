#include "collector/rules/os_facts.hpp"

namespace mimamori::collector::rules {

std::string why_fact_unknown(
    const wire::Provenance& from, std::string_view fact, std::string_view otherwise)
{
    for (const wire::UnknownFact& unknown : from.unknown)
    {
        if (unknown.fact == fact && !unknown.why.empty())
            return unknown.why;
    }
    return std::string{otherwise};
}

Date day_of(Timestamp now)
{
    return std::chrono::floor<std::chrono::days>(now);
}

Evidence support_evidence(const knowledge::SupportVerdict& support)
{
    Evidence evidence;
    evidence.set("os", support.os);
    if (support.last_day)
        evidence.set("last_day", *support.last_day);
    if (!support.programme.empty())
        evidence.set("programme", support.programme);
    evidence.set("source", support.source).set("source_date", support.source_date);
    return evidence;
}

} // namespace mimamori::collector::rules
