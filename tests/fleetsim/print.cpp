#include "tests/fleetsim/print.hpp"

#include "common/wire/json_writer.hpp"

#include <boost/describe/class.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace mimamori::fleetsim {

/// The figures as one JSON object; microseconds, bytes and CPU-microseconds are whole numbers.
struct FiguresForScripts
{
    std::string mode;
    std::uint64_t agents{0};
    std::uint64_t window_ms{0};
    std::uint64_t due{0};
    std::uint64_t answered{0};
    std::uint64_t failures{0};
    std::uint64_t provocations{0};
    std::uint64_t p50_us{0};
    std::uint64_t p90_us{0};
    std::uint64_t p99_us{0};
    std::uint64_t max_us{0};
    std::uint64_t lag_p99_us{0};
    std::uint64_t own_cpu_ms{0};
    std::uint64_t server_cpu_ms{0};
    std::uint64_t pss_before_bytes{0};
    std::uint64_t pss_begin_bytes{0};
    std::uint64_t pss_end_bytes{0};
    std::uint64_t pss_after_bytes{0};
    std::uint64_t rss_end_bytes{0};
    std::uint64_t open_connections{0};
    std::uint64_t bring_up_ms{0};
    std::uint64_t all_back_ms{0};
    std::uint64_t reports_acked{0};
    std::uint64_t reports_stored{0};
    std::uint64_t events_acked{0};
    std::uint64_t events_stored{0};
    std::uint64_t differences{0};
    std::vector<std::string> invalid;
};
BOOST_DESCRIBE_STRUCT(
    FiguresForScripts,
    (),
    (mode,
     agents,
     window_ms,
     due,
     answered,
     failures,
     provocations,
     p50_us,
     p90_us,
     p99_us,
     max_us,
     lag_p99_us,
     own_cpu_ms,
     server_cpu_ms,
     pss_before_bytes,
     pss_begin_bytes,
     pss_end_bytes,
     pss_after_bytes,
     rss_end_bytes,
     open_connections,
     bring_up_ms,
     all_back_ms,
     reports_acked,
     reports_stored,
     events_acked,
     events_stored,
     differences,
     invalid))

