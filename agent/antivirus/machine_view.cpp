#include "agent/antivirus/machine_view.hpp"

#include <algorithm>

namespace mimamori::agent::antivirus {

MachineView::MachineView(const PlatformFacts& facts, std::size_t bytes_max)
    : facts_{facts}
    , bytes_left_{bytes_max}
{}

Result<std::string> MachineView::read_file(
    const PlacedPath& path, FileEnd end, std::size_t bytes_max)
{
    if (bytes_left_ < bytes_max)
        return Error{
            Errc::too_large, "read " + shown(path) + ": this run has read as much as it may"};
    auto text = facts_.read_file_below(path.place, path.relative, end, bytes_max);
    if (text)
        bytes_left_ -= std::min(bytes_left_, text->size());
    return text;
}

const Result<std::vector<std::string>>& MachineView::process_names()
{
    if (!process_names_)
        process_names_ = facts_.process_names();
    return *process_names_;
}

const Result<std::vector<ServiceState>>& MachineView::services()
{
    if (!services_)
        services_ = facts_.services();
    return *services_;
}

const Result<std::map<std::string, std::string>>& MachineView::packages()
{
    if (!packages_)
        packages_ = facts_.package_versions(known_packages());
    return *packages_;
}

std::string shown(const PlacedPath& path)
{
    const char separator = path.place.starts_with('/') ? '/' : '\\';
    return path.relative.empty() ? path.place : path.place + separator + path.relative;
}

} // namespace mimamori::agent::antivirus
