#include "collector/api/ledger.hpp"

#include "collector/api/access.hpp"
#include "collector/api/answer.hpp"
#include "collector/api/ledger_view.hpp"
#include "collector/api/list_query.hpp"
#include "collector/judge/decision_service.hpp"
#include "collector/storage/audit_store.hpp"
#include "collector/storage/in_words.hpp"
#include "collector/storage/ledger_job_store.hpp"
#include "common/base/utf8.hpp"

#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

namespace mimamori::collector::api {
namespace {

constexpr std::size_t bulk_devices_max = 5'000;
constexpr std::size_t changes_shown = 100;
constexpr std::size_t audit_bytes_max = 1'000;

struct LedgerView
{
    std::string id;
    std::string name;   ///< As lists show it.
    std::string source; ///< "agent", "snapshot", "ledger".
    std::int64_t version{0};
    LedgerSet values;
    std::vector<LedgerChangeView> changes; ///< The newest first.
};
BOOST_DESCRIBE_STRUCT(LedgerView, (), (id, name, source, version, values, changes))

struct LedgerBody
{
    LedgerSet set;
};
BOOST_DESCRIBE_STRUCT(LedgerBody, (), (set))

struct MadeDevice
{
    std::string id;
};
BOOST_DESCRIBE_STRUCT(MadeDevice, (), (id))

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
    std::int64_t devices{0}; ///< That are as before.
    std::int64_t kept{0};    ///< Values that somebody has changed since; they stay.
};
BOOST_DESCRIBE_STRUCT(UndoneView, (), (devices, kept))

/// An entry as it was left by a change.
struct Written
{
    LedgerView view;
    std::vector<storage::LedgerChange>
        foreign; ///< Not empty: nothing was written, because of these.
};

std::string tag_of(std::int64_t version)
{
    return fmt::format("\"ledger-{}\"", version);
}

Result<LedgerView> ledger_view(storage::Session& session, const DeviceId& id)
{
    auto entry = storage::find_ledger(session, id);
    if (!entry)
        return entry.error();
    LedgerView view;
    view.id = entry->id.text();
    view.name = std::move(entry->name);
    view.source = std::move(entry->device_class);
    view.version = entry->version;
    std::size_t at = 0;
    using Members = boost::describe::describe_members<LedgerSet, boost::describe::mod_public>;
    boost::mp11::mp_for_each<Members>(
        [&](auto member) { view.values.*member.pointer = std::move(entry->values[at++]); });
    view.changes =
        views_of(storage::ledger_changes_of(session, entry->device_no, 0, changes_shown));
    return view;
}

/// The version that the sender has seen. Errors: invalid_input.
Result<std::int64_t> version_in(const http::Request& request)
{
    const std::string_view tag = request.headers["If-Match"];
    constexpr std::string_view begin = "\"ledger-";
    std::int64_t version = -1;
    if (tag.starts_with(begin))
        std::from_chars(tag.data() + begin.size(), tag.data() + tag.size(), version);
    if (version < 0 || tag_of(version) != tag)
        return Error{Errc::invalid_input, "If-Match: the ETag of the entry that you have seen"};
    return version;
}

std::string told(const std::string& name, const std::vector<storage::LedgerChange>& changes)
{
    std::string text = name;
    for (const storage::LedgerChange& change : changes)
        text += fmt::format(" {}: {} -> {};", change.field, change.was, change.is_now);
    return std::string{utf8_prefix(text, audit_bytes_max)};
}

bool sets(const std::vector<storage::FieldValue>& values, storage::LedgerForm form)
{
    return std::any_of(values.begin(), values.end(), [form](const storage::FieldValue& value) {
        return value.field->form == form;
    });
}

/// Sites that are named must be there for that person, who must be allowed to move devices.
awaitable<Result<void>> must_reach_sites(
    const Principal& principal, Services& services, std::vector<storage::FieldValue> values)
{
    for (const storage::FieldValue& value : values)
    {
        if (value.field->form != storage::LedgerForm::site)
            continue;
        if (!people::has_right(principal.role, Right::operate))
            co_return Error{Errc::forbidden, principal.name + " may not move devices"};
        SiteId site{value.value};
        auto seen = co_await must_see_site(principal, services, std::move(site));
        if (!seen)
            co_return seen.error();
    }
    co_return Result<void>{};
}

/// What was changed has to be judged anew.
void judge_again(
    Services& services,
    std::vector<DeviceId> devices,
    const std::vector<storage::FieldValue>& values)
{
    // An address that is known now is a stranger to nobody any more.
    if (sets(values, storage::LedgerForm::mac))
        services.decisions.sites_changed();
    else if (sets(values, storage::LedgerForm::site) || sets(values, storage::LedgerForm::stage))
        services.decisions.devices_moved(std::move(devices));
}

Result<Written> write_entry(
    storage::Session& session,
    const DeviceId& id,
    std::int64_t seen_version,
    const std::vector<storage::FieldValue>& values,
    const storage::LedgerAuthor& author,
    Date today)
{
    const auto entry = storage::find_ledger(session, id);
    if (!entry)
        return entry.error();
    Written written;
    if (entry->version != seen_version)
    {
        written.foreign =
            storage::ledger_changes_of(session, entry->device_no, seen_version, changes_shown);
        return written;
    }
    const auto wanted = ledger::dated(values, *entry, today);
    const auto changes = storage::change_ledger(session, id, wanted, author);
    if (!changes)
        return changes.error();
    if (!changes->empty())
    {
        auto kept = storage::record_change(
            session, author.who, "ledger.change", told(entry->name, *changes), author.at);
        if (!kept)
            return kept.error();
    }
    auto view = ledger_view(session, id);
    if (!view)
        return view.error();
    written.view = std::move(*view);
    return written;
}

http::Response refuse_changed(const std::vector<storage::LedgerChange>& changes)
{
    std::string members = "\"changes\":";
    members += wire::to_json<wire::Defaults::written>(views_of(changes));
    return http::problem_with(
        http::Status::precondition_failed, "changed_meanwhile", members, "changed meanwhile");
}

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

Result<PlanView> do_bulk(
    storage::Session& session,
    const std::vector<DeviceId>& devices,
    const std::vector<storage::FieldValue>& values,
    const std::string& expect,
    const Principal& principal,
    const Services& services)
{
    const Timestamp now = services.clock.now();
    const auto plan = ledger::plan_same(session, devices, values, today_of(services));
    if (!plan)
        return plan.error();
    PlanView view = view_of(*plan);
    if (view.expect != expect)
        return Error{Errc::conflict, "what would be changed is not what was shown"};
    storage::LedgerBatch batch;
    batch.kind = "bulk";
    batch.person_id = principal.person_id;
    const storage::LedgerAuthor author{principal.name, now, {}};
    const auto done = ledger::carry_out(session, *plan, batch, author);
    if (!done)
        return done.error();
    std::string detail = fmt::format("batch {}: {} devices:", done->no, done->changed);
    for (const storage::FieldValue& value : values)
        detail += fmt::format(" {} -> {};", value.field->name, value.value);
    detail = utf8_prefix(detail, audit_bytes_max);
    auto kept = storage::record_change(session, principal.name, "ledger.bulk", detail, now);
    if (!kept)
        return kept.error();
    view.batch = done->no;
    view.undo_until = now + undo_within;
    return view;
}

} // namespace

