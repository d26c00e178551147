#include "agent/app/section_text.hpp"

#include "common/wire/json_writer.hpp"

namespace mimamori::agent::app {

SectionText section_text(const wire::Facts& facts, std::string_view name)
{
    SectionText found{name, {}, {}};
    boost::mp11::mp_for_each<wire::FactsMembers>([&](auto member) {
        const auto& section = facts.*member.pointer;
        if (name != member.name || !section)
            return;
        found.text = wire::to_json(*section);
        found.from = section->from;
    });
    return found;
}

} // namespace mimamori::agent::app
