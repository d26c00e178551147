#include "collector/api/findings.hpp"

#include "collector/api/access.hpp"
#include "collector/api/answer.hpp"
#include "collector/api/call_view.hpp"
#include "collector/api/finding_view.hpp"
#include "collector/api/lacking.hpp"
#include "collector/api/list_query.hpp"
#include "collector/api/query.hpp"
#include "collector/findings/actions.hpp"
#include "collector/findings/urgency.hpp"
#include "collector/judge/decision_service.hpp"
#include "collector/storage/database.hpp"
#include "common/base/utf8.hpp"

#include <boost/describe/class.hpp>
#include <boost/describe/enum_from_string.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mimamori::collector::api {
namespace {

struct FindingPage
{
    std::int64_t total{0};
    std::vector<FindingView> items;
    std::optional<std::string> next;
};
BOOST_DESCRIBE_STRUCT(FindingPage, (), (total, items, next))

struct GroupPage
{
    std::vector<TaskView> items;
};
BOOST_DESCRIBE_STRUCT(GroupPage, (), (items))

struct HistoryItem
{
    Timestamp at{};
    std::string what; ///< "opened", "worsened", "acknowledge", "comment", …
    std::string who;  ///< Empty: the rules.
    std::string note;
};
BOOST_DESCRIBE_STRUCT(HistoryItem, (), (at, what, who, note))

struct FindingDetail
{
    FindingView finding;
    std::vector<HistoryItem> history; ///< Oldest first.
    CallView call;                    ///< Whom to phone, and what to say.
};
BOOST_DESCRIBE_STRUCT(FindingDetail, (), (finding, history, call))

struct ActionBody
{
    std::string action;
    std::optional<Timestamp> until;
    std::string reason;
    std::string owner;
    std::optional<Date> due;
    std::vector<std::string> conditions;
    std::string approver;
};
BOOST_DESCRIBE_STRUCT(ActionBody, (), (action, until, reason, owner, due, conditions, approver))

/// Puts where the page before ended into the query, whose `sort` is known.
Result<void> place_in(const http::Request& request, storage::FindingQuery& query)
{
    if (!query.sort.empty())
    {
        auto place = list_place_in_query(request);
        if (!place)
            return place.error();
        query.after_sorted = std::move(*place);
        return {};
    }
    const auto after = numbers_of_cursor(request, 3);
    if (!after)
        return after.error();
    if (!after->empty())
        query.after = storage::FindingPlace{(*after)[0], (*after)[1], (*after)[2]};
    return {};
}

/// The `next` of a page that ends with this finding.
std::string next_of(
    storage::Session& session,
    const http::Request& request,
    const storage::FindingQuery& query,
    const findings::FindingRecord& last)
{
    if (!query.sort.empty())
        return to_cursor(request, storage::sorted_place(session, query, last.no));
    const auto place = storage::place_of(last);
    return to_cursor(request, {place.severity, place.opened_at_ms, place.no});
}

Result<storage::FindingQuery> query_of(const http::Request& request)
{
    auto state = choice_in_query(
        request, "state", {"", "active", "open", "acknowledged", "snoozed", "waived", "resolved"});
    auto rule = text_in_query(request, "rule", 50);
    auto severity = text_in_query(request, "severity", 20);
    auto device = text_in_query(request, "device", 40);
    auto sort = sort_in_query(request, storage::finding_fields());
    for (const Result<std::string>* part : {&state, &rule, &severity, &device, &sort})
        if (!*part)
            return part->error();
    const auto limit = limit_in_query(request);
    if (!limit)
        return limit.error();
    storage::FindingQuery query;
    query.sort = std::move(*sort);
    if (auto placed = place_in(request, query); !placed)
        return placed.error();
    query.state = std::move(*state);
    query.rule = std::move(*rule);
    query.device = DeviceId{std::move(*device)};
    query.rows_max = *limit;
    rules::Severity known{};
    if (!severity->empty() && !boost::describe::enum_from_string(severity->c_str(), known))
        return Error{Errc::invalid_input, "severity: one of info, warning, action"};
    if (!severity->empty())
        query.severity = known;
    return query;
}

Result<FindingPage> page_of(
    storage::Session& session,
    const http::Request& request,
    storage::FindingQuery query,
    const findings::Reader& reader)
{
    FindingPage page;
    const auto total = storage::count_findings(session, query);
    if (!total)
        return total.error();
    page.total = *total;
    const std::size_t wanted = query.rows_max;
    query.rows_max = wanted + 1;
    auto listed = storage::list_findings(session, query);
    if (!listed)
        return listed.error();
    if (listed->size() > wanted)
    {
        listed->resize(wanted);
        page.next = next_of(session, request, query, listed->back().record);
    }
    for (const storage::ListedFinding& finding : *listed)
        page.items.push_back(view_of(finding, reader));
    return page;
}

Result<FindingDetail> detail_of(
    storage::Session& session, const std::string& id, const findings::Reader& reader)
{
    const auto listed = storage::find_listed(session, id);
    if (!listed)
        return Error{Errc::not_found, "no finding " + for_log(id)};
    FindingDetail detail;
    detail.finding = view_of(*listed, reader);
    for (storage::FindingEvent& event : storage::events_of_finding(session, listed->record.no))
        detail.history.push_back(
            {event.at, std::move(event.what), std::move(event.who), std::move(event.note)});
    return detail;
}

/// What is asked for, "comment" aside.
Result<findings::Action> action_of(ActionBody&& body)
{
    const Error no_until{Errc::invalid_input, "until: say until when"};
    if (body.action == "acknowledge")
        return findings::Action{findings::Acknowledge{std::move(body.owner), body.due}};
    if (body.action == "snooze")
        return body.until ? Result<findings::Action>{findings::Snooze{*body.until}} : no_until;
    if (body.action == "waive" && !body.until)
        return no_until;
    if (body.action == "waive")
        return findings::Action{findings::Waive{
            *body.until, std::move(body.reason), std::move(body.conditions),
            std::move(body.approver)}};
    if (body.action == "resolve")
        return findings::Action{findings::Resolve{std::move(body.reason)}};
    if (body.action == "reopen")
        return findings::Action{findings::Reopen{}};
    if (body.action == "assign")
        return findings::Action{findings::Assign{std::move(body.owner), body.due}};
    return Error{
        Errc::invalid_input,
        "action: one of acknowledge, snooze, waive, resolve, reopen, assign, comment"};
}

awaitable<Result<void>> do_action(
    Services& services, std::string id, ActionBody body, std::string who)
{
    if (body.action == "comment")
        co_return co_await services.decisions.comment(
            std::move(id), std::move(body.reason), std::move(who));
    auto action = action_of(std::move(body));
    if (!action)
        co_return action.error();
    auto done = co_await services.decisions.act(std::move(id), std::move(*action), std::move(who));
    if (!done)
        co_return done.error();
    co_return Result<void>{};
}

awaitable<http::Response> answer_detail(
    const http::Request& request, Services& services, const Principal& principal, std::string id)
{
    const findings::Reader reader = reader_now(services);
    auto look = [&](storage::Session& session) { return detail_of(session, id, reader); };
    auto detail = co_await read_as(principal, services, look);
    if (detail)
    {
        // The directory of contacts is of the whole site; of it, only who is in charge here.
        auto call = co_await call_view(services, detail->finding.rule, id);
        if (!call)
            co_return refuse(call.error());
        detail->call = std::move(*call);
    }
    co_return detail ? answer_to_get(request, *detail) : refuse(detail.error());
}

} // namespace

