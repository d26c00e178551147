#include "tests/wine/wine_prefix.hpp"

#include "tests/support/wait_until.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace mimamori::tests {
namespace {

constexpr auto service_patience = std::chrono::seconds{120};
constexpr auto start_patience = std::chrono::seconds{20};

/// Of a line of /proc/PID/status.
std::uint64_t number_after(const std::string& text, const std::string& name)
{
    const auto at = text.find('\n' + name);
    return at == std::string::npos ? 0 : std::stoull(text.substr(at + name.size() + 1));
}

bool is_32_bits()
{
    return windows_build().architecture == "x86";
}

/// Whether Wine could not start the program at all, which it sometimes cannot: seen with its own
/// `reg`, once in many hundred starts ("Internal error"). Nothing has run then.
bool is_not_started(const ProgramOutput& done)
{
    return done.exit_code != 0 && done.text.find("ShellExecuteEx failed") != std::string::npos;
}

bool is_number(const std::string& name)
{
    return std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Whether a process, a folder of /proc, runs in that prefix. Wine of 32 bits has a root of its
/// own, in which the prefix has another name.
bool is_of_prefix(const std::filesystem::path& process, const std::filesystem::path& prefix)
{
    const std::string name = "WINEPREFIX=";
    const auto environment = text_of(process / "environ");
    const auto begin = environment.find(name);
    if (begin == std::string::npos)
        return false;
    const std::string named{environment.c_str() + begin + name.size()};
    std::error_code ec;
    return std::filesystem::equivalent((process / "root").string() + named, prefix, ec);
}

} // namespace

const WindowsBuild& windows_build()
{
    static const WindowsBuild build = [] {
        const char* const bits = std::getenv("MIMAMORI_WINE_BITS");
        const std::string architecture =
            bits != nullptr && std::string_view{bits} == "32" ? "x86" : "x64";
        const std::string folder = MIMAMORI_SOURCE_DIR "/build/windows-" + architecture;
        return WindowsBuild{
            architecture, folder + "/agent/app/mimamori-agent.exe",
            folder + "/tests/windows/wine_hold.exe", folder + "/tests/windows/wine_cycles.exe"};
    }();
    return build;
}

WinePrefix::WinePrefix(std::filesystem::path folder)
    : folder_{std::move(folder)}
{
    const auto made =
        is_32_bits() ? run_program(command({"wineserver", "--version"}), std::chrono::minutes{5})
                     : run_program(
                         {MIMAMORI_SOURCE_DIR "/tests/wine/prefix.sh", folder_.string()},
                         std::chrono::minutes{5});
    if (made.exit_code != 0)
        throw std::runtime_error{"no Wine prefix: " + made.text};
}

WinePrefix::~WinePrefix()
{
    try
    {
        holder_.reset();
        restart();
    }
    catch (const std::exception&)
    {
        // Nothing ran.
    }
}

std::vector<std::string> WinePrefix::command(const std::vector<std::string>& words) const
{
    std::vector<std::string> all{
        "env", "WINEPREFIX=" + folder_.string(), "WINEDEBUG=-all", "DISPLAY=", "LC_ALL=C.UTF-8",
        "wine"};
    if (is_32_bits())
        all = {MIMAMORI_SOURCE_DIR "/tests/wine/run32.sh", "--prefix", folder_.string()};
    else if (words.front() == "wineserver")
        all.pop_back();
    all.insert(all.end(), words.begin(), words.end());
    return all;
}

ProgramOutput WinePrefix::run(
    const std::vector<std::string>& words, std::chrono::seconds patience) const
{
    ProgramOutput done;
    wait_until(
        "Wine to start " + words.front(),
        [&] {
            done = run_program(command(words), patience);
            return !is_not_started(done);
        },
        start_patience);
    return done;
}

void WinePrefix::import_registry(const std::string& text) const
{
    const auto file = drive_c() / "import.reg";
    std::ofstream{file, std::ios::binary} << text;
    const auto done = run({"reg", "import", "C:\\import.reg"});
    if (done.exit_code != 0)
        throw std::runtime_error{"reg import: " + done.text};
}

void WinePrefix::restart() const
{
    run_program(command({"wineserver", "--kill"}));
    run_program(command({"wineserver", "--wait"}));
}

void WinePrefix::stay_on()
{
    holder_ = std::make_unique<ChildProcess>(
        command({windows_build().hold}), folder_.parent_path() / "hold.log");
    wait_until(
        "Wine's service manager",
        [this] {
            // A service that every Wine has.
            return run({"sc", "query", "MSIServer"}).text.find("STATE") != std::string::npos;
        },
        service_patience);
}

ProcessMemory WinePrefix::memory_of(const std::string& program) const
{
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::directory_iterator{"/proc"})
    {
        if (!is_number(entry.path().filename().string()))
            continue;
        const auto line = text_of(entry.path() / "cmdline");
        if (line.find(program) != std::string::npos && is_of_prefix(entry.path(), folder_))
            found.push_back(entry.path());
    }
    if (found.size() != 1)
        throw std::runtime_error{fmt::format("{} programs named {}", found.size(), program)};
    const auto status = text_of(found.front() / "status");
    return {
        number_after(status, "RssAnon:"), number_after(status, "VmRSS:"),
        number_after(status, "Threads:")};
}

} // namespace mimamori::tests
