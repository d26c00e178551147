#include "collector/api/programs.hpp"

#include "collector/api/access.hpp"
#include "collector/api/answer.hpp"
#include "collector/api/query.hpp"
#include "collector/findings/program_decision.hpp"
#include "collector/judge/decision_service.hpp"
#include "collector/judge/review.hpp"
#include "collector/storage/database.hpp"
#include "collector/storage/judge_store.hpp"

#include <boost/describe/class.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace mimamori::collector::api {
namespace {

using findings::DecisionKind;
using findings::DecisionScope;

struct FoundOnView
{
    std::string device_id;
    std::string device;
    std::string finding_id; ///< Empty when there is no finding.
};
BOOST_DESCRIBE_STRUCT(FoundOnView, (), (device_id, device, finding_id))

/// What a person decided.
struct ApprovalView
{
    std::int64_t id{0};
    std::string decision; ///< "allow", "refuse".
    std::string by;       ///< "hash", "signer", "path".
    std::string value;
    std::string scope; ///< "device", "model", "site".
    std::string scope_value;
    std::string scope_name;
    std::optional<Timestamp> until;
    bool ended{false}; ///< Its time is over.
    std::string reason;
    std::string decided_by;
    Timestamp decided_at{};
};
BOOST_DESCRIBE_STRUCT(
    ApprovalView,
    (),
    (id,
     decision,
     by,
     value,
     scope,
     scope_value,
     scope_name,
     until,
     ended,
     reason,
     decided_by,
     decided_at))

struct ProgramView
{
    std::int64_t id{0}; ///< 0: approved before any device showed it.
    std::string path;
    std::string sha256;
    std::string signer;
    std::string product;
    std::string company;
    std::string version;
    std::string parent;
    bool user_writable{false};
    std::string severity; ///< Of unknown ones: "warning", "action".
    std::string remark;   ///< "user_folder", "lookalike", "remote_tool", "refused" or empty.
    std::int64_t devices{0};
    std::int64_t devices_total{0};
    std::optional<Timestamp> first_seen;
    std::vector<FoundOnView> found_on; ///< Some of the devices.
    std::vector<std::string> models;   ///< That have it; of learned ones: that learned it.
    std::optional<ApprovalView> approval;
};
BOOST_DESCRIBE_STRUCT(
    ProgramView,
    (),
    (id,
     path,
     sha256,
     signer,
     product,
     company,
     version,
     parent,
     user_writable,
     severity,
     remark,
     devices,
     devices_total,
     first_seen,
     found_on,
     models,
     approval))

struct ProgramPage
{
    std::optional<std::int64_t> total; ///< Null where counting would cost as much as reading all.
    std::vector<ProgramView> items;
    std::optional<std::string> next;
};
BOOST_DESCRIBE_STRUCT(ProgramPage, (), (total, items, next))

struct ApprovalBody
{
    std::int64_t program{0};
    findings::Decision decision{findings::Decision::allow};
    DecisionKind by{DecisionKind::hash};
    DecisionScope scope{DecisionScope::device};
    std::string device;
    std::string model;
    std::string site;
    std::optional<Timestamp> until;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(
    ApprovalBody, (), (program, decision, by, scope, device, model, site, until, reason))

ProgramView view_of(const storage::ProgramRow& row)
{
    ProgramView view;
    view.id = row.no;
    view.path = row.program.path;
    view.sha256 = row.program.sha256;
    view.signer = row.program.signer;
    view.product = row.program.product;
    view.company = row.program.company;
    view.version = row.program.version;
    view.parent = row.program.parent;
    view.user_writable = row.user_place;
    view.first_seen = row.first_seen_at;
    return view;
}

ProgramView view_of(judge::UnknownProgram&& unknown)
{
    ProgramView view = view_of(unknown.row);
    view.severity = boost::describe::enum_to_string(unknown.severity, "warning");
    view.remark = std::move(unknown.remark);
    view.devices = unknown.devices;
    view.devices_total = unknown.devices_total;
    view.first_seen = unknown.first_seen_at;
    view.models = std::move(unknown.models);
    for (judge::FoundOn& on : unknown.found_on)
        view.found_on.push_back({on.device.text(), std::move(on.name), std::move(on.finding_id)});
    return view;
}

ProgramView view_of(judge::LearnedProgram&& learned, std::int64_t devices_total)
{
    ProgramView view = view_of(learned.row);
    view.devices = learned.devices;
    view.devices_total = devices_total;
    view.first_seen = learned.first_seen_at;
    for (storage::DeviceName& device : learned.some_devices)
        view.found_on.push_back({device.id.text(), std::move(device.name), {}});
    view.models = std::move(learned.models);
    return view;
}

ProgramView view_of(judge::DecidedProgram&& standing, std::int64_t devices_total, Timestamp now)
{
    findings::ProgramDecision& decision = standing.decision;
    ProgramView view;
    if (standing.program)
        view = view_of(*standing.program);
    else if (decision.kind == DecisionKind::path)
        view.path = decision.value;
    view.devices = standing.devices;
    view.devices_total = devices_total;
    ApprovalView approval;
    approval.id = decision.no;
    approval.decision = boost::describe::enum_to_string(decision.decision, "allow");
    approval.by = boost::describe::enum_to_string(decision.kind, "hash");
    approval.value = std::move(decision.value);
    approval.scope = boost::describe::enum_to_string(decision.scope, "device");
    approval.scope_value = std::move(decision.scope_value);
    approval.scope_name = std::move(standing.scope_name);
    approval.until = decision.until;
    approval.ended = decision.until && *decision.until <= now;
    approval.reason = std::move(decision.reason);
    approval.decided_by = std::move(decision.decided_by);
    approval.decided_at = decision.decided_at;
    view.approval = std::move(approval);
    return view;
}

/// Where a program or decision stands in its list, which is in this order.
using ProgramPlace = std::array<std::int64_t, 3>;

/// The worst first, then those on the fewest devices.
ProgramPlace place_of(const judge::UnknownProgram& unknown)
{
    return {-static_cast<std::int64_t>(unknown.severity), unknown.devices, unknown.row.line};
}

/// The newest first.
ProgramPlace place_of(const judge::DecidedProgram& standing)
{
    return {-standing.decision.no, 0, 0};
}

/// Which page of which list is asked for.
struct ProgramQuery
{
    bool whole_site{true}; ///< Else devices are counted as far as the reader sees them.
    std::string state;
    std::size_t rows_max{0};

