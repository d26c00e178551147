#include "agent/probes/adapters.hpp"
#include "agent/probes/neighbours.hpp"
#include "agent/probes/text.hpp"

namespace mimamori::agent::probes {

Result<std::vector<NetlinkNeighbour>> neighbour_table(const ProbeContext& context)
{
    const auto messages = context.live.netlink_dump(NetlinkTable::neighbours);
    if (!messages)
        return messages.error();
    return parse_neighbours(*messages);
}

wire::NeighboursSection read_neighbours(const ProbeContext& context)
{
    const Tree tree{context.root};
    wire::NeighboursSection section;
    auto& memory = context.memory.neighbours;
    memory.begin(context.clock.now());

    const auto adapters = adapter_names(tree);
    const auto table = neighbour_table(context);
    if (!table)
        note_unknown(section.from, "neighbours", table.error());
    else if (!adapters)
        note_unknown(section.from, "neighbours", adapters.error());
    else
    {
        note_source(section.from, "netlink neighbours");
        for (wire::Neighbour& machine : machines_in(*table, *adapters))
            memory.note(std::move(machine));
    }
    section.neighbours = memory.oldest(neighbours_listed_max, section.not_listed);
    return section;
}

} // namespace mimamori::agent::probes
