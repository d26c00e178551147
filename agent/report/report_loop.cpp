#include "agent/report/report_loop.hpp"

#include "common/base/utf8.hpp"
#include "common/log/log.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/json_writer.hpp"

#include <fmt/chrono.h>

#include <utility>

namespace mimamori::agent::report {
namespace {

constexpr std::string_view orders_note = "orders";

/// So many reports the goodbye may need: one that waits, one with what happened since, and one
/// more for what did not fit.
constexpr int goodbye_reports_max = 3;

} // namespace

ReportLoop::ReportLoop(Parts parts, ReportSchedule schedule)
    : parts_{std::move(parts)}
    , schedule_{std::move(schedule)}
    , clock_watch_{parts_.spool.last_report_at()}
{}

awaitable<void> ReportLoop::run(AgentId agent_id, Uplink& uplink)
{
    agent_id_ = std::move(agent_id);
    uplink_ = &uplink;
    load_orders();
    for (;;)
    {
        watch_clock();
        if (parts_.alarm.now() >= schedule_.next())
        {
            const bool is_delivered = co_await deliver();
            if (is_delivered && close_between_reports_ && !parts_.spool.has_backlog())
                co_await uplink_->close();
        }
        const bool go_on = co_await parts_.alarm.sleep_until(schedule_.next());
        if (!go_on)
            co_return; // Cancelled: the agent is stopping.
    }
}

awaitable<void> ReportLoop::say_goodbye()
{
    if (!uplink_)
        co_return;
    for (int sent = 0; sent < goodbye_reports_max && parts_.spool.has_backlog(); ++sent)
    {
        const bool is_delivered = co_await deliver();
        if (!is_delivered)
            break;
    }
    co_await uplink_->close();
}

awaitable<bool> ReportLoop::deliver()
{
    ReportHead head{agent_id_,    parts_.agent_version, parts_.boot_id, parts_.clock.now(),
                    digests_due_, std::nullopt,         sightings_now()};
    if (digests_due_)
        head.self = parts_.footprint();
    const auto outgoing = parts_.spool.next_report(head);
    if (!outgoing)
    {
        schedule_.failed(parts_.alarm.now(), std::chrono::seconds{0});
        co_return note_failure(outgoing.error());
    }
    if (!outgoing->is_retry)
    {
        digests_on_the_way_ = digests_due_;
        sightings_.clear();
    }
    const Delivery delivery = co_await uplink_->send(outgoing->text);
    contact_.tried_at = parts_.clock.now();
    const bool is_delivered = settle(delivery);
    parts_.contact(contact_);
    co_return is_delivered;
}

void ReportLoop::saw(std::vector<wire::NeighbourSighting> sightings)
{
    sightings_ = std::move(sightings);
    saw_at_ = parts_.alarm.now();
}

std::vector<wire::NeighbourSighting> ReportLoop::sightings_now() const
{
    const auto since = std::chrono::ceil<std::chrono::seconds>(parts_.alarm.now() - saw_at_);
    auto told = sightings_;
    for (wire::NeighbourSighting& sighting : told)
        sighting.age_s += static_cast<std::uint32_t>(since.count());
    return told;
}

bool ReportLoop::settle(const Delivery& delivery)
{
    const auto now = parts_.alarm.now();
    if (delivery.outcome == Delivery::Outcome::failed)
    {
        const Errc code = delivery.error.code;
        if (code == Errc::unauthenticated || code == Errc::forbidden)
            schedule_.unwanted(now);
        else
            schedule_.failed(now, delivery.retry_after);
        return note_failure(delivery.error);
    }
    if (delivery.outcome == Delivery::Outcome::refused)
    {
        settle_refusal(delivery);
        return false;
    }
    auto settled = parts_.spool.settle(delivery.receipt);
    if (!settled)
    {
        schedule_.failed(now, std::chrono::seconds{delivery.receipt.backoff_s});
        return note_failure(settled.error());
    }
    if (settled->new_stream)
    {
        log::warn("report stream begins anew as the collector ordered");
        digests_due_ = true;
        schedule_.failed(now, std::chrono::seconds{delivery.receipt.backoff_s});
        return false;
    }
    if (!settled->durable)
    {
        schedule_.failed(now, std::chrono::seconds{delivery.receipt.backoff_s});
        return note_failure({Errc::unavailable, "the collector has not stored the report yet"});
    }
    if (contact_.failures_in_a_row > 0)
        log::info("collector is back after {} attempts", contact_.failures_in_a_row + 1);
    contact_.receipt_at = parts_.clock.now();
    contact_.seq = delivery.receipt.seq;
    contact_.trouble.clear();
    contact_.failures_in_a_row = 0;
    digests_due_ = digests_due_ && !std::exchange(digests_on_the_way_, false);
    schedule_.delivered(now, std::chrono::seconds{delivery.receipt.backoff_s});
    obey(delivery.receipt);
    if (!settled->rerun.empty())
        parts_.rerun(settled->rerun);
    if (settled->progress && (parts_.spool.has_backlog() || digests_due_))
        schedule_.ask_now(now);
    return true;
}

void ReportLoop::settle_refusal(const Delivery& delivery)
{
    const auto now = parts_.alarm.now();
    note_failure(delivery.error);
    const auto had_parts = parts_.spool.refuse(for_log(delivery.error.message));
    digests_on_the_way_ = false;
    if (!had_parts)
        log::error("{}", had_parts.error().message);
    if (had_parts && *had_parts)
        schedule_.pause(now);
    else
        schedule_.failed(now, delivery.retry_after);
}

bool ReportLoop::note_failure(const Error& error)
{
    contact_.failures_in_a_row += 1;
    const bool is_new = contact_.trouble != error.message;
    contact_.trouble = error.message;
    // An outage of a day must not fill the log: each reason once, then every 20th attempt.
    if (error.code != Errc::cancelled && (is_new || contact_.failures_in_a_row % 20 == 0))
        log::warn(
            "report not delivered, attempt {}: {}; next try in {} s", contact_.failures_in_a_row,
            error.message,
            std::chrono::ceil<std::chrono::seconds>(schedule_.next() - parts_.alarm.now()).count());
    return false;
}

void ReportLoop::obey(const wire::Receipt& receipt)
{
    if (receipt.interval_s > 0)
        schedule_.set_heartbeat(std::chrono::seconds{receipt.interval_s});
    if (receipt.renew)
        parts_.renew();
    if (!receipt.look_for.empty() && receipt.look_for.size() <= wire::ReportLimits::sightings_max)
        parts_.look_for(receipt.look_for);
    if (!receipt.orders)
        return;
    const wire::AgentOrders& orders = *receipt.orders;
    const wire::AgentOrders before = orders_;
    if (orders.heartbeat_s)
        orders_.heartbeat_s = orders.heartbeat_s;
    if (orders.inventory_s)
        orders_.inventory_s = orders.inventory_s;
    if (orders.close_between_reports)
        orders_.close_between_reports = orders.close_between_reports;
    if (orders.send_command_lines)
        orders_.send_command_lines = orders.send_command_lines;
    if (orders_ == before)
        return;
    apply(orders_);
    if (auto kept = parts_.spool.set_note(orders_note, wire::to_json(orders_)); !kept)
        log::warn("orders of the collector not kept: {}", kept.error().message);
}

void ReportLoop::apply(const wire::AgentOrders& orders)
{
    if (orders.heartbeat_s && *orders.heartbeat_s > 0)
        schedule_.set_heartbeat(std::chrono::seconds{*orders.heartbeat_s});
    close_between_reports_ = orders.close_between_reports.value_or(false);
    parts_.ordered(orders);
}

void ReportLoop::load_orders()
{
    const auto text = parts_.spool.note(orders_note);
    if (!text || text->empty())
        return;
    auto orders = wire::from_json<wire::AgentOrders>(*text);
    if (!orders)
        return;
    orders_ = std::move(*orders);
    apply(orders_);
}

void ReportLoop::watch_clock()
{
    const auto jump = clock_watch_.look(parts_.clock.now(), parts_.since_boot());
    if (!jump)
        return;
    log::warn("{}", jump->text);
    happened(*jump);
}

void ReportLoop::happened(std::span<const wire::Event> events)
{
    if (auto stored = parts_.spool.put(events); !stored)
        log::error("{} events not stored: {}", events.size(), stored.error().message);
    schedule_.ask_soon(parts_.alarm.now());
    parts_.alarm.ring();
}

bool ReportLoop::found(std::string_view section, std::string text)
{
    const auto stored = parts_.spool.put_section(section, std::move(text));
    if (!stored)
        log::error("section {} not stored: {}", section, stored.error().message);
    return stored && *stored;
}

void ReportLoop::inventory_done()
{
    digests_due_ = true;
    schedule_.ask_now(parts_.alarm.now());
    parts_.alarm.ring();
}

void ReportLoop::sections_changed()
{
    schedule_.ask_now(parts_.alarm.now());
    parts_.alarm.ring();
}

} // namespace mimamori::agent::report
