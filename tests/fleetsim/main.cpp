// mimamori-fleetsim: see `mimamori-fleetsim --help`.
#include "agent/uplink/address.hpp"
#include "common/async/sleep.hpp"
#include "common/log/log.hpp"
#include "common/platform/file.hpp"
#include "tests/fleetsim/enrol.hpp"
#include "tests/fleetsim/fleet.hpp"
#include "tests/fleetsim/options.hpp"
#include "tests/fleetsim/print.hpp"
#include "tests/fleetsim/stored_rows.hpp"
#include "tests/support/run_coro.hpp"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <string>
#include <utility>

namespace mimamori::fleetsim {
namespace {

constexpr std::size_t identities_between_saves = 500;

constexpr std::chrono::seconds enrolment_pause{5};

Result<ServerAddress> server_of(const std::string& text)
{
    const std::size_t colon = text.rfind(':');
    boost::system::error_code failed;
    const auto address = asio::ip::make_address(text.substr(0, colon), failed);
    std::uint16_t port = 0;
    if (!failed && colon != std::string::npos)
        std::from_chars(text.data() + colon + 1, text.data() + text.size(), port);
    if (port == 0)
        return Error{Errc::invalid_input, "--server: expected a numeric address and a port"};
    ServerAddress server;
    server.endpoint = {address, port};
    server.name = address.to_string();
    return server;
}

Result<std::string> secret_of(const Options& options)
{
    auto text = platform::read_file(options.key_file);
    if (!text)
        return std::move(text).error().in("--key-file");
    while (!text->empty() && (text->back() == '\n' || text->back() == ' '))
        text->pop_back();
    return std::move(*text);
}

/// Enrols those that are not in the folder yet.
awaitable<Result<void>> enrol_missing(
    const Options& options, const ServerAddress& server, IdentityFolder& folder)
{
    if (folder.agents().size() >= options.agents)
        co_return Result<void>{};
    const auto fingerprint = agent::uplink::parse_fingerprint(options.ca_fingerprint);
    if (!fingerprint)
        co_return Error{fingerprint.error()}.in("--ca-fingerprint");
    auto secret = secret_of(options);
    if (!secret)
        co_return std::move(secret).error();
    auto enrolling = Enrolling::begin(server, *fingerprint, std::move(*secret));
    if (!enrolling)
        co_return std::move(enrolling).error();
    const MadeUpSite site{options.agents, SystemClock{}.now()};
    log::info("{} agents enrol", options.agents - folder.agents().size());
    while (folder.agents().size() < options.agents)
    {
        const std::size_t index = folder.agents().size();
        const MadeUpDevice device{site, index};
        auto identity = co_await enrolling->enrol(device);
        if (!identity && identity.error().code == Errc::unavailable)
        {
            // Too many from one address in a minute: as an agent, we wait.
            const bool go_on = co_await async::sleep_for(enrolment_pause);
            if (go_on)
                continue;
        }
        if (!identity)
        {
            if (auto saved = folder.save(); !saved)
                log::error("{}", saved.error().message);
            co_return std::move(identity).error().in(fmt::format("enrol agent {}", index));
        }
        if (folder.roots().empty())
        {
            if (auto kept = folder.keep_roots(enrolling->roots()); !kept)
                co_return kept;
        }
        folder.add(std::move(*identity));
        if (folder.agents().size() % identities_between_saves == 0)
        {
            if (auto saved = folder.save(); !saved)
                co_return saved;
        }
    }
    co_return folder.save();
}

Result<int> run(const Options& options)
{
    auto server = server_of(options.server);
    if (!server)
        return std::move(server).error();
    auto folder = IdentityFolder::open(options.folder);
    if (!folder)
        return std::move(folder).error().in("--folder");
    asio::io_context io{1};
    if (auto enrolled = test::run_coro(io, enrol_missing(options, *server, *folder)); !enrolled)
        return std::move(enrolled).error();

    Fleet fleet{io, options, *server, *folder};
    if (auto prepared = fleet.prepare(); !prepared)
        return std::move(prepared).error();
    RunReport report = test::run_coro(io, fleet.run());
    if (!options.database.empty())
    {
        auto stored = compare_with_database(options.database, fleet.agents());
        if (!stored)
            return std::move(stored).error();
        report.figures.stored = std::move(*stored);
    }

    Expectations expected;
    expected.failures_allowed = options.failures_allowed || options.mode == Mode::storm;
    expected.rows_needed = !options.database.empty();
    expected.schedule_kept = options.interval_s > 0 && options.mode != Mode::storm;
    expected.lag_max = std::chrono::milliseconds{options.lag_max_ms};
    if (options.mode == Mode::storm)
        expected.samples_min = options.agents;
    if (options.mode == Mode::hold)
    {
        expected.samples_min = 0;
        expected.schedule_kept = false;
    }
    auto invalid = why_invalid(report.figures, expected);
    if (report.still_open != options.agents && options.mode == Mode::hold)
        invalid.push_back(fmt::format("only {} connections were held", report.still_open));
    std::fputs(to_text(options, report, invalid).c_str(), stdout);
    if (!options.json.empty())
    {
        if (auto saved = platform::replace_file(options.json, to_json(options, report, invalid));
            !saved)
            return std::move(saved).error();
    }
    return invalid.empty() ? 0 : 1;
}

} // namespace
} // namespace mimamori::fleetsim

int main(int count, char** values)
{
    int exit_code = 0;
    const auto options = mimamori::fleetsim::read_options(count, values, exit_code);
    if (!options)
        return exit_code;
    const auto done = mimamori::fleetsim::run(*options);
    if (!done)
    {
        fmt::print(stderr, "mimamori-fleetsim: {}\n", done.error().message);
        return 2;
    }
    return *done;
}
