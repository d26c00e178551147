#include "agent/app/snapshot.hpp"

#include "agent/app/probe_run.hpp"
#include "agent/app/resources.hpp"
#include "agent/app/section_text.hpp"
#include "agent/app/verbs.hpp"
#include "agent/app/version.hpp"
#include "agent/uplink/machine.hpp"
#include "common/platform/file.hpp"
#include "common/wire/digest.hpp"
#include "common/wire/json_writer.hpp"

namespace mimamori::agent::app {

Snapshot take_snapshot(const Clock& clock)
{
    const wire::Facts facts = run_probes({}, {}, clock);
    Snapshot snapshot;
    snapshot.agent_version = version();
    snapshot.taken_at = clock.now();
    snapshot.boot_id = boot_id();
    snapshot.machine = uplink::machine_facts_of(facts);
    for (const std::string_view name : wire::section_names())
    {
        auto section = section_text(facts, name);
        if (section.text.empty())
            continue;
        snapshot.sections.push_back(
            {std::string{name}, wire::digest_of(section.text), {std::move(section.text)}});
    }
    return snapshot;
}

int snapshot(const std::filesystem::path& file, Output& out)
{
    const SystemClock clock;
    const Snapshot taken = take_snapshot(clock);
    const auto written =
        platform::replace_file(file, wire::to_json(taken), platform::FileAccess::owner_only);
    if (!written)
    {
        out << written.error().message << '\n';
        return exit_failed;
    }
    out << file.string() << ": " << taken.sections.size() << " sections\n";
    return exit_done;
}

} // namespace mimamori::agent::app
