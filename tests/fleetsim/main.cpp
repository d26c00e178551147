// mimamori-fleetsim: see `mimamori-fleetsim --help`.
#include "agent/uplink/address.hpp"
#include "common/async/sleep.hpp"
#include "common/async/task_group.hpp"
#include "common/log/log.hpp"
#include "common/platform/file.hpp"
#include "tests/fleetsim/enrol.hpp"
#include "tests/fleetsim/fleet.hpp"
#include "tests/fleetsim/options.hpp"
#include "tests/fleetsim/print.hpp"
#include "tests/fleetsim/stored_rows.hpp"
#include "tests/support/run_coro.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mimamori::fleetsim {
namespace {

constexpr std::size_t identities_between_saves = 500;

constexpr std::size_t enrolments_at_once = 16;

constexpr std::chrono::seconds enrolment_pause{5};
constexpr std::chrono::milliseconds look_again{10};

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

/// Enrols those that are not in the folder yet, some at a time, and keeps them in their order.
class EnrolmentOfFleet
{
public:
    EnrolmentOfFleet(
        asio::io_context& io, Enrolling& enrolling, IdentityFolder& folder, std::size_t agents)
        : enrolling_{enrolling}
        , folder_{folder}
        , site_{agents, SystemClock{}.now()}
        , next_{folder.agents().size()}
        , tasks_{io.get_executor(), [this](const std::string&, const std::exception& why) {
                     failure_ = Error{Errc::internal, why.what()};
                 }}
    {}

    awaitable<Result<void>> run()
    {
        while (!failure_ && folder_.agents().size() < site_.devices)
        {
            const std::size_t until = std::min(site_.devices, next_ + identities_between_saves);
            made_.assign(until - next_, std::nullopt);
            first_ = next_;
            busy_ = std::min(enrolments_at_once, until - next_);
            for (std::size_t i = busy_; i > 0; --i)
                tasks_.spawn("enrol", enrol_until(until));
            while (busy_ > 0)
                co_await async::sleep_for(look_again);
            for (auto& identity : made_)
            {
                if (!identity)
                    break; // Those behind one that failed have to enrol again.
                folder_.add(std::move(*identity));
            }
            if (auto kept = keep(); !kept)
                co_return kept;
        }
        if (failure_)
            co_return *failure_;
        co_return Result<void>{};
    }

private:
    awaitable<void> enrol_until(std::size_t until)
    {
        while (next_ < until && !failure_)
        {
            const std::size_t index = next_++;
            const MadeUpDevice device{site_, index};
            auto identity = co_await enrolling_.enrol(device);
            // Too many from one address in a minute: as an agent, we wait.
            while (!identity && identity.error().code == Errc::unavailable)
            {
                co_await async::sleep_for(enrolment_pause);
                identity = co_await enrolling_.enrol(device);
            }
            if (identity)
                made_[index - first_] = std::move(*identity);
            else
                failure_ = Error{identity.error()}.in(fmt::format("enrol agent {}", index));
        }
        --busy_;
    }

    Result<void> keep()
    {
        if (folder_.roots().empty() && !enrolling_.roots().empty())
        {
            if (auto kept = folder_.keep_roots(enrolling_.roots()); !kept)
                return kept;
        }
        return folder_.save();
    }

    Enrolling& enrolling_;
    IdentityFolder& folder_;
    MadeUpSite site_;
    std::size_t next_;
    std::size_t first_{0};
    std::size_t busy_{0};
    std::vector<std::optional<Identity>> made_;
    std::optional<Error> failure_;
    async::TaskGroup tasks_;
};

Result<void> enrol_missing(
    asio::io_context& io,
    const Options& options,
    const ServerAddress& server,
    IdentityFolder& folder)
{
    if (folder.agents().size() >= options.agents)
        return {};
    const auto fingerprint = agent::uplink::parse_fingerprint(options.ca_fingerprint);
    if (!fingerprint)
        return Error{fingerprint.error()}.in("--ca-fingerprint");
    auto secret = secret_of(options);
    if (!secret)
        return std::move(secret).error();
    auto enrolling = Enrolling::begin(server, *fingerprint, std::move(*secret));
    if (!enrolling)
        return std::move(enrolling).error();
    log::info("{} agents enrol", options.agents - folder.agents().size());
    EnrolmentOfFleet enrolment{io, *enrolling, folder, options.agents};
    return test::run_coro(io, enrolment.run());
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
    if (auto enrolled = enrol_missing(io, options, *server, *folder); !enrolled)
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
