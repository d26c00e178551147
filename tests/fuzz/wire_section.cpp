// The sections of a report: the first byte says which, the rest is its JSON. What was accepted is
// the same after it was written and read again, which is what digests rest on.
#include "common/wire/json_writer.hpp"
#include "common/wire/section_reader.hpp"
#include "common/wire/sections.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace mimamori;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0)
        return 0;
    const std::size_t index = data[0] % wire::section_count;
    const std::string_view text{reinterpret_cast<const char*>(data) + 1, size - 1};
    wire::Facts facts;
    if (!wire::read_section(index, text, facts))
    {
        if (!(facts == wire::Facts{}))
            std::abort(); // A refused section leaves nothing behind.
        return 0;
    }

    std::size_t at = 0;
    boost::mp11::mp_for_each<wire::FactsMembers>([&](auto member) {
        if (at++ != index)
            return;
        const auto& section = facts.*member.pointer;
        if (!section)
            std::abort();
        const std::string once = wire::to_json(*section);
        wire::Facts again;
        if (!wire::read_section(index, once, again) || !(again == facts))
            std::abort();
        if (wire::to_json(*(again.*member.pointer)) != once)
            std::abort();
    });
    return 0;
}