awaitable<http::Response> get_ledger(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    const DeviceId id{std::string{request.param("id")}};
    auto look = [&](storage::Session& session) -> Result<LedgerView> {
        return ledger_view(session, id);
    };
    auto view = co_await read_as(*principal, services, look);
    if (!view)
        co_return refuse(view.error());
    http::Response response = answer(http::Status::ok, *view);
    response.headers.add("ETag", tag_of(view->version));
    co_return response;
}

awaitable<http::Response> post_ledger(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::answer, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    const DeviceId id{std::string{request.param("id")}};
    auto seen = co_await must_see_device(*principal, services, id);
    if (!seen)
        co_return refuse(seen.error());
    auto body = body_of<LedgerBody>(request);
    if (!body)
        co_return refuse(body.error());
    const auto version = version_in(request);
    if (!version)
        co_return refuse(version.error());
    const auto values = values_of(body->set);
    if (!values)
        co_return refuse(values.error());
    auto reached = co_await must_reach_sites(*principal, services, *values);
    if (!reached)
        co_return refuse(reached.error());
    const storage::LedgerAuthor author{principal->name, services.clock.now(), {}};
    auto work = [&](storage::Session& session) -> Result<Written> {
        return write_entry(session, id, *version, *values, author, today_of(services));
    };
    auto written = co_await services.database.write(work);
    if (!written)
        co_return refuse(written.error());
    if (!written->foreign.empty())
        co_return refuse_changed(written->foreign);
    judge_again(services, {id}, *values);
    const LedgerView view = std::move(written->view);
    http::Response response = answer(http::Status::ok, view);
    response.headers.add("ETag", tag_of(view.version));
    co_return response;
}

