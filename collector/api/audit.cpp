#include "collector/api/audit.hpp"

#include "collector/api/access.hpp"
#include "collector/api/answer.hpp"
#include "collector/api/list_query.hpp"
#include "collector/api/query.hpp"
#include "collector/people/audit_export.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mimamori::collector::api {
namespace {

/// Entries of one export; a larger record is a matter for the database itself.
constexpr std::size_t export_rows_max = 500'000;

struct ChangePage
{
    std::vector<people::ChangeLine> items;
    std::optional<std::string> next;
};
BOOST_DESCRIBE_STRUCT(ChangePage, (), (items, next))

struct CheckView
{
    bool whole{false};
    std::int64_t entries{0};
    std::int64_t head_no{0};
    std::string head;
    std::int64_t signatures{0};
    std::string key; ///< Whose signatures count.
    std::vector<std::string> problems;
};
BOOST_DESCRIBE_STRUCT(CheckView, (), (whole, entries, head_no, head, signatures, key, problems))

struct ExportBody
{
    std::string format;
};
BOOST_DESCRIBE_STRUCT(ExportBody, (), (format))

Result<storage::ChangeQuery> query_of(const http::Request& request)
{
    auto who = text_in_query(request, "who", 200);
    auto action = text_in_query(request, "action", 100);
    auto sort = sort_in_query(request, storage::change_fields());
    const auto limit = limit_in_query(request);
    for (const Result<std::string>* part : {&who, &action, &sort})
        if (!*part)
            return part->error();
    if (!limit)
        return limit.error();
    storage::ChangeQuery query;
    query.who = std::move(*who);
    query.action = std::move(*action);
    query.sort = std::move(*sort);
    query.rows_max = *limit;
    if (!query.sort.empty())
    {
        auto place = list_place_in_query(request);
        if (!place)
            return place.error();
        query.after_sorted = std::move(*place);
        return query;
    }
    const auto after = numbers_of_cursor(request, 1);
    if (!after)
        return after.error();
    if (!after->empty())
        query.before_no = after->front();
    return query;
}

struct BackupBody
{
    std::string place; ///< Where the copy lies, in the words of who made it.
};
BOOST_DESCRIBE_STRUCT(BackupBody, (), (place))

constexpr std::size_t place_bytes_max = 500;

} // namespace

awaitable<http::Response> get_audit(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::see_changes);
    if (!principal)
        co_return refuse(principal.error());
    auto query = query_of(request);
    if (!query)
        co_return refuse(query.error());
    auto asked = asked_terms(request, services, storage::change_fields());
    if (!asked)
        co_return refuse(asked.error());
    if (asked->bad)
        co_return refuse_filter(*asked->bad);
    query->terms = std::move(asked->terms);
    query->time = asked->time;
    const std::size_t wanted = query->rows_max;
    query->rows_max = wanted + 1;
    auto look = [&](storage::Session& session) -> Result<ChangePage> {
        auto changes = storage::list_changes(session, *query);
        ChangePage page;
        if (!changes)
            return changes.error();
        if (changes->size() > wanted)
        {
            changes->resize(wanted);
            const std::int64_t last = changes->back().no;
            page.next = query->sort.empty()
                            ? to_cursor(request, {last})
                            : to_cursor(request, storage::sorted_place(session, *query, last));
        }
        for (storage::Change& change : *changes)
            page.items.push_back(people::line_of(std::move(change)));
        return page;
    };
    auto page = co_await read_as(*principal, services, look);
    co_return page ? answer_to_get(request, *page) : refuse(page.error());
}

awaitable<http::Response> get_audit_check(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::see_changes);
    if (!principal)
        co_return refuse(principal.error());
    auto head = text_in_query(request, "head", 100);
    if (!head)
        co_return refuse(head.error());
    auto look = [&](storage::Session& session) -> Result<people::AuditReport> {
        return people::check_record(session, *head, services.audit_key);
    };
    auto report = co_await read_as(*principal, services, look);
    if (!report)
        co_return refuse(report.error());
    CheckView view;
    view.whole = report->problems.empty();
    view.entries = report->entries;
    view.head_no = report->head_no;
    view.head = std::move(report->head_hash);
    view.signatures = static_cast<std::int64_t>(report->signatures);
    view.key = services.audit_key;
    view.problems = std::move(report->problems);
    co_return answer(http::Status::ok, view);
}

awaitable<http::Response> post_audit_export(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::see_changes);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<ExportBody>(request);
    if (!body)
        co_return refuse(body.error());
    if (body->format != "csv" && body->format != "json")
        co_return refuse(Error{Errc::invalid_input, "format: one of csv, json"});
    const Timestamp now = services.clock.now();
    auto note = [&](storage::Session& session) {
        return storage::record_change(session, principal->name, "audit.export", body->format, now);
    };
    auto noted = co_await services.database.write(note);
    if (!noted)
        co_return refuse(noted.error());
    auto look = [](storage::Session& session) {
        return people::read_export(session, export_rows_max);
    };
    auto exported = co_await read_as(*principal, services, look);
    if (!exported)
        co_return refuse(exported.error());
    if (body->format == "json")
        co_return answer(http::Status::ok, *exported);
    http::Response response = http::text(http::Status::ok, people::to_csv(*exported));
    response.content_type = "text/csv; charset=utf-8";
    co_return response;
}

awaitable<http::Response> post_backup(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::administer);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<BackupBody>(request);
    if (!body)
        co_return refuse(body.error());
    if (body->place.empty() || body->place.size() > place_bytes_max)
        co_return refuse(Error{Errc::invalid_input, "place: 1 to 500 bytes"});
    const Timestamp now = services.clock.now();
    auto note = [&](storage::Session& session) {
        return storage::record_change(session, principal->name, "backup.made", body->place, now);
    };
    auto noted = co_await services.database.write(note);
    co_return done_or_refused(noted);
}

} // namespace mimamori::collector::api
