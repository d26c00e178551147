#include "agent/probes/memory.hpp"

#include "agent/probes/neighbours.hpp"
#include "agent/probes/peers.hpp"
#include "agent/probes/process_source.hpp"
#include "agent/probes/recent_file.hpp"

namespace mimamori::agent::probes {
namespace {

std::filesystem::path below(const std::filesystem::path& folder, std::string_view name)
{
    return folder.empty() ? folder : folder / name;
}

/// Keeps the first failure of several steps.
void keep_first(Result<void>& first, Result<void> next)
{
    if (first && !next)
        first = std::move(next);
}

} // namespace

Memory::Memory(
    const std::filesystem::path& folder, const std::filesystem::path& root, const Clock& clock)
    : Memory{folder, make_process_source(root), clock}
{}

Memory::Memory(
    const std::filesystem::path& folder,
    std::unique_ptr<ProcessSource> processes,
    const Clock& clock)
    : programs{below(folder, "programs.json"), std::move(processes), clock}
    , neighbours{below(folder, "neighbours.json"), neighbours_kept_max}
    , peers{below(folder, "peers.json"), peers_kept_max}
    , boot_file_{below(folder, "boot.json")}
{}

Result<void> Memory::load()
{
    Result<void> first = programs.load();
    keep_first(first, neighbours.load());
    keep_first(first, peers.load());
    keep_first(first, load_boot());
    return first;
}

Result<void> Memory::save()
{
    Result<void> first = programs.save();
    keep_first(first, neighbours.save());
    keep_first(first, peers.save());
    keep_first(first, save_boot());
    return first;
}

Result<void> Memory::load_boot()
{
    if (boot_file_.empty())
        return {};
    const auto text = platform::read_file(boot_file_, 4096);
    if (!text && text.error().code == Errc::not_found)
        return {};
    auto stored = text ? wire::from_json<BootMemory>(*text) : Result<BootMemory>{text.error()};
    if (!stored)
        return std::move(stored).error().in(boot_file_.string());
    boot = stored_boot_ = std::move(*stored);
    return {};
}

Result<void> Memory::save_boot()
{
    if (boot_file_.empty() || boot == stored_boot_)
        return {};
    auto done =
        platform::replace_file(boot_file_, wire::to_json(boot), platform::FileAccess::owner_only);
    if (done)
        stored_boot_ = boot;
    return done;
}

} // namespace mimamori::agent::probes
