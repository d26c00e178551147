// What some modes do besides reporting: coming back at once, repeating, provoking.
#include "common/async/sleep.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/json_writer.hpp"
#include "tests/fleetsim/fleet.hpp"
#include "tests/fleetsim/provocation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mimamori::fleetsim {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// An agent's first report after its start comes at a random moment within this time.
constexpr std::chrono::milliseconds start_spread{5'000};

/// Of 100 reports in mode replay so many come again after a newer one, or with other content.
constexpr int late_percent = 20;
constexpr int other_content_percent = 5;

constexpr std::chrono::milliseconds between_provocations{50};

Microseconds since(Clock::time_point begin)
{
    return std::chrono::duration_cast<Microseconds>(Clock::now() - begin);
}

} // namespace

// ---------------------------------------------------------------- storm

awaitable<void> Fleet::run_storm()
{
    const double own_cpu = own_cpu_s();
    report_.server.window_begin = usage_of(options_.watched);
    const Time begin = Clock::now();
    window_begin_ = begin;
    busy_ = members_.size();
    report_.figures.due = members_.size();
    for (const auto& member : members_)
        tasks_.spawn("agent", come_back(*member, begin));
    while (busy_ > 0 && Clock::now() < window_end_)
    {
        const bool go_on = co_await async::sleep_for(20ms);
        if (!go_on)
            co_return;
    }
    report_.all_back_s = std::chrono::duration<double>(Clock::now() - begin).count();
    report_.server.window_end = usage_of(options_.watched);
    report_.figures.own_cpu_s = own_cpu_s() - own_cpu;
    report_.figures.window_s = report_.all_back_s;
    for (const auto& member : members_)
        report_.still_open += member->line.is_open() ? 1 : 0;
}

awaitable<void> Fleet::come_back(Member& member, Time begin)
{
    std::uniform_int_distribution<Wait::rep> spread{0, start_spread.count()};
    const Wait wait{spread(member.random)};
    bool go_on = co_await async::sleep_for(wait);
    Happenings happened = what_happened(member);
    for (unsigned failures = 1; go_on; ++failures)
    {
        const auto delivered = co_await deliver(member, happened);
        happened = {};
        if (delivered)
            break;
        note_failure(delivered.error());
        const Wait pause = retry_wait(member, failures);
        go_on = co_await async::sleep_for(pause);
    }
    if (!go_on)
        co_return;
    ++report_.figures.answered;
    report_.figures.latency.add(since(begin));
    --busy_;
}

// ---------------------------------------------------------------- replay

awaitable<void> Fleet::provoke(Member& member)
{
    if (member.last_sent.empty() || member.agent.is_waiting())
        co_return;
    const InHand in_hand{busy_};
    std::uniform_int_distribution<int> percent{0, 99};
    co_await send_again(member, member.last_sent);
    if (!member.sent_before.empty() && percent(member.random) < late_percent)
        co_await send_again(member, member.sent_before);
    if (percent(member.random) < other_content_percent)
        co_await send_other_content(member);
}

/// A report that was acknowledged is acknowledged again, and nothing more is.
awaitable<void> Fleet::send_again(Member& member, const std::string& json)
{
    const std::string request = post_request(server_, "/agent/v1/report", json, options_.packed);
    const auto response = co_await member.line.ask(request);
    if (!response)
    {
        report_.figures.failures.add("replay: " + response.error().message);
        co_return;
    }
    const AckedStream& acked = member.agent.acked().back();
    const auto receipt = wire::from_json<wire::Receipt>(response->body);
    const bool is_right = response->status == http::Status::ok && receipt
                          && receipt->stream == acked.stream && receipt->seq == acked.reports
                          && receipt->ack == acked.events && !receipt->new_stream;
    if (is_right)
        ++report_.provocations;
    else
        report_.figures.failures.add(
            fmt::format("replay: status {}", http::to_number(response->status)));
}

/// The number of an acknowledged report with other content must not be acknowledged.
awaitable<void> Fleet::send_other_content(Member& member)
{
    auto report = wire::from_json<wire::Report>(member.last_sent);
    if (!report)
        co_return;
    report->boot_id += "x";
    const std::string json = wire::to_json(*report);
    const std::string request = post_request(server_, "/agent/v1/report", json, options_.packed);
    const auto response = co_await member.line.ask(request);
    if (!response)
    {
        report_.figures.failures.add("other content: " + response.error().message);
        co_return;
    }
    const auto receipt = wire::from_json<wire::Receipt>(response->body);
    const bool is_right =
        response->status == http::Status::conflict && receipt && receipt->new_stream;
    if (!is_right)
    {
        report_.figures.failures.add(
            fmt::format("other content: status {}", http::to_number(response->status)));
        co_return;
    }
    ++report_.provocations;
    member.agent.begin_stream();
    member.last_sent.clear();
    member.sent_before.clear();
}

// ---------------------------------------------------------------- malformed

awaitable<void> Fleet::make_mischief(std::size_t first)
{
    const InHand in_hand{busy_};
    const auto all = provocations();
    for (std::size_t turn = first; Clock::now() < window_end_; ++turn)
    {
        const Member& member = *members_[turn % members_.size()];
        Line line = member.line.another();
        const std::string wrong = co_await fleetsim::provoke(
            all[turn % all.size()], std::move(line), server_, member.agent);
        if (wrong.empty())
            ++report_.provocations;
        else
            report_.figures.failures.add(wrong);
        const bool go_on = co_await async::sleep_for(between_provocations);
        if (!go_on)
            co_return;
    }
}

} // namespace mimamori::fleetsim
