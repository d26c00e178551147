#include "common/wire/section_reader.hpp"

#include "common/wire/json_reader.hpp"

namespace mimamori::wire {

Result<void> read_section(
    std::size_t index, std::string_view text, Facts& facts, const JsonLimits& limits)
{
    const std::string_view name = section_names()[index];
    boost::json::monotonic_resource memory;
    const auto document = parse_json(text, limits, &memory);
    if (!document)
        return Error{document.error()}.in(name);
    const Place root;
    const Place place{root, name};
    Result<void> done;
    boost::mp11::mp_with_index<section_count>(index, [&](auto at) {
        using Member = boost::mp11::mp_at<FactsMembers, decltype(at)>;
        auto& section = facts.*Member::pointer;
        done = decode(*document, section.emplace(), place);
        if (!done)
            section.reset();
    });
    return done;
}

} // namespace mimamori::wire
