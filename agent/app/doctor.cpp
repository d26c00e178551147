#include "agent/app/found_lines.hpp"
#include "agent/app/probe_run.hpp"
#include "agent/app/section_text.hpp"
#include "agent/app/verbs.hpp"
#include "agent/report/spool.hpp"
#include "agent/uplink/collector_link.hpp"
#include "agent/watch/signals.hpp"
#include "common/async/task_group.hpp"
#include "common/http/resolver.hpp"
#include "common/settings/document.hpp"

#include <boost/asio/io_context.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace mimamori::agent::app {
namespace {

/// Unknown facts beyond these are only counted.
constexpr std::size_t unknown_printed_max = 20;

/// Lines of what was found beyond these are only counted.
constexpr std::size_t found_printed_max = 12;

/// Facts of the section that could not be read, those of single antivirus products included.
std::size_t count_unknown(const wire::Facts& facts, const SectionText& section)
{
    std::size_t count = section.from.unknown.size();
    if (section.name == "antivirus" && facts.antivirus)
    {
        for (const auto& product : facts.antivirus->products)
            count += product.unknown.size();
    }
    return count;
}

void print_probe(const ProbedOnce& once, const wire::Facts& facts, Output& out)
{
    const auto section = section_text(facts, once.name);
    const auto& unknown = section.from.unknown;
    out << fmt::format(
        "{:<12} {} ms, {} ms of CPU, {} bytes", once.name, once.wall.count(), once.cpu.count(),
        section.text.size());
    const std::size_t unknown_count = count_unknown(facts, section);
    out << (unknown_count == 0 ? ", all found\n" : fmt::format(", {} unknown\n", unknown_count));
    const auto found = found_lines(facts, once.name);
    for (std::size_t i = 0; i < std::min(found.size(), found_printed_max); ++i)
        out << "    " << found[i] << '\n';
    if (found.size() > found_printed_max)
        out << "    and " << found.size() - found_printed_max << " more\n";
    for (std::size_t i = 0; i < std::min(unknown.size(), unknown_printed_max); ++i)
        out << "    unknown: " << (unknown[i].fact.empty() ? "all" : unknown[i].fact)
            << ", because " << unknown[i].why << '\n';
    if (!section.from.sources.empty())
        out << fmt::format("    from {}\n", fmt::join(section.from.sources, ", "));
}

template <class Signals>
void print_signals(std::string_view what, const asio::any_io_executor& executor, Output& out)
{
    const auto opened = Signals::open(executor);
    out << fmt::format(
        "{:<12} {}\n", what,
        opened ? std::string{"the system tells us"} : "polled: " + opened.error().message);
}

awaitable<void> try_connection(uplink::CollectorLink& link, Output& out, int& exit_code)
{
    // An empty question: the answer only has to come from the right collector.
    const std::string empty{"{}"};
    const auto answer = co_await link.post("/agent/v1/enroll", empty);
    if (!answer)
    {
        out << "connection   " << answer.error().message << '\n';
        exit_code = exit_failed;
        co_return;
    }
    out << "connection   " << link.address().text() << " answers, and is the right one\n";
    co_await link.close();
}

/// Who said what: only what is not built in.
void print_settings(const Loaded& loaded, Output& out)
{
    std::vector<settings::Shown> said;
    for (const auto& shown : loaded.shown)
    {
        if (shown.origin.source != settings::Source::built_in)
            said.push_back(shown);
    }
    out << "settings     " << (loaded.file.empty() ? "no file" : loaded.file.string()) << ", "
        << said.size() << " of " << loaded.shown.size() << " set\n";
    for (const auto& shown : said)
        out << "    " << settings::shown_text({shown});
    for (const auto& one : loaded.passed_over)
        out << "    not used: " << one.text << '\n';
}

int print_connection(const Loaded& loaded, asio::io_context& io, Output& out)
{
    const auto place = parse_place(loaded.settings.collector_address);
    const auto fingerprint = uplink::parse_fingerprint(loaded.settings.ca_fingerprint);
    if (!place || !fingerprint)
    {
        out << "connection   not tried: collector.address or collector.ca_fingerprint is not set\n";
        return exit_failed;
    }
    http::SystemResolver resolver;
    uplink::CollectorClock clock{std::nullopt};
    uplink::CollectorLink link{
        {io.get_executor(), resolver, clock}, {place->host, place->port, *fingerprint}};
    if (auto done = link.be_nobody(); !done)
    {
        out << "connection   " << done.error().message << '\n';
        return exit_failed;
    }
    int exit_code = exit_done;
    async::TaskGroup tasks{
        io.get_executor(), [&](const std::string&, const std::exception& failure) {
            out << "connection   " << failure.what() << '\n';
            exit_code = exit_failed;
        }};
    tasks.spawn("connection", try_connection(link, out, exit_code));
    io.run();
    return exit_code;
}

void print_refused(const std::filesystem::path& folder, Output& out)
{
    const auto refused = report::Spool::look_at_refused(folder);
    if (!refused)
    {
        const bool is_new = refused.error().code == Errc::not_found;
        out << "spool        " << (is_new ? "none yet" : refused.error().message) << '\n';
        return;
    }
    out << "spool        " << refused->size() << " refused reports kept\n";
    for (const auto& report : *refused)
        out << "    report " << report.seq << " of " << to_rfc3339(report.at) << ": " << report.why
            << "\n    " << report.text << '\n';
}

} // namespace

int doctor(const Loaded& loaded, Output& out)
{
    const SystemClock clock;
    run_probes(
        {},
        [&](const ProbedOnce& once, const wire::Facts& facts) { print_probe(once, facts, out); },
        clock);
    asio::io_context io{1};
    print_signals<watch::ExecSignals>("programs", io.get_executor(), out);
    print_signals<watch::DeviceSignals>("devices", io.get_executor(), out);
    print_signals<watch::NetworkSignals>("network", io.get_executor(), out);
    print_signals<watch::FileSignals>("files", io.get_executor(), out);
    print_refused(loaded.settings.data_folder, out);
    print_settings(loaded, out);
    return print_connection(loaded, io, out);
}

} // namespace mimamori::agent::app