namespace {

constexpr double mib = 1024.0 * 1024.0;

std::string_view name_of(Mode mode)
{
    constexpr std::array<std::string_view, 6> names{"steady", "new",       "storm",
                                                    "replay", "malformed", "hold"};
    return names[static_cast<std::size_t>(mode)];
}

std::uint64_t us_of(const std::optional<Microseconds>& time)
{
    return time ? static_cast<std::uint64_t>(time->count()) : 0;
}

std::uint64_t ms_of(double seconds)
{
    return static_cast<std::uint64_t>(std::max(seconds, 0.0) * 1'000.0 + 0.5);
}

std::string in_ms(const std::optional<Microseconds>& time)
{
    return time ? fmt::format("{:.1f}", static_cast<double>(time->count()) / 1'000.0) : "-";
}

std::uint64_t pss_of(const std::optional<ProcessUsage>& usage)
{
    return usage ? usage->pss_bytes : 0;
}

double server_cpu_s(const ServerUsage& server)
{
    return server.window_begin && server.window_end
               ? server.window_end->cpu_s - server.window_begin->cpu_s
               : 0.0;
}

std::string server_line(const RunReport& report)
{
    const ServerUsage& server = report.server;
    if (!server.window_begin || !server.window_end)
        return {};
    const double answered = static_cast<double>(report.figures.answered);
    std::string line = fmt::format("server       {:.2f} CPU-s", server_cpu_s(server));
    if (report.figures.answered > 0)
        line +=
            fmt::format(", {:.4f} per 1,000 reports", server_cpu_s(server) / answered * 1'000.0);
    line += fmt::format(
        "; PSS {:.1f} MiB before, {:.1f} with all connected, {:.1f} at the end, {:.1f} after all "
        "left\n",
        static_cast<double>(pss_of(server.before)) / mib,
        static_cast<double>(pss_of(server.window_begin)) / mib,
        static_cast<double>(pss_of(server.window_end)) / mib,
        static_cast<double>(pss_of(server.after)) / mib);
    return line;
}

std::string stored_lines(const Figures& figures)
{
    if (!figures.stored)
        return {};
    const Comparison& stored = *figures.stored;
    std::string lines = fmt::format(
        "stored       {} reports, {} events acknowledged; in the database {} and {}; {} sections "
        "compared\n",
        stored.reports_acked, stored.events_acked, stored.reports_stored, stored.events_stored,
        stored.sections_compared);
    for (const std::string& difference : stored.differences)
        lines += "  differs    " + difference + "\n";
    return lines;
}

} // namespace

std::string to_text(
    const Options& options, const RunReport& report, const std::vector<std::string>& invalid)
{
    const Figures& figures = report.figures;
    std::string text = fmt::format(
        "fleet        {} agents, mode {}, {}\n", options.agents, name_of(options.mode),
        options.interval_s > 0 ? fmt::format("a report every {:g} s", options.interval_s)
                               : "without pauses");
    text += fmt::format(
        "brought up   in {:.1f} s, {} failures\n", report.bring_up_s,
        report.bring_up_failures.total());
    text += fmt::format(
        "measured     {:.1f} s; {} reports were due, {} answered, {} failures; {:.1f} a second\n",
        figures.window_s, figures.due, figures.answered, figures.failures.total(),
        figures.window_s > 0 ? static_cast<double>(figures.answered) / figures.window_s : 0.0);
    for (const auto& [reason, count] : figures.failures.reasons())
        text += fmt::format("  failed     {} times: {}\n", count, reason);
    if (report.provocations > 0)
        text += fmt::format(
            "provoked     {} times, each refused or repeated as it must be\n", report.provocations);
    text += fmt::format(
        "latency ms   p50 {}  p90 {}  p99 {}  max {}\n", in_ms(figures.latency.percentile(50)),
        in_ms(figures.latency.percentile(90)), in_ms(figures.latency.percentile(99)),
        in_ms(figures.latency.max()));
    if (options.mode == Mode::storm)
        text += fmt::format("all back     after {:.1f} s\n", report.all_back_s);
    text += fmt::format(
        "generator    {:.2f} CPU-s, late by {} ms at p99; {} connections open\n", figures.own_cpu_s,
        in_ms(figures.lag.percentile(99)), report.still_open);
    text += server_line(report);
    text += stored_lines(figures);
    for (const std::string& reason : invalid)
        text += "INVALID      " + reason + "\n";
    if (invalid.empty())
        text += "valid\n";
    return text;
}

std::string to_json(
    const Options& options, const RunReport& report, const std::vector<std::string>& invalid)
{
    const Figures& figures = report.figures;
    FiguresForScripts out;
    out.mode = name_of(options.mode);
    out.agents = options.agents;
    out.window_ms = ms_of(figures.window_s);
    out.due = figures.due;
    out.answered = figures.answered;
    out.failures = figures.failures.total();
    out.provocations = report.provocations;
    out.p50_us = us_of(figures.latency.percentile(50));
    out.p90_us = us_of(figures.latency.percentile(90));
    out.p99_us = us_of(figures.latency.percentile(99));
    out.max_us = us_of(figures.latency.max());
    out.lag_p99_us = us_of(figures.lag.percentile(99));
    out.own_cpu_ms = ms_of(figures.own_cpu_s);
    out.server_cpu_ms = ms_of(server_cpu_s(report.server));
    out.pss_before_bytes = pss_of(report.server.before);
    out.pss_begin_bytes = pss_of(report.server.window_begin);
    out.pss_end_bytes = pss_of(report.server.window_end);
    out.pss_after_bytes = pss_of(report.server.after);
    out.rss_end_bytes = report.server.window_end ? report.server.window_end->rss_bytes : 0;
    out.open_connections = report.still_open;
    out.bring_up_ms = ms_of(report.bring_up_s);
    out.all_back_ms = ms_of(report.all_back_s);
    if (figures.stored)
    {
        out.reports_acked = figures.stored->reports_acked;
        out.reports_stored = figures.stored->reports_stored;
        out.events_acked = figures.stored->events_acked;
        out.events_stored = figures.stored->events_stored;
        out.differences = figures.stored->differences_total;
    }
    out.invalid = invalid;
    return wire::to_json<wire::Defaults::written>(out) + "\n";
}

} // namespace mimamori::fleetsim
