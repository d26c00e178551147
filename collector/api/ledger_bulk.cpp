#include "collector/api/ledger_bulk.hpp"

#include "collector/api/access.hpp"
#include "collector/api/answer.hpp"
#include "collector/api/ledger_reach.hpp"
#include "collector/api/ledger_view.hpp"
#include "collector/api/list_query.hpp"
#include "collector/judge/decision_service.hpp"
#include "collector/ledger/desk.hpp"
#include "collector/storage/audit_store.hpp"
#include "collector/storage/ledger_job_store.hpp"
#include "common/base/utf8.hpp"

#include <fmt/format.h>

#include <span>
#include <utility>

namespace mimamori::collector::api {
namespace {

constexpr std::size_t bulk_devices_max = 50'000;
constexpr std::size_t audit_bytes_max = 1'000;

struct BulkBody
{
    std::vector<std::string> devices; ///< Ids; none: those that the filter takes.
    std::string filter;
    std::string q;
    std::string state;
    LedgerSet set;
    std::string expect;
};
BOOST_DESCRIBE_STRUCT(BulkBody, (), (devices, filter, q, state, set, expect))

struct UndoneView
{
    std::int64_t devices{0};         ///< That are as before.
    std::int64_t kept{0};            ///< Values that somebody has changed since; they stay.
    std::optional<std::int64_t> job; ///< It is being done; see GET /api/v1/ledger/jobs.
};
BOOST_DESCRIBE_STRUCT(UndoneView, (), (devices, kept, job))

/// The devices that a bulk change is about, as far as that person sees them.
Result<std::vector<DeviceId>> devices_meant(
    storage::Session& session, const BulkBody& body, storage::DeviceQuery query)
{
    std::vector<DeviceId> devices;
    if (!body.devices.empty())
    {
        for (const std::string& id : body.devices)
        {
            devices.emplace_back(id);
            auto found = storage::find_ledger(session, devices.back());
            if (!found)
                return found.error();
        }
        return devices;
    }
    query.rows_max = bulk_devices_max + 1;
    const auto rows = storage::list_devices(session, query);
    if (!rows)
        return rows.error();
    for (const storage::DeviceRow& row : *rows)
        devices.push_back(row.id);
    return devices;
}

/// "place -> 2F; owner -> Mori;"
std::string told(const std::vector<storage::FieldValue>& values)
{
    std::string text;
    for (const storage::FieldValue& value : values)
        text += fmt::format("{}{} -> {};", text.empty() ? "" : " ", value.field->name, value.value);
    return text;
}

/// Does a small plan at once.
Result<storage::LedgerBatch> do_bulk(
    storage::Session& session,
    const ledger::Plan& plan,
    const std::string& what,
    const Principal& principal,
    Timestamp now)
{
    const std::span<const ledger::PlannedDevice> all{plan.devices};
    if (auto same = ledger::check_still_so(session, all); !same)
        return same.error();
    storage::LedgerBatch batch;
    batch.kind = "bulk";
    batch.person_id = principal.person_id;
    const storage::LedgerAuthor author{principal.name, now, {}};
    auto done = ledger::carry_out(session, plan, batch, author);
    if (!done)
        return done;
    const std::string detail =
        fmt::format("batch {}: {} devices: {}", done->no, done->changed, what);
    auto kept = storage::record_change(
        session, principal.name, "ledger.bulk", utf8_prefix(detail, audit_bytes_max), now);
    if (!kept)
        return kept.error();
    return done;
}

/// Does it now when it is small, or leaves it to the desk; `view` says which.
awaitable<Result<void>> do_or_leave(
    Services& services,
    const Principal& principal,
    ledger::Plan plan,
    std::string what,
    PlanView& view)
{
    if (plan.devices.size() > ledger::devices_at_once)
    {
        storage::LedgerJob job;
        job.kind = "bulk";
        job.person_id = principal.person_id;
        job.who = principal.name;
        ledger::Work work{ledger::CarryOut{std::move(plan), std::move(what)}};
        auto taken = co_await services.desk->take(std::move(work), std::move(job));
        if (!taken)
            co_return taken.error();
        view.job = taken->no;
        co_return Result<void>{};
    }
    const Timestamp now = services.clock.now();
    auto work = [&](storage::Session& session) {
        return do_bulk(session, plan, what, principal, now);
    };
    auto done = co_await services.database.write(work);
    if (!done)
        co_return done.error();
    view.batch = done->no;
    view.undo_until = now + undo_within;
    co_return Result<void>{};
}

/// A batch that this person may put back now. Errors: not_found, conflict.
Result<storage::LedgerBatch> batch_to_undo(
    storage::Session& session, std::int64_t no, const Principal& principal, Timestamp now)
{
    const bool of_all =
        principal.sees_all() && people::has_right(principal.role, Right::administer);
    auto batch = storage::find_batch(session, no);
    if (!batch || !(of_all || batch->person_id == principal.person_id))
        return Error{Errc::not_found, "no such change"};
    if (storage::is_batch_in_work(session, no))
        return Error{Errc::conflict, "it is still being done"};
    if (batch->undone_at)
        return Error{Errc::conflict, "it is undone already"};
    if (now - batch->at > undo_within)
        return Error{Errc::conflict, "it can be undone for ten minutes only"};
    return batch;
}

/// What undoing has done, or what the desk has to do.
struct Undoing
{
    storage::UndoneBatch done;
    std::vector<std::int64_t> left; ///< Too many to be put back at once: nothing was done.
};

Result<Undoing> undo_if_small(
    storage::Session& session, std::int64_t no, const Principal& principal, Timestamp now)
{
    const auto batch = batch_to_undo(session, no, principal, now);
    if (!batch)
        return batch.error();
    Undoing undoing;
    auto devices = storage::devices_of_batch(session, no);
    if (devices.size() > ledger::devices_at_once)
    {
        undoing.left = std::move(devices);
        return undoing;
    }
    const storage::LedgerAuthor author{principal.name, now, {}};
    auto done = storage::undo_devices(session, no, devices, author);
    if (!done)
        return done.error();
    storage::end_undoing(session, no, author);
    undoing.done = std::move(*done);
    const std::string detail = fmt::format("batch {}: {} devices", no, undoing.done.devices);
    auto kept = storage::record_change(session, author.who, "ledger.undo", detail, now);
    if (!kept)
        return kept.error();
    return undoing;
}

} // namespace

awaitable<http::Response> post_bulk(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::operate, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<BulkBody>(request);
    if (!body)
        co_return refuse(body.error());
    const auto asked = asked_devices(Narrowing{body->filter, body->q, body->state, {}}, services);
    if (!asked)
        co_return refuse(asked.error());
    if (asked->bad)
        co_return refuse_filter(*asked->bad);
    auto look = [&](storage::Session& session) {
        return devices_meant(session, *body, asked->query);
    };
    auto devices = co_await read_as(*principal, services, look);
    if (!devices)
        co_return refuse(devices.error());
    const auto values = values_of(body->set);
    if (!values)
        co_return refuse(values.error());
    if (values->empty() || devices->size() > bulk_devices_max)
        co_return refuse(Error{
            Errc::invalid_input,
            fmt::format("set: at least one value; devices: at most {}", bulk_devices_max)});
    auto reached = co_await must_reach_sites(*principal, services, *values);
    if (!reached)
        co_return refuse(reached.error());
    auto look_ahead = [&](storage::Session& session) {
        return ledger::plan_same(session, *devices, *values, today_of(services));
    };
    auto plan = co_await services.database.read(look_ahead);
    if (!plan)
        co_return refuse(plan.error());
    PlanView view = view_of(*plan);
    if (body->expect.empty())
        co_return answer(http::Status::ok, view);
    if (view.expect != body->expect)
        co_return refuse(Error{Errc::conflict, "what would be changed is not what was shown"});
    auto done = co_await do_or_leave(services, *principal, std::move(*plan), told(*values), view);
    if (!done)
        co_return refuse(done.error());
    if (view.batch)
        judge_again(services, std::move(*devices), *values);
    co_return answer(http::Status::ok, view);
}

awaitable<http::Response> post_batch_undo(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::operate, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    const auto no = number_in_path(request);
    if (!no)
        co_return refuse(no.error());
    const Timestamp now = services.clock.now();
    auto work = [&](storage::Session& session) {
        return undo_if_small(session, *no, *principal, now);
    };
    auto undoing = co_await services.database.write(work);
    if (!undoing)
        co_return refuse(undoing.error());
    UndoneView view;
    view.devices = undoing->done.devices;
    view.kept = undoing->done.kept;
    if (!undoing->left.empty())
    {
        storage::LedgerJob job;
        job.kind = "undo";
        job.person_id = principal->person_id;
        job.who = principal->name;
        job.batch_no = *no;
        ledger::Work put_back{ledger::PutBack{std::move(undoing->left)}};
        auto taken = co_await services.desk->take(std::move(put_back), std::move(job));
        if (!taken)
            co_return refuse(taken.error());
        view.job = taken->no;
    }
    services.decisions.devices_moved(std::move(undoing->done.put_back));
    co_return answer(http::Status::ok, view);
}

} // namespace mimamori::collector::api