awaitable<http::Response> post_ledger_device(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::operate, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<LedgerBody>(request);
    if (!body)
        co_return refuse(body.error());
    if (!body->set.site)
        body->set.site = people::root_site().text();
    const auto values = values_of(body->set);
    if (!values)
        co_return refuse(values.error());
    auto reached = co_await must_reach_sites(*principal, services, *values);
    if (!reached)
        co_return refuse(reached.error());
    const storage::LedgerAuthor author{principal->name, services.clock.now(), {}};
    auto work = [&](storage::Session& session) -> Result<DeviceId> {
        auto id = storage::add_to_ledger(session, *values, author);
        if (!id)
            return id;
        const std::string detail = storage::in_words(session, *id);
        auto kept = storage::record_change(session, author.who, "ledger.add", detail, author.at);
        return kept ? id : kept.error();
    };
    auto added = co_await services.database.write(work);
    if (!added)
        co_return refuse(added.error());
    judge_again(services, {}, *values);
    const MadeDevice made{added->text()};
    co_return answer(http::Status::created, made);
}

awaitable<http::Response> delete_ledger_device(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::operate, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    const DeviceId id{std::string{request.param("id")}};
    auto seen = co_await must_see_device(*principal, services, id);
    if (!seen)
        co_return refuse(seen.error());
    const Timestamp now = services.clock.now();
    auto work = [&](storage::Session& session) -> Result<void> {
        const auto entry = storage::find_ledger(session, id);
        if (!entry)
            return entry.error();
        const std::string detail = storage::in_words(session, id);
        if (auto done = storage::remove_from_ledger(session, id); !done)
            return done;
        return storage::record_change(session, principal->name, "ledger.remove", detail, now);
    };
    auto done = co_await services.database.write(work);
    if (done)
        services.decisions.sites_changed();
    co_return done_or_refused(done);
}

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
    if (body->expect.empty())
    {
        auto plan = [&](storage::Session& session) -> Result<PlanView> {
            auto made = ledger::plan_same(session, *devices, *values, today_of(services));
            if (!made)
                return made.error();
            return view_of(*made);
        };
        auto preview = co_await services.database.read(plan);
        co_return preview ? answer(http::Status::ok, *preview) : refuse(preview.error());
    }
    auto work = [&](storage::Session& session) -> Result<PlanView> {
        return do_bulk(session, *devices, *values, body->expect, *principal, services);
    };
    auto view = co_await services.database.write(work);
    if (!view)
        co_return refuse(view.error());
    judge_again(services, std::move(*devices), *values);
    co_return answer(http::Status::ok, *view);
}

awaitable<http::Response> post_batch_undo(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::operate, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    const auto no = number_in_path(request);
    if (!no)
        co_return refuse(no.error());
    const bool of_all =
        principal->sees_all() && people::has_right(principal->role, Right::administer);
    const storage::LedgerAuthor author{principal->name, services.clock.now(), {}};
    storage::UndoneBatch undone;
    auto work = [&](storage::Session& session) -> Result<UndoneView> {
        const auto batch = storage::find_batch(session, *no);
        if (!batch || !(of_all || batch->person_id == principal->person_id))
            return Error{Errc::not_found, "no such change"};
        if (storage::is_batch_in_work(session, *no))
            return Error{Errc::conflict, "it is still being done"};
        if (author.at - batch->at > undo_within)
            return Error{Errc::conflict, "it can be undone for ten minutes only"};
        auto done = storage::undo_batch(session, *batch, author);
        if (!done)
            return done.error();
        undone = std::move(*done);
        const std::string detail = fmt::format("batch {}: {} devices", *no, undone.devices);
        auto kept = storage::record_change(session, author.who, "ledger.undo", detail, author.at);
        if (!kept)
            return kept.error();
        return UndoneView{undone.devices, undone.kept};
    };
    auto view = co_await services.database.write(work);
    if (!view)
        co_return refuse(view.error());
    services.decisions.devices_moved(std::move(undone.put_back));
    co_return answer(http::Status::ok, *view);
}

} // namespace mimamori::collector::api
