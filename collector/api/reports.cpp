#include "collector/api/reports.hpp"

#include "collector/api/access.hpp"
#include "collector/api/answer.hpp"
#include "collector/findings/month_report.hpp"
#include "collector/storage/audit_store.hpp"
#include "collector/storage/database.hpp"
#include "collector/storage/month_store.hpp"

#include <boost/describe/class.hpp>

#include <string>
#include <utility>
#include <vector>

namespace mimamori::collector::api {
namespace {

struct MonthItem
{
    std::string month;
    bool complete{false};
};
BOOST_DESCRIBE_STRUCT(MonthItem, (), (month, complete))

struct MonthList
{
    std::vector<MonthItem> items;
};
BOOST_DESCRIBE_STRUCT(MonthList, (), (items))

struct MonthAnswer
{
    findings::MonthReport report;
    std::string comment;
    std::string comment_by;
};
BOOST_DESCRIBE_STRUCT(MonthAnswer, (), (report, comment, comment_by))

struct CommentBody
{
    std::string comment;
    std::optional<std::string> seen; ///< The comment that the sender has seen; null: nothing.
};
BOOST_DESCRIBE_STRUCT(CommentBody, (), (comment, seen))

/// The month in the path. Errors: not_found.
Result<std::chrono::year_month> month_in_path(const http::Request& request)
{
    const std::string text{request.param("month")};
    const auto month = storage::parse_month(text);
    if (!month)
        return Error{Errc::not_found, "no such month"};
    return *month;
}

} // namespace

awaitable<http::Response> get_reports(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read);
    if (!principal)
        co_return refuse(principal.error());
    const auto current = storage::month_of(services.clock.now(), services.utc_offset);
    auto look = [current](storage::Session& session) -> Result<MonthList> {
        MonthList list;
        list.items.push_back({storage::to_text(current), false});
        for (std::string& month : storage::list_months(session))
            list.items.push_back({std::move(month), true});
        return list;
    };
    auto list = co_await services.database.read(look);
    co_return list ? answer_to_get(request, *list) : refuse(list.error());
}

awaitable<http::Response> get_report(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read);
    if (!principal)
        co_return refuse(principal.error());
    const auto month = month_in_path(request);
    if (!month)
        co_return refuse(month.error());
    const Timestamp now = services.clock.now();
    const auto offset = services.utc_offset;
    auto look = [&](storage::Session& session) -> Result<MonthAnswer> {
        auto kept = storage::find_month(session, *month);
        if (!kept)
            return kept.error();
        MonthAnswer found;
        found.comment = std::move(kept->comment);
        found.comment_by = std::move(kept->comment_by);
        if (kept->report)
            found.report = std::move(*kept->report);
        else if (*month == storage::month_of(now, offset))
            found.report = storage::compose_month(session, *month, now, offset);
        else
            return Error{Errc::not_found, "no report of that month"};
        return found;
    };
    auto found = co_await services.database.read(look);
    co_return found ? answer_to_get(request, *found) : refuse(found.error());
}

awaitable<http::Response> post_report_comment(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::operate);
    if (!principal)
        co_return refuse(principal.error());
    const auto month = month_in_path(request);
    if (!month)
        co_return refuse(month.error());
    auto body = body_of<CommentBody>(request);
    if (!body)
        co_return refuse(body.error());
    const Timestamp now = services.clock.now();
    const auto current = storage::month_of(now, services.utc_offset);
    std::optional<std::string> written_by;
    auto work = [&](storage::Session& session) -> Result<void> {
        auto kept = storage::find_month(session, *month);
        if (!kept)
            return kept.error();
        if (body->seen && kept->comment != *body->seen)
        {
            written_by = kept->comment_by;
            return Error{Errc::conflict, "somebody else wrote meanwhile"};
        }
        if (!kept->report && *month != current)
            return Error{Errc::not_found, "no report of that month"};
        if (auto done = storage::put_month_comment(session, *month, body->comment, principal->name);
            !done)
            return done;
        return storage::record_change(session, principal->name, "report.comment", kept->month, now);
    };
    auto done = co_await services.database.write(work);
    if (!done && written_by)
        co_return refuse_changed(*written_by, {});
    co_return done_or_refused(done);
}

} // namespace mimamori::collector::api
