#pragma once

#include "common/async/asio.hpp"
#include "common/async/task_group.hpp"
#include "common/base/result.hpp"
#include "tests/fleetsim/figures.hpp"
#include "tests/fleetsim/identity.hpp"
#include "tests/fleetsim/line.hpp"
#include "tests/fleetsim/options.hpp"
#include "tests/fleetsim/process_usage.hpp"
#include "tests/fleetsim/simulated_agent.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace mimamori::fleetsim {

/// What the server used; each is there when it was asked for and could be read.
struct ServerUsage
{
    std::optional<ProcessUsage> before;       ///< Nobody was connected yet.
    std::optional<ProcessUsage> window_begin; ///< Everybody is connected; measuring begins.
    std::optional<ProcessUsage> window_end;
    std::optional<ProcessUsage> after; ///< All connections are closed.
};

/// What is said about a run.
struct RunReport
{
    Figures figures;
    ServerUsage server;
    double bring_up_s{0};
    Failures bring_up_failures;
    std::uint64_t answered_in_all{0}; ///< With warm-up and bring-up.
    std::size_t still_open{0};        ///< Connections at the end of the window.
    double all_back_s{0};             ///< Storm: until the last agent had its receipt.
    std::uint64_t provocations{0};    ///< Replays, or malformed requests: answered as they must be.
};

/// Runs many simulated agents on one thread.
class Fleet
{
public:
    /// All must outlive it. `identities` has one for each agent.
    Fleet(
        asio::io_context& io,
        const Options& options,
        const ServerAddress& server,
        const IdentityFolder& identities);

    /// Makes the agents. Errors: invalid_input.
    Result<void> prepare();

    /// The whole run: brings the fleet up, warms up, measures, lets what is in hand be answered.
    /// SIGINT and SIGTERM end it early, also while the server does not answer.
    awaitable<RunReport> run();

    const std::vector<std::unique_ptr<SimulatedAgent>>& agents() const { return agents_; }

private:
    using Time = std::chrono::steady_clock::time_point;
    using Wait = std::chrono::milliseconds;

    struct Member
    {
        SimulatedAgent& agent;
        Line line;
        std::mt19937_64 random;
        std::string last_sent; ///< Replay: the JSON of the newest acknowledged report.
        std::string sent_before;
    };

    /// A task that has something to finish, for as long as this lives.
    class InHand
    {
    public:
        explicit InHand(std::size_t& busy)
            : busy_{busy}
        {
            ++busy_;
        }

        ~InHand() { --busy_; }

        InHand(const InHand&) = delete;
        InHand& operator=(const InHand&) = delete;

    private:
        std::size_t& busy_;
    };

    // fleet.cpp
    void stop();
    awaitable<void> bring_up();
    awaitable<void> bring_up_some();
    awaitable<void> live(Member& member, Time first);
    awaitable<void> report_once(Member& member, Time due);
    awaitable<Result<void>> deliver(Member& member, Happenings happened);
    Result<void> take(Member& member, const http::Response& response);
    awaitable<void> measure();
    awaitable<void> wait_for_answers();
    awaitable<void> close_all();
    Happenings what_happened(Member& member);
    Wait retry_wait(Member& member, unsigned failures);
    void note_failure(const Error& error);

    bool is_measured(Time due) const { return due >= window_begin_ && due < window_end_; }

    // fleet_modes.cpp
    awaitable<void> run_storm();
    awaitable<void> come_back(Member& member, Time begin);
    awaitable<void> provoke(Member& member);
    awaitable<void> send_again(Member& member, const std::string& json);
    awaitable<void> send_other_content(Member& member);
    awaitable<void> make_mischief(std::size_t first);

    const Options& options_;
    const ServerAddress& server_;
    const IdentityFolder& identities_;
    MadeUpSite site_;
    async::TaskGroup tasks_;
    std::vector<std::unique_ptr<SimulatedAgent>> agents_;
    std::vector<std::unique_ptr<Member>> members_;
    std::size_t next_to_bring_up_{0};
    std::size_t busy_{0}; ///< Tasks that have something to finish.
    Time window_begin_{};
    Time window_end_{};
    asio::steady_timer end_of_window_;
    asio::signal_set signals_;
    bool is_up_{false};
    bool is_stopped_{false}; ///< By a signal.
    RunReport report_;
};

} // namespace mimamori::fleetsim
