#pragma once

#include "collector/knowledge/os_lifecycle.hpp"
#include "collector/rules/rule.hpp"

#include <string>

/// What the operating system rules share.
namespace mimamori::collector::rules {

/// Why nothing can be said about a section; empty when it was read. `name` is for the text.
template <class Section>
std::string why_section_unknown(const std::optional<Section>& section, std::string_view name)
{
    if (!section)
        return std::string{name}.append(" was not collected");
    for (const wire::UnknownFact& fact : section->from.unknown)
    {
        if (fact.fact.empty())
            return fact.why.empty() ? std::string{name}.append(" could not be read") : fact.why;
    }
    return {};
}

/// Why one fact of a section is unknown, as the probe told it; `otherwise` when it did not.
std::string why_fact_unknown(
    const wire::Provenance& from, std::string_view fact, std::string_view otherwise);

/// The calendar day of `now`, in UTC as all days of the knowledge.
Date day_of(Timestamp now);

/// Evidence that both support rules show: os, last day, programme, source of the date.
Evidence support_evidence(const knowledge::SupportVerdict& support);

} // namespace mimamori::collector::rules
