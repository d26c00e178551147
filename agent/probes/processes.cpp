#include "agent/probes/processes.hpp"

#include "agent/probes/text.hpp"
#include "common/wire/report.hpp"

namespace mimamori::agent::probes {

wire::ProcessesSection read_processes(const ProbeContext& context)
{
    wire::ProcessesSection section;
    section.watch = context.options.process_watch;
    ProgramMemory& memory = context.memory.programs;
    memory.set_command_lines(
        context.options.command_lines ? CommandLines::kept : CommandLines::dropped);
    auto news = memory.observe_all();
    if (news)
    {
        note_source(section.from, memory.source_name());
        auto& waiting = context.memory.new_programs;
        waiting.insert(waiting.end(), news->begin(), news->end());
    }
    else
        note_unknown(section.from, "programs", news.error());
    if (!memory.blind_spot().empty())
        note_unknown(section.from, "programs", memory.blind_spot());
    section.programs = memory.programs();
    cut_list(section.programs, wire::ReportLimits::elements_max, section.from, "programs");
    return section;
}

} // namespace mimamori::agent::probes
