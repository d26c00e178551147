#include "agent/probes/memory.hpp"

#include "common/platform/file.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/json_writer.hpp"

namespace mimamori::agent::probes {
namespace {

std::filesystem::path below(const std::filesystem::path& folder, std::string_view name)
{
    return folder.empty() ? folder : folder / name;
}

} // namespace

Memory::Memory(
    const std::filesystem::path& folder, const std::filesystem::path& root, const Clock& clock)
    : programs{below(folder, "programs.json"), root, clock}
    , boot_file_{below(folder, "boot.json")}
{}

Result<void> Memory::load()
{
    Result<void> first = programs.load();
    if (boot_file_.empty())
        return first;
    const auto text = platform::read_file(boot_file_, 4096);
    if (!text && text.error().code == Errc::not_found)
        return first;
    auto stored = text ? wire::from_json<BootMemory>(*text) : Result<BootMemory>{text.error()};
    if (!stored)
        return first ? Result<void>{std::move(stored).error().in(boot_file_.string())} : first;
    boot = stored_boot_ = std::move(*stored);
    return first;
}

Result<void> Memory::save()
{
    Result<void> first = programs.save();
    if (boot_file_.empty() || boot == stored_boot_)
        return first;
    auto done =
        platform::replace_file(boot_file_, wire::to_json(boot), platform::FileAccess::owner_only);
    if (!done)
        return first ? done : first;
    stored_boot_ = boot;
    return first;
}

} // namespace mimamori::agent::probes
