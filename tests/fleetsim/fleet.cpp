#include "tests/fleetsim/fleet.hpp"

#include "common/async/sleep.hpp"
#include "common/log/log.hpp"
#include "common/wire/json_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <utility>

namespace mimamori::fleetsim {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// How long reports in hand may take after the window, and after a signal to stop.
constexpr std::chrono::seconds answers_max{60};
constexpr std::chrono::seconds answers_after_signal_max{15};

/// After everybody has left, the server may tidy up before its memory is read: it does so every 10
/// s, and closing many connections takes some seconds.
constexpr std::chrono::seconds settle_time{25};

constexpr std::chrono::milliseconds retry_max{std::chrono::minutes{5}};

std::chrono::milliseconds ms_of(double seconds)
{
    return std::chrono::milliseconds{static_cast<std::int64_t>(seconds * 1'000)};
}

Microseconds since(Clock::time_point begin)
{
    return std::chrono::duration_cast<Microseconds>(Clock::now() - begin);
}

} // namespace

Fleet::Fleet(
    asio::io_context& io,
    const Options& options,
    const ServerAddress& server,
    const IdentityFolder& identities)
    : options_{options}
    , server_{server}
    , identities_{identities}
    , site_{options.agents, SystemClock{}.now()}
    , tasks_{io.get_executor(), [](const std::string& task, const std::exception& why) {
                 log::error("{}: {}", task, why.what());
             }}
    , end_of_window_{io}
    , signals_{io, SIGINT, SIGTERM}
{}

Result<void> Fleet::prepare()
{
    for (std::size_t i = 0; i < options_.agents; ++i)
    {
        const Identity& identity = identities_.agents()[i];
        tls::ClientOptions client;
        client.roots = identities_.roots();
        client.server_name = server_.name;
        client.identity = tls::Identity{identity.key, {identity.certificate}};
        client.now = [] { return SystemClock{}.now(); };
        auto context = tls::Context::client(std::move(client));
        if (!context)
            return std::move(context).error();
        agents_.push_back(std::make_unique<SimulatedAgent>(site_, i, identity.agent));
        Line line{server_, std::move(*context), own_address(server_.endpoint, i)};
        members_.push_back(std::unique_ptr<Member>{
            new Member{*agents_.back(), std::move(line), std::mt19937_64{i + 1}, {}, {}}});
    }
    return {};
}

awaitable<RunReport> Fleet::run()
{
    signals_.async_wait([this](boost::system::error_code failed, int) {
        if (!failed)
            stop();
    });
    report_.server.before = usage_of(options_.watched);
    co_await bring_up();
    log::info(
        "{} agents are up after {:.1f} s, {} failures", members_.size(), report_.bring_up_s,
        report_.bring_up_failures.total());

    const Time begin = Clock::now();
    window_begin_ = begin + ms_of(options_.warm_up_s);
    window_end_ =
        options_.duration_s > 0 ? window_begin_ + ms_of(options_.duration_s) : Time::max();
    if (is_stopped_)
        window_begin_ = window_end_ = begin;
    if (options_.mode == Mode::storm)
    {
        co_await run_storm();
    }
    else
    {
        for (const auto& member : members_)
        {
            if (options_.mode == Mode::hold
                || (options_.lifelike && member->agent.device().is_switched_off()))
                continue;
            std::uniform_real_distribution<double> phase{0.0, options_.interval_s};
            tasks_.spawn("agent", live(*member, begin + ms_of(phase(member->random))));
        }
        for (std::size_t i = 0; options_.mode == Mode::malformed && i < 4; ++i)
            tasks_.spawn("mischief", make_mischief(i));
        co_await measure();
    }
    co_await wait_for_answers();
    const bool stopped = co_await tasks_.stop(2s);
    if (!stopped)
        log::error("some agents do not stop");
    for (const auto& agent : agents_)
        report_.figures.waiting_at_end += agent->is_waiting() ? 1 : 0;
    co_await close_all();
    if (!options_.watched.empty())
        co_await async::sleep_for(settle_time);
    report_.server.after = usage_of(options_.watched);
    signals_.cancel();
    co_return std::move(report_);
}

void Fleet::stop()
{
    is_stopped_ = true;
    window_end_ = Clock::now();
    end_of_window_.cancel();
}

// ---------------------------------------------------------------- bringing up

awaitable<void> Fleet::bring_up()
{
    const Time begin = Clock::now();
    const std::size_t at_once = std::min(options_.handshakes, members_.size());
    busy_ = at_once;
    for (std::size_t i = 0; i < at_once; ++i)
        tasks_.spawn("bring up", bring_up_some());
    while (busy_ > 0 && !is_stopped_)
    {
        const bool go_on = co_await async::sleep_for(20ms);
        if (!go_on)
            co_return;
    }
    report_.bring_up_s = std::chrono::duration<double>(Clock::now() - begin).count();
    is_up_ = true;
}

awaitable<void> Fleet::bring_up_some()
{
    while (next_to_bring_up_ < members_.size() && !is_stopped_)
    {
        Member& member = *members_[next_to_bring_up_++];
        unsigned failures = 0;
        bool is_done = false;
        while (!is_done && !is_stopped_)
        {
            const Happenings nothing;
            const auto delivered = co_await deliver(member, nothing);
            is_done = delivered && !member.agent.owes_bodies();
            if (delivered)
                continue;
            note_failure(delivered.error());
            const bool go_on = co_await async::sleep_for(retry_wait(member, ++failures));
            if (!go_on)
                co_return;
        }
        const bool is_kept = options_.mode != Mode::fresh && options_.mode != Mode::storm;
        const bool is_off = options_.lifelike && member.agent.device().is_switched_off();
        if (!is_kept || is_off)
            co_await member.line.close();
    }
    --busy_;
}

// ---------------------------------------------------------------- reporting

Happenings Fleet::what_happened(Member& member)
{
    std::uniform_real_distribution<double> percent{0.0, 100.0};
    Happenings happened;
    happened.event = percent(member.random) < options_.event_percent;
    happened.change = percent(member.random) < options_.change_percent;
    return happened;
}

awaitable<void> Fleet::live(Member& member, Time first)
{
    Time due = first;
    while (due < window_end_)
    {
        const auto wait = std::chrono::ceil<Wait>(due - Clock::now());
        bool go_on = true;
        if (wait > 0ms)
            go_on = co_await async::sleep_for(wait);
        if (!go_on)
            co_return;
        if (due >= window_end_)
            co_return;
        co_await report_once(member, due);
        if (options_.mode == Mode::replay)
            co_await provoke(member);
        if (options_.mode == Mode::fresh)
            co_await member.line.close();
        due = options_.interval_s > 0 ? due + ms_of(options_.interval_s) : Clock::now();
    }
}

/// One report that is due, and the bodies that the collector asks for in its receipt.
awaitable<void> Fleet::report_once(Member& member, Time due)
{
    const bool measured = is_measured(due);
    if (measured)
    {
        ++report_.figures.due;
        report_.figures.lag.add(since(due));
    }
    Happenings happened = what_happened(member);
    unsigned failures = 0;
    bool is_first = true;
    const InHand in_hand{busy_};
    for (;;)
    {
        const auto delivered = co_await deliver(member, happened);
        happened = {};
        if (!delivered && delivered.error().code == Errc::cancelled)
            break; // Our own end.
        if (!delivered)
        {
            note_failure(delivered.error());
            const bool go_on = co_await async::sleep_for(retry_wait(member, ++failures));
            if (!go_on)
                break;
            continue;
        }
        if (measured && is_first)
        {
            ++report_.figures.answered;
            report_.figures.latency.add(since(due));
        }
        is_first = false;
        if (!member.agent.owes_bodies())
            break;
    }
}

awaitable<Result<void>> Fleet::deliver(Member& member, Happenings happened)
{
    // As the real client: a kept connection that was closed meanwhile is replaced without a word.
    if (member.line.has_gone_stale())
        member.line.drop();
    auto opened = co_await member.line.open();
    if (!opened)
        co_return std::move(opened).error();
    const std::string& json = member.agent.report(SystemClock{}.now(), happened);
    const std::string request = post_request(server_, "/agent/v1/report", json, options_.packed);
    auto response = co_await member.line.ask(request);
    if (!response)
        co_return std::move(response).error();
    co_return take(member, *response);
}

Result<void> Fleet::take(Member& member, const http::Response& response)
{
    const unsigned status = http::to_number(response.status);
    if (options_.bare && status / 100 == 2)
    {
        ++report_.answered_in_all;
        member.agent.settle_unseen();
        return {};
    }
    if (response.status != http::Status::ok && response.status != http::Status::conflict)
        return Error{Errc::unavailable, fmt::format("status {}", status)};
    const auto receipt = wire::from_json<wire::Receipt>(response.body);
    if (!receipt)
        return Error{receipt.error()}.in("receipt");
    if (options_.mode == Mode::replay)
    {
        member.sent_before = std::move(member.last_sent);
        member.last_sent = member.agent.report({}, {}); // The one that waits.
    }
    auto settled = member.agent.settle(*receipt);
    if (settled)
        ++report_.answered_in_all;
    return settled;
}

Fleet::Wait Fleet::retry_wait(Member& member, unsigned failures)
{
    // As ReportSchedule of the agent: between a half and the whole of a wait that doubles.
    const Wait whole =
        std::min<Wait>(retry_max, ms_of(options_.retry_s) * (1U << std::min(failures - 1, 12U)));
    std::uniform_int_distribution<Wait::rep> between{whole.count() / 2, whole.count()};
    return Wait{between(member.random)};
}

void Fleet::note_failure(const Error& error)
{
    (is_up_ ? report_.figures.failures : report_.bring_up_failures).add(error.message);
}

// ---------------------------------------------------------------- measuring

awaitable<void> Fleet::measure()
{
    end_of_window_.expires_at(window_begin_);
    auto [stopped] = co_await end_of_window_.async_wait(token);
    double own_cpu = own_cpu_s();
    const Time begin = Clock::now();
    report_.server.window_begin = usage_of(options_.watched);
    if (!stopped)
    {
        end_of_window_.expires_at(window_end_);
        const auto [ended] = co_await end_of_window_.async_wait(token);
        static_cast<void>(ended);
    }
    report_.server.window_end = usage_of(options_.watched);
    report_.figures.own_cpu_s = own_cpu_s() - own_cpu;
    report_.figures.window_s = std::chrono::duration<double>(Clock::now() - begin).count();
    for (const auto& member : members_)
        report_.still_open += member->line.is_open() ? 1 : 0;
}

awaitable<void> Fleet::wait_for_answers()
{
    const Time begin = Clock::now();
    // A signal may come while we wait.
    while (busy_ > 0
           && Clock::now() < begin + (is_stopped_ ? answers_after_signal_max : answers_max))
    {
        const bool go_on = co_await async::sleep_for(10ms);
        if (!go_on)
            co_return;
    }
}

awaitable<void> Fleet::close_all()
{
    for (const auto& member : members_)
        co_await member->line.close();
}

} // namespace mimamori::fleetsim
