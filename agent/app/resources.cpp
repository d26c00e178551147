#include "agent/app/resources.hpp"

#include <algorithm>

namespace mimamori::agent::app {
namespace {

/// Longer than "boot-id probe" ever is, so that one write replaces what stood there.
constexpr std::size_t mark_bytes = 96;

} // namespace

std::string mark_line(const std::string& probe, const std::string& boot)
{
    std::string line = probe.empty() ? std::string{} : boot + ' ' + probe;
    line.resize(std::max(mark_bytes, line.size()), ' ');
    return line;
}

std::string probe_left(std::string_view line, std::string_view boot)
{
    const auto blank = line.find(' ');
    if (blank == std::string_view::npos || line.substr(0, blank) != boot)
        return {};
    const std::string_view probe = line.substr(blank + 1);
    return std::string{probe.substr(0, probe.find(' '))};
}

void measure_disk(const std::filesystem::path& folder, wire::Footprint& footprint)
{
    std::error_code failed;
    const auto disk = std::filesystem::space(folder.root_path(), failed);
    if (failed)
        return;
    footprint.disk_bytes = disk.capacity;
    footprint.disk_free_bytes = disk.available;
}

} // namespace mimamori::agent::app
