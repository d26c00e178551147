#include "collector/judge/judge.hpp"

#include "collector/storage/summary_store.hpp"
#include "common/base/utf8.hpp"
#include "common/log/log.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <utility>

namespace mimamori::collector::judge {

namespace {

/// Devices in one work: long enough to be cheap, short enough that others wait little.
constexpr std::size_t batch_max = 64;

/// The civil clock may be set, so it is looked at this often however far away the next device is.
constexpr std::chrono::milliseconds look_at_clock_every{1'000};

/// After a failure of the storage.
constexpr std::chrono::seconds retry_after{30};

/// One device of a batch: what was seen, or why it could not be.
struct Attempt
{
    DeviceId device;
    std::optional<Looked> looked;
    std::optional<Error> error;
};

} // namespace

Judge::Judge(asio::any_io_executor strand, Parts parts, EvaluatorOptions options)
    : strand_{std::move(strand)}
    , parts_{std::move(parts)}
    , evaluator_{std::move(options), parts_.liveness, parts_.knowledge, parts_.remote_tools}
    , timer_{strand_}
{}

std::unique_ptr<Evaluator> Judge::another_evaluator() const
{
    return std::make_unique<Evaluator>(
        evaluator_.options(), parts_.liveness, parts_.knowledge, parts_.remote_tools);
}

awaitable<void> Judge::run()
{
    for (;;)
    {
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none)
            co_return;
        if (std::exchange(forget_asked_, false))
            evaluator_.forget();
        if (std::exchange(forget_policies_asked_, false))
            evaluator_.forget_policies();
        if (std::exchange(all_asked_, false))
            co_await queue_all();

        const Timestamp now = parts_.clock.now();
        const auto next = schedule_.next_due();
        const auto behind = next && *next < now ? now - *next : std::chrono::milliseconds{0};
        behind_ms_ = static_cast<std::uint64_t>(behind.count());
        auto due = schedule_.take_due(now, batch_max);
        if (!due.empty())
        {
            co_await judge_batch(std::move(due));
            continue;
        }
        auto wait = look_at_clock_every;
        if (next)
            wait = std::clamp(*next - now, std::chrono::milliseconds{1}, look_at_clock_every);
        timer_.expires_after(wait);
        const auto [ec] = co_await timer_.async_wait(token);
        static_cast<void>(ec); // Woken, waited long enough, or cancelled: seen at the top.
    }
}

awaitable<void> Judge::queue_all()
{
    auto work = [](storage::Session& session) -> Result<std::vector<DeviceId>> {
        return storage::all_devices(session);
    };
    auto devices = co_await parts_.database.read(std::move(work));
    if (!devices)
    {
        log::error("judge: cannot list devices: {}", devices.error().message);
        ++failures_;
        all_asked_ = true;
        timer_.expires_after(retry_after);
        const auto [ec] = co_await timer_.async_wait(token);
        static_cast<void>(ec);
        co_return;
    }
    const Timestamp now = parts_.clock.now();
    for (const DeviceId& device : *devices)
        schedule_.soon(device, now);
    devices_known_ = schedule_.size();
}

awaitable<void> Judge::judge_batch(std::vector<DeviceId> devices)
{
    auto work = [this, &devices](storage::Session& session) -> Result<std::vector<Attempt>> {
        std::vector<Attempt> attempts;
        for (const DeviceId& device : devices)
        {
            auto looked = evaluator_.look(session, device, parts_.clock.now());
            Attempt attempt{device, {}, {}};
            if (looked)
                attempt.looked = std::move(*looked);
            else
                attempt.error = looked.error();
            attempts.push_back(std::move(attempt));
        }
        return attempts;
    };
    auto attempts = co_await parts_.database.read(std::move(work));
    if (!attempts)
    {
        failed(devices, attempts.error());
        co_return;
    }

    std::vector<Looked> to_store;
    for (Attempt& attempt : *attempts)
    {
        ++devices_judged_;
        if (attempt.error && attempt.error->code == Errc::not_found)
            schedule_.forget(attempt.device);
        else if (attempt.error)
            failed({attempt.device}, *attempt.error);
        else if (attempt.looked->to_store)
            to_store.push_back(std::move(*attempt.looked));
        else
            schedule_.judged(attempt.device, attempt.looked->look_again_at, parts_.clock.now());
    }
    devices_known_ = schedule_.size();
    if (!to_store.empty())
        co_await store_batch(std::move(to_store));
}

awaitable<void> Judge::store_batch(std::vector<Looked> to_store)
{
    auto work = [this, &to_store](storage::Session& session) -> Result<std::vector<Stored>> {
        std::vector<Stored> all;
        for (const Looked& looked : to_store)
        {
            auto stored = evaluator_.store(session, looked, parts_.clock.now());
            if (!stored)
                return std::move(stored).error();
            all.push_back(std::move(*stored));
        }
        return all;
    };
    const auto stored = co_await parts_.database.write(std::move(work));
    if (!stored)
    {
        // What was kept in memory may tell of rows that were never written.
        evaluator_.forget();
        if (to_store.size() == 1)
        {
            failed({to_store.front().device.id}, stored.error());
            co_return;
        }
        // One of them may be to blame, which must not keep the others from being judged.
        for (Looked& looked : to_store)
        {
            std::vector<Looked> alone;
            alone.push_back(std::move(looked));
            co_await store_batch(std::move(alone));
        }
        co_return;
    }
    std::size_t alerts = 0;
    for (std::size_t i = 0; i < stored->size(); ++i)
    {
        settle(to_store[i], (*stored)[i]);
        alerts += (*stored)[i].alerts;
    }
    alerts_queued_ += alerts;
    if (alerts > 0 && parts_.alerts_queued)
        parts_.alerts_queued();
}

void Judge::settle(const Looked& looked, const Stored& stored)
{
    const Timestamp now = parts_.clock.now();
    schedule_.judged(looked.device.id, stored.look_again_at, now);
    if (stored.more_news)
        schedule_.soon(looked.device.id, now);
    for (const DeviceId& other : stored.others)
        schedule_.soon(other, now);
    ++devices_stored_;
    findings_changed_ += stored.changes;
    if (parts_.device_changed)
        parts_.device_changed(looked.device.id);
}

void Judge::failed(const std::vector<DeviceId>& devices, const Error& error)
{
    ++failures_;
    const Timestamp now = parts_.clock.now();
    for (const DeviceId& device : devices)
        schedule_.judged(device, now + retry_after, now);
    log::error(
        "judge: {} devices from {}: {}", devices.size(), devices.front().text(),
        for_log(error.message));
}

void Judge::judge_soon(const DeviceId& device)
{
    auto ask = [this, device] {
        schedule_.soon(device, parts_.clock.now());
        wake();
    };
    asio::post(strand_, std::move(ask));
}

void Judge::decided(std::vector<DeviceId> devices)
{
    auto ask = [this, devices = std::move(devices)] {
        forget_asked_ = true;
        for (const DeviceId& device : devices)
            schedule_.soon(device, parts_.clock.now());
        wake();
    };
    asio::post(strand_, std::move(ask));
}

void Judge::decided_for_all()
{
    auto ask = [this] {
        forget_asked_ = true;
        all_asked_ = true;
        wake();
    };
    asio::post(strand_, std::move(ask));
}

void Judge::wake()
{
    timer_.cancel();
}

void Judge::policy_decided(std::optional<DeviceId> device)
{
    auto ask = [this, device = std::move(device)] {
        forget_policies_asked_ = true;
        if (device)
            schedule_.soon(*device, parts_.clock.now());
        else
            all_asked_ = true;
        wake();
    };
    asio::post(strand_, std::move(ask));
}

JudgeCounters Judge::counters() const
{
    return {devices_judged_, devices_stored_, findings_changed_, alerts_queued_,
            failures_,       devices_known_,  behind_ms_};
}

} // namespace mimamori::collector::judge
