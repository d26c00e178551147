#include "collector/api/programs.hpp"

#include "collector/api/access.hpp"
#include "collector/api/answer.hpp"
#include "collector/api/lacking.hpp"
#include "collector/api/list_query.hpp"
#include "collector/api/query.hpp"
#include "collector/findings/program_decision.hpp"
#include "collector/judge/decision_service.hpp"
#include "collector/judge/review.hpp"
#include "collector/storage/database.hpp"
#include "collector/storage/judge_store.hpp"
#include "collector/storage/list_page.hpp"
#include "common/wire/json_writer.hpp"

#include <boost/describe/class.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
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

constexpr std::string_view path_sql =
    "coalesce(nullif(j.value ->> '$.path', ''), j.value ->> '$.approval.value', '')";
/// What stands behind the last separator.
constexpr std::string_view name_sql =
    "(SELECT replace(p, rtrim(p, replace(replace(p, '/', ''), '\\', '')), '') FROM"
    " (SELECT coalesce(nullif(j.value ->> '$.path', ''), j.value ->> '$.approval.value', '') AS "
    "p))";
constexpr std::array program_list{
    storage::ListField{"name", storage::FieldKind::text, name_sql},
    storage::ListField{"path", storage::FieldKind::text, path_sql},
    storage::ListField{"signer", storage::FieldKind::text, "(j.value ->> '$.signer')"},
    storage::ListField{"product", storage::FieldKind::text, "(j.value ->> '$.product')"},
    storage::ListField{"sha256", storage::FieldKind::text, "(j.value ->> '$.sha256')"},
    storage::ListField{"devices", storage::FieldKind::number, "(j.value ->> '$.devices')"},
    storage::ListField{
        "first", storage::FieldKind::moment, "unixepoch(j.value ->> '$.first_seen') * 1000"},
    storage::ListField{
        "decided", storage::FieldKind::moment,
        "unixepoch(j.value ->> '$.approval.decided_at') * 1000"},
    storage::ListField{
        "decision", storage::FieldKind::text, "coalesce(j.value ->> '$.approval.decision', '')"},
    // The worst first, then those on the fewest devices.
    storage::ListField{
        "urgency", storage::FieldKind::number,
        "CASE j.value ->> '$.severity' WHEN 'action' THEN 2 WHEN 'warning' THEN 1 ELSE 0 END"
        " * 1000000000 - (j.value ->> '$.devices')"},
};
constexpr storage::ListFields programs_have{
    program_list,
    "j.value ->> '$.path', j.value ->> '$.sha256', j.value ->> '$.signer',"
    " j.value ->> '$.product', j.value ->> '$.company', j.value ->> '$.version',"
    " j.value ->> '$.models', j.value ->> '$.approval.value', j.value ->> '$.approval.scope_name',"
    " j.value ->> '$.approval.reason', j.value ->> '$.approval.decided_by',"
    " (SELECT group_concat(f.value ->> '$.device', ' ') FROM json_each(j.value, '$.found_on') f)"};

/// Programs that were learned, of which a list that is narrowed or sorted otherwise takes the
/// first.
constexpr std::size_t programs_looked_through_max = 10'000;

/// Which page of which list is asked for.
struct ProgramQuery
{
    bool whole_site{true}; ///< Else devices are counted as far as the reader sees them.
    std::string state;
    storage::ListAsk ask;
};

/// The program with which the page before ended.
std::int64_t id_of(const std::optional<storage::ListPlace>& place)
{
    const auto* const id = place ? std::get_if<std::int64_t>(&place->id) : nullptr;
    return id ? *id : 0;
}

/// What was learned, as it comes; counting it all would cost as much as reading it.
ProgramPage learned_page(
    storage::Session& session,
    const http::Request& request,
    judge::ProgramKnowledge& knowledge,
    std::int64_t after,
    std::size_t rows_max,
    Timestamp now)
{
    const std::int64_t total = storage::site_size(session).devices;
    ProgramPage page;
    auto learned = judge::learned_programs(session, knowledge, after, rows_max, now);
    for (judge::LearnedProgram& program : learned.programs)
        page.items.push_back(view_of(std::move(program), total));
    if (learned.next)
        page.next = to_cursor(request, storage::ListPlace{std::int64_t{0}, *learned.next});
    return page;
}

/// A list as it is, before it is narrowed, sorted and cut.
ProgramPage whole_list(
    storage::Session& session,
    const http::Request& request,
    const ProgramQuery& query,
    judge::ProgramKnowledge& knowledge,
    Timestamp now)
{
    if (query.state == "learned")
        return learned_page(session, request, knowledge, 0, programs_looked_through_max, now);
    const std::int64_t total = storage::site_size(session).devices;
    ProgramPage page;
    if (query.state == "approved")
    {
        for (judge::DecidedProgram& standing : judge::decided_programs(session))
            page.items.push_back(view_of(std::move(standing), total, now));
        return page;
    }
    for (judge::UnknownProgram& unknown : judge::unknown_programs(session))
    {
        // What the finding counted was counted over all sites.
        if (!query.whole_site)
        {
            unknown.devices = storage::devices_with(session, unknown.row.line);
            unknown.devices_total = static_cast<std::uint32_t>(total);
        }
        page.items.push_back(view_of(std::move(unknown)));
    }
    return page;
}

std::string_view usual_sort(std::string_view state)
{
    if (state == "approved")
        return "-decided";
    return state == "learned" ? "path" : "-urgency";
}

Result<ProgramPage> page_of(
    storage::Session& session,
    const http::Request& request,
    const ProgramQuery& query,
    ProgramPage whole)
{
    const storage::ListSource source{
        programs_have,
        usual_sort(query.state),
        "j.key",
        "json_each(?, '$.items') j",
        {wire::to_json(whole)},
        "coalesce(j.value ->> '$.approval.id', j.value ->> '$.id')"};
    const auto listed = storage::read_page<std::size_t>(
        session, source, query.ask, [](const storage::Statement& row) {
            return static_cast<std::size_t>(row.integer(storage::columns_before));
        });
    if (!listed)
        return listed.error();
    ProgramPage page;
    page.total = listed->total;
    for (const std::size_t index : listed->rows)
        page.items.push_back(std::move(whole.items[index]));
    if (listed->next)
        page.next = to_cursor(request, *listed->next);
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
    co_return lacks_whole_site(principal);
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
    auto state = choice_in_query(request, "state", {"unknown", "learned", "approved"});
    if (!state)
        co_return refuse(state.error());
    auto asked = asked_list(request, services, programs_have);
    if (!asked)
        co_return refuse(asked.error());
    if (asked->bad)
        co_return refuse_filter(*asked->bad);
    const ProgramQuery query{principal->sees_all(), std::move(*state), std::move(asked->ask)};
    // Reading all of it costs much; as it comes, it need not be.
    const bool as_learned =
        query.state == "learned" && query.ask.sort.empty() && query.ask.terms.empty();
    const Timestamp now = services.clock.now();
    judge::ProgramKnowledge knowledge{services.policy, services.remote_tools};
    auto look = [&](storage::Session& session) -> Result<ProgramPage> {
        if (as_learned)
            return learned_page(
                session, request, knowledge, id_of(query.ask.after), query.ask.rows_max, now);
        return page_of(
            session, request, query, whole_list(session, request, query, knowledge, now));
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
    co_return done_or_refused(ended);
}

} // namespace mimamori::collector::api