awaitable<http::Response> get_findings(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    auto query = query_of(request);
    if (!query)
        co_return refuse(query.error());
    auto asked = asked_terms(request, services, storage::finding_fields());
    if (!asked)
        co_return refuse(asked.error());
    if (asked->bad)
        co_return refuse_filter(*asked->bad);
    query->terms = std::move(asked->terms);
    query->time = asked->time;
    const findings::Reader reader = reader_now(services);
    auto look = [&](storage::Session& session) {
        return page_of(session, request, *query, reader);
    };
    auto page = co_await read_as(*principal, services, look);
    if (!page)
        co_return refuse(page.error());
    co_return answer_to_get(request, *page);
}

awaitable<http::Response> get_groups(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    const auto state = choice_in_query(
        request, "state", {"active", "open", "acknowledged", "snoozed", "waived", "resolved"});
    if (!state)
        co_return refuse(state.error());
    const findings::Reader reader = reader_now(services);
    auto look = [&](storage::Session& session) -> Result<GroupPage> {
        GroupPage page;
        auto tasks = storage::list_tasks(session, *state);
        std::stable_sort(
            tasks.begin(), tasks.end(), [](const storage::Task& a, const storage::Task& b) {
                return std::pair{a.worst, findings::cannot_wait(a.rule)}
                       > std::pair{b.worst, findings::cannot_wait(b.rule)};
            });
        for (const storage::Task& task : tasks)
            page.items.push_back(view_of(session, task, *state, reader));
        return page;
    };
    auto page = co_await read_as(*principal, services, look);
    co_return page ? answer_to_get(request, *page) : refuse(page.error());
}

awaitable<http::Response> get_finding(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    std::string id{request.param("id")};
    co_return co_await answer_detail(request, services, *principal, std::move(id));
}

awaitable<http::Response> post_action(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::answer, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<ActionBody>(request);
    if (!body)
        co_return refuse(body.error());
    // To name somebody is more than an answer.
    const bool names_somebody = !body->owner.empty() || body->due;
    const bool answers =
        body->action == "comment" || (body->action == "acknowledge" && !names_somebody);
    if (!answers && !people::has_right(principal->role, Right::operate))
        co_return refuse(lacks(*principal, Right::operate));
    std::string id{request.param("id")};
    auto seen = co_await must_see_finding(*principal, services, id);
    if (!seen)
        co_return refuse(seen.error());
    auto done = co_await do_action(services, id, std::move(*body), principal->name);
    if (!done)
        co_return refuse(done.error());
    co_return co_await answer_detail(request, services, *principal, std::move(id));
}

} // namespace mimamori::collector::api
