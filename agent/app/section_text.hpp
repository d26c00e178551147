#pragma once

#include "common/wire/sections.hpp"

#include <string>
#include <string_view>

namespace mimamori::agent::app {

/// One section of `facts` and where it came from.
struct SectionText
{
    std::string_view name;
    std::string text; ///< JSON; empty: the section is not there.
    wire::Provenance from;
};

/// The section `name`, as it goes into reports.
SectionText section_text(const wire::Facts& facts, std::string_view name);

} // namespace mimamori::agent::app
