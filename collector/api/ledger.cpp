#include "collector/api/ledger.hpp"

#include "collector/api/access.hpp"
#include "collector/api/answer.hpp"
#include "collector/api/ledger_reach.hpp"
#include "collector/api/ledger_view.hpp"
#include "collector/judge/decision_service.hpp"
#include "collector/storage/audit_store.hpp"
#include "collector/storage/in_words.hpp"
#include "common/base/utf8.hpp"

#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <fmt/format.h>

#include <charconv>
#include <utility>

namespace mimamori::collector::api {
namespace {

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

} // namespace mimamori::collector::api
