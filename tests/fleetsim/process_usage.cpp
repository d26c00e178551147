#include "tests/fleetsim/process_usage.hpp"

#include "common/platform/file.hpp"

#include <fmt/format.h>

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <sstream>
#include <string>
#include <string_view>

namespace mimamori::fleetsim {
namespace {

/// The number behind `name` in a file of lines "Name:   123 kB".
std::optional<std::uint64_t> kilobytes(std::string_view text, std::string_view name)
{
    const std::size_t at = text.find(name);
    if (at == std::string_view::npos)
        return std::nullopt;
    text.remove_prefix(at + name.size());
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    std::uint64_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    return read.ec == std::errc{} ? std::optional{value} : std::nullopt;
}

std::optional<double> cpu_of(std::int64_t process)
{
    const auto stat = platform::read_file(fmt::format("/proc/{}/stat", process));
    if (!stat)
        return std::nullopt;
    // The name in brackets may hold anything.
    std::istringstream fields{stat->substr(stat->rfind(')') + 1)};
    std::string skipped;
    for (int i = 3; i < 14; ++i)
        fields >> skipped;
    double user = 0;
    double kernel = 0;
    fields >> user >> kernel;
    return (user + kernel) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

} // namespace

std::optional<ProcessUsage> usage_of(const std::vector<std::int64_t>& processes)
{
    ProcessUsage sum;
    for (const std::int64_t process : processes)
    {
        const auto cpu = cpu_of(process);
        const auto rollup = platform::read_file(fmt::format("/proc/{}/smaps_rollup", process));
        if (!cpu || !rollup)
            return std::nullopt;
        sum.cpu_s += *cpu;
        sum.pss_bytes += kilobytes(*rollup, "\nPss:").value_or(0) * 1024;
        sum.rss_bytes += kilobytes(*rollup, "\nRss:").value_or(0) * 1024;
    }
    return sum;
}

double own_cpu_s()
{
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

} // namespace mimamori::fleetsim
