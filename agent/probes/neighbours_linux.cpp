#include "agent/probes/adapters.hpp"
#include "agent/probes/neighbours.hpp"
#include "agent/probes/text.hpp"

namespace mimamori::agent::probes {

wire::NeighboursSection read_neighbours(const ProbeContext& context)
{
    const Tree tree{context.root};
    wire::NeighboursSection section;
    auto& memory = context.memory.neighbours;
    memory.begin(context.clock.now());

    const auto adapters = adapter_names(tree);
    const auto messages = context.live.netlink_dump(NetlinkTable::neighbours);
    if (!messages)
        note_unknown(section.from, "neighbours", messages.error());
    else if (!adapters)
        note_unknown(section.from, "neighbours", adapters.error());
    else
    {
        note_source(section.from, "netlink neighbours");
        for (wire::Neighbour& machine : machines_in(parse_neighbours(*messages), *adapters))
            memory.note(std::move(machine));
    }
    section.neighbours = memory.oldest(neighbours_listed_max, section.not_listed);
    return section;
}

} // namespace mimamori::agent::probes
