#include "common/wire/section_reader.hpp"

#include "common/wire/json_reader.hpp"

namespace mimamori::wire {

Result<void> read_section(
    std::size_t index, std::string_view text, Facts& facts, const JsonLimits& limits)
{
    const std::string name{section_names()[index]};
    const auto document = parse_json(text, limits);
    if (!document)
        return Error{document.error()}.in(name);
    Result<void> done;
    boost::mp11::mp_with_index<section_count>(index, [&](auto at) {
        using Member = boost::mp11::mp_at<FactsMembers, decltype(at)>;
        auto& section = facts.*Member::pointer;
        done = decode(*document, section.emplace(), name);
        if (!done)
            section.reset();
    });
    return done;
}

} // namespace mimamori::wire