    std::optional<ProgramPlace> after; ///< Where the page before ended.
};

Result<ProgramQuery> query_of(const http::Request& request)
{
    auto state = choice_in_query(request, "state", {"unknown", "learned", "approved"});
    const auto after = numbers_of_cursor(request, std::tuple_size_v<ProgramPlace>);
    const auto limit = limit_in_query(request);
    if (!state)
        return state.error();
    if (!after)
        return after.error();
    if (!limit)
        return limit.error();
    ProgramQuery query;
    query.state = std::move(*state);
    query.rows_max = *limit;
    if (!after->empty())
        query.after = ProgramPlace{(*after)[0], (*after)[1], (*after)[2]};
    return query;
}

/// The part of a list that a page shows.
template <class T, class ToView>
ProgramPage part_of(
    const http::Request& request, std::vector<T> all, const ProgramQuery& query, ToView to_view)
{
    ProgramPage page;
    page.total = static_cast<std::int64_t>(all.size());
    ProgramPlace last{};
    for (T& one : all)
    {
        const ProgramPlace place = place_of(one);
        if (query.after && place <= *query.after)
            continue;
        if (page.items.size() == query.rows_max)
        {
            page.next = to_cursor(request, {last[0], last[1], last[2]});
            break;
        }
        last = place;
        page.items.push_back(to_view(std::move(one)));
    }
    return page;
}

ProgramPage page_of(
    storage::Session& session,
    const http::Request& request,
    const ProgramQuery& query,
    judge::ProgramKnowledge& knowledge,
    Timestamp now)
{
    const std::int64_t total = storage::site_size(session).devices;
    if (query.state == "unknown")
        return part_of(
            request, judge::unknown_programs(session), query, [&](judge::UnknownProgram&& unknown) {
                // What the finding counted was counted over all sites.
                if (!query.whole_site)
                {
                    unknown.devices = storage::devices_with(session, unknown.row.line);
                    unknown.devices_total = static_cast<std::uint32_t>(total);
                }
                return view_of(std::move(unknown));
            });
    if (query.state == "approved")
        return part_of(
            request, judge::decided_programs(session), query,
            [&](judge::DecidedProgram&& standing) {
                return view_of(std::move(standing), total, now);
            });
    ProgramPage page;
    const std::int64_t after = query.after ? query.after->front() : 0;
    auto learned = judge::learned_programs(session, knowledge, after, query.rows_max, now);
    for (judge::LearnedProgram& program : learned.programs)
        page.items.push_back(view_of(std::move(program), total));
    if (learned.next)
        page.next = to_cursor(request, {*learned.next, 0, 0});
    return page;
}

Result<judge::ProgramRequest> request_of(ApprovalBody&& body)
{
    if (body.program < 1)
        return Error{Errc::invalid_input, "program: the id of a program"};
    judge::ProgramRequest wanted;
    wanted.program_no = body.program;
    wanted.decision = body.decision;
    wanted.kind = body.by;
    wanted.scope = body.scope;
    wanted.until = body.until;
    wanted.reason = std::move(body.reason);
    switch (body.scope)
    {
    case DecisionScope::device:
        wanted.scope_value = std::move(body.device);
        break;
    case DecisionScope::model:
        wanted.scope_value = std::move(body.model);
        break;
    case DecisionScope::site:
        wanted.scope_value = body.site.empty() ? "root" : std::move(body.site);
        break;
    }
    return wanted;
}

/// Whether that person may decide for where the decision is in force.
awaitable<Result<void>> must_reach(
    const Principal& principal, Services& services, DecisionScope scope, std::string value)
{
    switch (scope)
    {
    case DecisionScope::device:
    {
        DeviceId device{std::move(value)};
        co_return co_await must_see_device(principal, services, std::move(device));
    }
    case DecisionScope::site:
    {
        SiteId site{std::move(value)};
        co_return co_await must_see_site(principal, services, std::move(site));
    }
    case DecisionScope::model:
        break;
    }
    if (principal.sees_all())
        co_return Result<void>{};
    co_return Error{
        Errc::forbidden, principal.name + " may not decide for a model: it is at other sites too"};
}

/// Whether that person may make this decision.
awaitable<Result<void>> must_reach(
    const Principal& principal, Services& services, const judge::ProgramRequest& wanted)
{
    if (principal.sees_all())
        co_return Result<void>{};
    auto look = [&wanted](storage::Session& session) -> Result<void> {
        if (storage::find_program(session, wanted.program_no))
            return {};
        return Error{Errc::not_found, fmt::format("no program {}", wanted.program_no)};
    };
    auto seen = co_await read_as(principal, services, look);
    if (!seen)
        co_return seen.error();
    co_return co_await must_reach(principal, services, wanted.scope, wanted.scope_value);
}

/// Whether that person may end this decision.
awaitable<Result<void>> must_reach(
    const Principal& principal, Services& services, std::int64_t decision_no)
{
    if (principal.sees_all())
        co_return Result<void>{};
    auto look = [decision_no](storage::Session& session) {
        return storage::find_decision(session, decision_no);
    };
    auto found = co_await read_as(principal, services, look);
    if (!found)
        co_return found.error();
    co_return co_await must_reach(principal, services, found->scope, found->scope_value);
}

} // namespace

awaitable<http::Response> get_programs(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    auto query = query_of(request);
    if (!query)
        co_return refuse(query.error());
    query->whole_site = principal->sees_all();
    const Timestamp now = services.clock.now();
    judge::ProgramKnowledge knowledge{services.policy, services.remote_tools};
    auto look = [&](storage::Session& session) -> Result<ProgramPage> {
        return page_of(session, request, *query, knowledge, now);
    };
    auto page = co_await read_as(*principal, services, look);
    co_return page ? answer_to_get(request, *page) : refuse(page.error());
}

awaitable<http::Response> post_approval(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::operate, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<ApprovalBody>(request);
    if (!body)
        co_return refuse(body.error());
    auto wanted = request_of(std::move(*body));
    if (!wanted)
        co_return refuse(wanted.error());
    auto reached = co_await must_reach(*principal, services, *wanted);
    if (!reached)
        co_return refuse(reached.error());
    auto decided = co_await services.decisions.decide(std::move(*wanted), principal->name);
    if (!decided)
        co_return refuse(decided.error());
    const Made made{decided->no};
    co_return answer(http::Status::created, made);
}

awaitable<http::Response> delete_approval(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::operate, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    const auto no = number_in_path(request);
    if (!no)
        co_return refuse(no.error());
    auto reached = co_await must_reach(*principal, services, *no);
    if (!reached)
        co_return refuse(reached.error());
    auto ended = co_await services.decisions.end_decision(*no, principal->name);
    co_return ended ? http::empty(http::Status::no_content) : refuse(ended.error());
}

} // namespace mimamori::collector::api
