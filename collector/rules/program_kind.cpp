#include "collector/rules/program_kind.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

namespace mimamori::collector::rules {

namespace {

std::string lower(std::string_view text)
{
    std::string result{text};
    for (char& c : result)
    {
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    }
    return result;
}

constexpr auto linux_user_folders = std::to_array<std::string_view>({
    "/tmp/",
    "/var/tmp/",
    "/dev/shm/",
    "/run/user/",
    "/home/",
    "/root/",
    "/media/",
    "/run/media/",
    "/mnt/",
    "/srv/samba/",
    "memfd:",
    "/memfd:",
});

constexpr auto windows_user_folders = std::to_array<std::string_view>({
    "\\users\\",
    "\\windows\\temp\\",
    "\\temp\\",
    "\\tmp\\",
    "\\documents and settings\\",
    "\\$recycle.bin\\",
    "\\perflogs\\",
    "\\windows\\tasks\\",
});

/// Parts of Windows that run on every device and that malware likes to be called.
constexpr auto windows_system_names = std::to_array<std::string_view>({
    "svchost.exe",  "lsass.exe",    "csrss.exe",         "smss.exe",     "wininit.exe",
    "winlogon.exe", "services.exe", "spoolsv.exe",       "explorer.exe", "taskhostw.exe",
    "taskhost.exe", "rundll32.exe", "dllhost.exe",       "conhost.exe",  "regsvr32.exe",
    "dwm.exe",      "lsm.exe",      "searchindexer.exe", "wuauclt.exe",  "ctfmon.exe",
});

constexpr auto linux_system_names = std::to_array<std::string_view>({
    "systemd",
    "systemd-journald",
    "systemd-logind",
    "systemd-udevd",
    "dbus-daemon",
    "sshd",
    "crond",
    "rsyslogd",
    "agetty",
    "kworker",
    "ksoftirqd",
    "kthreadd",
    "NetworkManager",
});

/// Letters that look alike become the same one.
std::string skeleton(std::string_view name)
{
    std::string result = lower(name);
    for (char& c : result)
    {
        static constexpr std::pair<char, char> alike[] = {{'0', 'o'}, {'1', 'l'}, {'i', 'l'},
                                                          {'5', 's'}, {'3', 'e'}, {'-', '_'}};
        for (const auto& [from, to] : alike)
        {
            if (c == from)
                c = to;
        }
    }
    for (std::size_t at = 0; (at = result.find("rn", at)) != std::string::npos;)
        result.replace(at, 2, "m");
    for (std::size_t at = 0; (at = result.find("vv", at)) != std::string::npos;)
        result.replace(at, 2, "w");
    return result;
}

/// Whether one insertion, deletion, change or swap of neighbours turns `a` into `b`.
bool one_step_apart(std::string_view a, std::string_view b)
{
    if (a.size() > b.size())
        std::swap(a, b);
    if (b.size() - a.size() > 1)
        return false;
    std::size_t at = 0;
    while (at < a.size() && a[at] == b[at])
        ++at;
    if (a.size() < b.size())
        return a.substr(at) == b.substr(at + 1);
    if (at == a.size())
        return false;
    if (a.substr(at + 1) == b.substr(at + 1))
        return true;
    return at + 1 < a.size() && a[at] == b[at + 1] && a[at + 1] == b[at]
           && a.substr(at + 2) == b.substr(at + 2);
}

bool imitates(std::string_view name, std::string_view known)
{
    if (name == known)
        return false;
    if (skeleton(name) == skeleton(known))
        return true;
    // Short names are one step apart by chance.
    return known.size() >= 7 && one_step_apart(name, known);
}

/// Windows itself lives below here.
bool in_windows_folder(std::string_view lower_path)
{
    return lower_path.find(":\\windows\\") == 1;
}

} // namespace

std::string file_name(std::string_view path)
{
    const std::size_t cut = path.find_last_of(is_windows_path(path) ? "\\/" : "/");
    return std::string{cut == std::string_view::npos ? path : path.substr(cut + 1)};
}

bool is_windows_path(std::string_view path)
{
    const bool drive = path.size() >= 3 && path[1] == ':' && (path[2] == '\\' || path[2] == '/');
    return drive || path.starts_with("\\\\");
}

std::string comparable_path(std::string_view path)
{
    return is_windows_path(path) ? lower(path) : std::string{path};
}

bool is_user_place(const wire::Program& program)
{
    if (program.user_writable)
        return true;
    if (is_windows_path(program.path))
    {
        const std::string path = lower(program.path);
        if (path.starts_with("\\\\"))
            return true; // A share: whoever may write there is not for this device to know.
        return std::any_of(
            windows_user_folders.begin(), windows_user_folders.end(),
            [&path](std::string_view folder) { return path.find(folder) != std::string::npos; });
    }
    return std::any_of(
        linux_user_folders.begin(), linux_user_folders.end(),
        [&program](std::string_view folder) { return program.path.starts_with(folder); });
}

bool reads_as_system(const wire::Program& program)
{
    const std::string name = skeleton(file_name(program.path));
    const auto same = [&name](std::string_view known) { return skeleton(known) == name; };
    const bool is_windows = is_windows_path(program.path);
    return is_windows ? std::any_of(windows_system_names.begin(), windows_system_names.end(), same)
                      : std::any_of(linux_system_names.begin(), linux_system_names.end(), same);
}

bool is_lookalike(const wire::Program& program)
{
    if (is_windows_path(program.path))
    {
        const std::string path = lower(program.path);
        const std::string name = file_name(path);
        for (const std::string_view known : windows_system_names)
        {
            if (name == known && !in_windows_folder(path))
                return true;
            if (!in_windows_folder(path) && imitates(name, known))
                return true;
        }
        return false;
    }
    if (!program.signer.empty()) // A package brought it: "systemd" and "systemctl" are both real.
        return false;
    const std::string name = file_name(program.path);
    return std::any_of(
        linux_system_names.begin(), linux_system_names.end(),
        [&name](std::string_view known) { return imitates(name, known); });
}

} // namespace mimamori::collector::rules
