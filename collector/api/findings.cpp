#include "collector/api/findings.hpp"

#include "collector/api/access.hpp"
#include "collector/api/finding_view.hpp"
#include "collector/api/query.hpp"
#include "collector/storage/database.hpp"
#include "collector/storage/device_list.hpp"
#include "common/wire/json_writer.hpp"

#include <boost/describe/class.hpp>
#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mimamori::collector::api {
namespace {

constexpr std::size_t tasks_max = 3;
constexpr std::size_t recent_max = 6;

struct FindingPage
{
    std::int64_t total{0};
    std::vector<FindingView> items;
    std::optional<std::string> next;
};
BOOST_DESCRIBE_STRUCT(FindingPage, (), (total, items, next))

struct CountsView
{
    std::int64_t total{0};
    std::int64_t good{0};
    std::int64_t warning{0};
    std::int64_t action{0};
    std::int64_t silent{0};
    std::int64_t unknown{0};
};
BOOST_DESCRIBE_STRUCT(CountsView, (), (total, good, warning, action, silent, unknown))

/// One kind of thing to do, for all devices that need it.
struct TaskView
{
    std::string rule;
    std::string severity;
    std::int64_t devices{0};
    std::int64_t findings{0};
    LineView title;
    LinesView why;
};
BOOST_DESCRIBE_STRUCT(TaskView, (), (rule, severity, devices, findings, title, why))

struct KnowledgeView
{
    std::string name;
    LineView title;
    std::string data_date;
};
BOOST_DESCRIBE_STRUCT(KnowledgeView, (), (name, title, data_date))

struct MailView
{
    std::string state;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(MailView, (), (state, reason))

struct OverviewAnswer
{
    std::string hospital;
    Timestamp now{};
    CountsView counts;
    std::optional<std::int64_t> score; ///< Null without devices.
    std::vector<TaskView> today;
    std::vector<std::int64_t> pattern_age;
    std::vector<FindingView> recent;
    std::vector<KnowledgeView> knowledge;
    MailView mail;
};
BOOST_DESCRIBE_STRUCT(
    OverviewAnswer, (), (hospital, now, counts, score, today, pattern_age, recent, knowledge, mail))

Result<storage::FindingQuery> query_of(const http::Request& request)
{
    auto state = text_in_query(request, "state", 20);
    auto rule = text_in_query(request, "rule", 50);
    auto severity = text_in_query(request, "severity", 20);
    auto device = text_in_query(request, "device", 40);
    auto after = text_in_query(request, "after", 60);
    for (const Result<std::string>* part : {&state, &rule, &severity, &device, &after})
        if (!*part)
            return part->error();
    const auto limit = limit_in_query(request);
    if (!limit)
        return limit.error();
    storage::FindingQuery query;
    query.state = std::move(*state);
    query.rule = std::move(*rule);
    query.device = DeviceId{std::move(*device)};
    query.after_id = std::move(*after);
    query.rows_max = *limit;
    rules::Severity known{};
    if (!severity->empty() && !boost::describe::enum_from_string(severity->c_str(), known))
        return Error{Errc::invalid_input, "severity: one of info, warning, action"};
    if (!severity->empty())
        query.severity = known;
    return query;
}

Result<FindingPage> page_of(
    storage::Session& session, storage::FindingQuery query, const findings::Reader& reader)
{
    FindingPage page;
    page.total = storage::count_findings(session, query);
    const std::size_t wanted = query.rows_max;
    query.rows_max = wanted + 1;
    auto listed = storage::list_findings(session, query);
    if (!listed)
        return listed.error();
    if (listed->size() > wanted)
    {
        listed->resize(wanted);
        page.next = listed->back().record.id;
    }
    for (const storage::ListedFinding& finding : *listed)
        page.items.push_back(view_of(finding, reader));
    return page;
}

/// The score that a clerk can recompute: (good + warning / 2) / all × 100, rounded down.
std::optional<std::int64_t> score_of(const storage::StateCounts& counts)
{
    if (counts.total == 0)
        return std::nullopt;
    return (2 * counts.good + counts.warning) * 50 / counts.total;
}

TaskView task_of(const storage::RuleCount& count, findings::Reader reader)
{
    // The title of a rule has no places to fill, so it needs no evidence.
    const rules::Evidence none;
    const findings::Texts& texts = findings::Texts::embedded();
    reader.language = findings::Language::ja;
    const findings::FindingText ja = texts.text_of(count.rule, none, reader);
    reader.language = findings::Language::en;
    const findings::FindingText en = texts.text_of(count.rule, none, reader);
    return {count.rule,           boost::describe::enum_to_string(count.worst, "warning"),
            count.devices,        count.findings,
            {ja.title, en.title}, {ja.why, en.why}};
}

Result<std::vector<FindingView>> recent_findings(
    storage::Session& session, const findings::Reader& reader)
{
    std::vector<FindingView> recent;
    for (const char* state : {"open", "resolved"})
    {
        storage::FindingQuery query;
        query.state = state;
        query.rows_max = 50;
        const auto listed = storage::list_findings(session, query);
        if (!listed)
            return listed.error();
        for (const storage::ListedFinding& finding : *listed)
            recent.push_back(view_of(finding, reader));
    }
    const auto newest_first = [](const FindingView& a, const FindingView& b) {
        return a.resolved_at.value_or(a.opened_at) > b.resolved_at.value_or(b.opened_at);
    };
    std::stable_sort(recent.begin(), recent.end(), newest_first);
    recent.resize(std::min(recent.size(), recent_max));
    return recent;
}

Result<void> read_overview(
    storage::Session& session, OverviewAnswer& answer, const findings::Reader& reader)
{
    const auto counts = storage::count_states(session);
    if (!counts)
        return counts.error();
    const auto ages = storage::count_pattern_ages(session, reader.now);
    if (!ages)
        return ages.error();
    auto recent = recent_findings(session, reader);
    if (!recent)
        return recent.error();
    answer.counts = {counts->total,  counts->good,   counts->warning,
                     counts->action, counts->silent, counts->unknown};
    answer.score = score_of(*counts);
    answer.pattern_age.assign(ages->begin(), ages->end());
    answer.recent = std::move(*recent);
    for (const storage::RuleCount& count : storage::count_by_rule(session))
        if (answer.today.size() < tasks_max && count.worst != rules::Severity::info)
            answer.today.push_back(task_of(count, reader));
    return {};
}

} // namespace

awaitable<http::Response> get_findings(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read);
    if (!principal)
        co_return refuse(principal.error());
    auto query = query_of(request);
    if (!query)
        co_return refuse(query.error());
    const findings::Reader reader = reader_now(services);
    auto look = [&](storage::Session& session) { return page_of(session, *query, reader); };
    auto page = co_await services.database.read(look);
    if (!page)
        co_return refuse(page.error());
    auto answer = http::json(http::Status::ok, wire::to_json<wire::Defaults::written>(*page));
    co_return http::with_etag(request, std::move(answer));
}

awaitable<http::Response> get_overview(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read);
    if (!principal)
        co_return refuse(principal.error());
    const findings::Reader reader = reader_now(services);
    OverviewAnswer answer;
    answer.hospital = services.hospital;
    answer.now = reader.now;
    for (const KnowledgeFile& file : services.knowledge)
        answer.knowledge.push_back({file.name, {file.title_ja, file.title_en}, file.data_date});
    const MailState mail = services.mail();
    answer.mail = {mail.state, mail.reason};
    auto look = [&](storage::Session& session) { return read_overview(session, answer, reader); };
    auto done = co_await services.database.read(look);
    if (!done)
        co_return refuse(done.error());
    co_return http::json(http::Status::ok, wire::to_json<wire::Defaults::written>(answer));
}

} // namespace mimamori::collector::api
