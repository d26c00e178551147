#include "agent/antivirus/platform_facts.hpp"
#include "common/base/scope_exit.hpp"
#include "common/platform/file.hpp"
#include "common/platform/without_links.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <fstream>
#include <iterator>
#include <set>
#include <utility>

namespace mimamori::agent::antivirus {
namespace {

using platform::Descriptor;
using platform::names_in;
using platform::open_without_links;

constexpr std::size_t processes_max = 100'000;
constexpr std::size_t unit_files_max = 5'000;

std::string joined(std::string_view place, std::string_view relative)
{
    return relative.empty() ? std::string{place} : fmt::format("{}/{}", place, relative);
}

Result<std::string> read_at_most(int fd, const std::string& path, std::size_t bytes_max)
{
    std::string bytes(bytes_max, '\0');
    std::size_t size = 0;
    while (size < bytes_max)
    {
        const ssize_t got = ::read(fd, bytes.data() + size, bytes_max - size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return platform::last_error("read " + path);
        if (got == 0)
            break;
        size += static_cast<std::size_t>(got);
    }
    bytes.resize(size);
    return bytes;
}

/// Whether a process belongs to the system rather than to a person, who could give a program of
/// their own any name. Antivirus programs run as root or under a system account.
bool is_of_the_system(int proc, const std::string& process)
{
    constexpr uid_t first_person = 1000; // UID_MIN of login.defs(5) everywhere.

    struct stat status
    {};

    return ::fstatat(proc, process.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0
           && (status.st_uid < first_person || status.st_uid == ::geteuid());
}

/// The name of the program that a process runs: of its executable where we may see that, else what
/// the process calls itself (at most 15 characters). Empty for the kernel's own threads, which run
/// none, and for a process that has ended.
std::string process_name(int proc, const std::string& process)
{
    std::array<char, 4096> target{};
    const ssize_t length =
        ::readlinkat(proc, (process + "/exe").c_str(), target.data(), target.size());
    if (length > 0)
    {
        std::string_view path{target.data(), static_cast<std::size_t>(length)};
        constexpr std::string_view deleted = " (deleted)";
        if (path.ends_with(deleted))
            path.remove_suffix(deleted.size());
        return std::string{path.substr(path.rfind('/') + 1)};
    }
    if (length < 0 && errno == ENOENT)
        return {};
    const Descriptor comm{::openat(proc, (process + "/comm").c_str(), O_RDONLY | O_CLOEXEC)};
    if (comm.get() < 0)
        return {};
    auto name = read_at_most(comm.get(), "comm", 64);
    if (!name)
        return {};
    return name->substr(0, name->find('\n'));
}

/// The services that run: systemd gives each a folder, whatever the cgroup hierarchy. Nothing when
/// they are not to be seen.
std::optional<std::vector<std::string>> running_units(const std::filesystem::path& root)
{
    for (const char* folder : {"sys/fs/cgroup/system.slice", "sys/fs/cgroup/systemd/system.slice"})
    {
        Descriptor opened{::open((root / folder).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
        if (opened.get() < 0)
            continue;
        auto names = names_in(std::move(opened), folder, unit_files_max);
        if (names)
            return std::move(*names);
    }
    return std::nullopt;
}

/// Tells states of a file or folder apart; empty: not there or not to be seen.
std::string state_of(const std::filesystem::path& path)
{
    struct stat now
    {};

    if (::stat(path.c_str(), &now) != 0)
        return {};
    return fmt::format(
        "{} {} {}.{} ", now.st_ino, now.st_size, now.st_mtim.tv_sec, now.st_mtim.tv_nsec);
}

/// Versions of those of `names` that are installed, from dpkg's status file.
std::map<std::string, std::string> installed_versions(
    std::istream& status, std::span<const std::string_view> names)
{
    std::map<std::string, std::string> versions;
    std::string package;
    bool installed = false;
    for (std::string line; std::getline(status, line);)
    {
        const auto value_of = [&](std::string_view field) {
            return line.starts_with(field) ? line.substr(field.size()) : std::string{};
        };
        if (line.empty())
        {
            package.clear();
            installed = false;
        }
        else if (std::string name = value_of("Package: "); !name.empty())
        {
            const bool wanted = std::find(names.begin(), names.end(), name) != names.end();
            package = wanted ? std::move(name) : std::string{};
        }
        else if (package.empty())
        {
            continue;
        }
        else if (const std::string state = value_of("Status: "); !state.empty())
        {
            installed = state.ends_with(" installed");
        }
        else if (std::string version = value_of("Version: "); installed && !version.empty())
        {
            versions.emplace(package, std::move(version));
        }
    }
    return versions;
}

} // namespace

LinuxFacts::LinuxFacts(std::filesystem::path root, LinuxMemory& memory)
    : root_{std::move(root)}
    , memory_{memory}
{}

Result<std::string> LinuxFacts::read_file_below(
    std::string_view place, std::string_view relative, FileEnd end, std::size_t bytes_max) const
{
    const std::string path = joined(place, relative);
    // O_NONBLOCK: a FIFO in the file's place must not hold us.
    auto file = open_without_links(root_, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (!file)
        return file.error();

    struct stat status
    {};

    if (::fstat(file->get(), &status) != 0)
        return platform::last_error("read " + path);
    if (!S_ISREG(status.st_mode))
        return Error{Errc::io, "read " + path + ": not a regular file"};
    const auto size = static_cast<std::size_t>(status.st_size);
    if (end == FileEnd::tail && size > bytes_max
        && ::lseek(file->get(), static_cast<off_t>(size - bytes_max), SEEK_SET) < 0)
        return platform::last_error("read " + path);
    return read_at_most(file->get(), path, std::min(bytes_max, size));
}

Result<Timestamp> LinuxFacts::file_time_below(
    std::string_view place, std::string_view relative) const
{
    const std::string path = joined(place, relative);
    auto file = open_without_links(root_, path, O_PATH);
    if (!file)
        return file.error();

    struct stat status
    {};

    if (::fstat(file->get(), &status) != 0)
        return platform::last_error("look at " + path);
    if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode))
        return Error{Errc::forbidden, "look at " + path + ": neither a file nor a folder"};
    return from_ms(status.st_mtim.tv_sec * 1000 + status.st_mtim.tv_nsec / 1'000'000);
}

Result<std::vector<std::string>> LinuxFacts::list_folder_below(
    std::string_view place, std::string_view relative, std::size_t names_max) const
{
    const std::string path = joined(place, relative);
    auto folder = open_without_links(root_, path, O_RDONLY | O_DIRECTORY);
    if (!folder)
        return folder.error();
    return names_in(std::move(*folder), path, names_max);
}

Result<std::vector<std::string>> LinuxFacts::process_names() const
{
    Descriptor proc{::open((root_ / "proc").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (proc.get() < 0)
        return platform::last_error("list /proc");
    const Descriptor again{::dup(proc.get())};
    auto entries = names_in(std::move(proc), "/proc", processes_max);
    if (!entries)
        return entries.error();
    std::vector<std::string> names;
    bool first_process_seen = false;
    for (const std::string& entry : *entries)
    {
        if (!std::all_of(entry.begin(), entry.end(), [](char c) { return c >= '0' && c <= '9'; }))
            continue;
        first_process_seen = first_process_seen || entry == "1";
        std::string name = process_name(again.get(), entry);
        if (!name.empty() && is_of_the_system(again.get(), entry))
            names.push_back(std::move(name));
    }
    if (!first_process_seen)
        return Error{Errc::forbidden, "list /proc: processes of others are hidden"};
    return names;
}

Result<std::vector<ServiceState>> LinuxFacts::services() const
{
    const auto names = unit_names();
    if (!names)
        return names.error();
    const auto running = running_units(root_);
    std::vector<ServiceState> states;
    for (const std::string& name : *names)
    {
        ServiceState state{name, std::nullopt};
        if (running)
            state.running = std::binary_search(running->begin(), running->end(), name);
        states.push_back(std::move(state));
    }
    return states;
}

Result<std::vector<std::string>> LinuxFacts::unit_names() const
{
    constexpr std::string_view suffix = ".service";
    constexpr std::array folders{
        "etc/systemd/system", "usr/lib/systemd/system", "lib/systemd/system"};
    std::string inputs;
    for (const char* folder : folders)
        inputs += state_of(root_ / folder) + ';';
    if (memory_.units.inputs == inputs)
        return memory_.units.answer;

    std::set<std::string> names;
    bool any_folder = false;
    for (const char* folder : folders)
    {
        Descriptor opened{::open((root_ / folder).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
        if (opened.get() < 0)
            continue;
        any_folder = true;
        const auto files = names_in(std::move(opened), folder, unit_files_max);
        if (!files)
            return files.error();
        std::copy_if(
            files->begin(), files->end(), std::inserter(names, names.end()),
            [&](const std::string& name) { return name.ends_with(suffix); });
    }
    if (!any_folder)
        return Error{Errc::unsupported, "list units: no folder of systemd"};
    memory_.units = {std::move(inputs), {names.begin(), names.end()}};
    return memory_.units.answer;
}

Result<std::map<std::string, std::string>> LinuxFacts::package_versions(
    std::span<const std::string_view> names) const
{
    const std::filesystem::path path = root_ / "var/lib/dpkg/status";
    const std::string state = state_of(path);
    const std::string inputs = fmt::format("{}{}", state, fmt::join(names, " "));
    if (!state.empty() && memory_.packages.inputs == inputs)
        return memory_.packages.answer;
    std::ifstream status{path};
    if (!status)
        return Error{
            Errc::unsupported, "read /var/lib/dpkg/status: not there or not readable; no other "
                               "package database is understood"};
    memory_.packages = {inputs, installed_versions(status, names)};
    return memory_.packages.answer;
}

Result<Timestamp> LinuxFacts::local_to_utc(Timestamp local) const
{
    const std::time_t as_utc =
        std::chrono::floor<std::chrono::seconds>(local).time_since_epoch().count();
    std::tm civil{};
    if (!::gmtime_r(&as_utc, &civil))
        return Error{Errc::invalid_input, "the moment has no civil time"};
    civil.tm_isdst = -1;
    const std::time_t utc = std::mktime(&civil);
    if (utc == static_cast<std::time_t>(-1))
        return Error{Errc::invalid_input, "the moment does not exist in the machine's time zone"};
    return Timestamp{std::chrono::seconds{utc}};
}

} // namespace mimamori::agent::antivirus
