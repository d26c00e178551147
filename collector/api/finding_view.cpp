#include "collector/api/finding_view.hpp"

#include "collector/rules/system_rule.hpp"
#include "collector/storage/baseline_store.hpp"

#include <boost/describe/enum_to_string.hpp>

#include <algorithm>

namespace mimamori::collector::api {
namespace {

constexpr std::chrono::days resolved_shown{30};
constexpr std::size_t findings_shown_max = 500;
constexpr std::size_t devices_named_max = 4;
constexpr std::size_t names_max = 3; ///< Of departments and owners.

/// A rule's texts in Japanese and English; its title and reasons have no places to fill, so they
/// need no evidence.
std::pair<findings::FindingText, findings::FindingText> texts_of_rule(
    std::string_view rule, const findings::Reader& reader)
{
    const rules::Evidence none;
    const findings::Texts& texts = findings::Texts::embedded();
    findings::Reader reads_ja = reader;
    reads_ja.language = findings::Language::ja;
    findings::Reader reads_en = reader;
    reads_en.language = findings::Language::en;
    return {texts.text_of(rule, none, reads_ja), texts.text_of(rule, none, reads_en)};
}

} // namespace

findings::Reader reader_now(const Services& services)
{
    findings::Reader reader;
    reader.now = services.clock.now();
    reader.utc_offset = services.utc_offset;
    return reader;
}

FindingView view_of(const storage::ListedFinding& listed, findings::Reader reader)
{
    const findings::FindingRecord& record = listed.record;
    const findings::Texts& texts = findings::Texts::embedded();
    reader.language = findings::Language::ja;
    findings::FindingText ja = texts.text_of(record.rule, record.evidence, reader);
    reader.language = findings::Language::en;
    findings::FindingText en = texts.text_of(record.rule, record.evidence, reader);

    FindingView view;
    view.id = record.id;
    view.rule = record.rule;
    view.subject = record.subject;
    view.severity = boost::describe::enum_to_string(record.severity, "warning");
    view.state = boost::describe::enum_to_string(record.state, "open");
    if (!storage::is_site_row(listed.device))
        view.device_id = listed.device.text();
    view.device = listed.device_name;
    view.site = listed.site_id;
    view.first_seen = record.first_seen_at;
    view.opened_at = record.opened_at;
    view.last_seen = record.last_seen_at;
    view.resolved_at = record.resolved_at;
    view.resolved_by = record.resolved_by;
    view.owner = record.owner;
    view.due = record.due;
    view.until = record.until;
    view.reason = record.reason;
    view.conditions = record.conditions;
    view.approver = record.approver;
    view.broken = record.broken;
    view.data_date = record.data_date;
    view.title = {std::move(ja.title), std::move(en.title)};
    view.line = {std::move(ja.line), std::move(en.line)};
    view.what = {std::move(ja.what), std::move(en.what)};
    view.why = {std::move(ja.why), std::move(en.why)};
    view.next = {std::move(ja.next), std::move(en.next)};
    view.evidence.text = record.evidence.to_json();
    return view;
}

LineView title_of(std::string_view rule, const findings::Reader& reader)
{
    const auto [ja, en] = texts_of_rule(rule, reader);
    return {ja.title, en.title};
}

TaskView view_of(
    storage::Session& session,
    const storage::Task& task,
    std::string_view whose,
    const findings::Reader& reader)
{
    const auto [ja, en] = texts_of_rule(task.rule, reader);
    TaskView view;
    view.rule = task.rule;
    view.severity = boost::describe::enum_to_string(task.worst, "warning");
    const auto systems = rules::system_rules();
    view.of_devices = std::none_of(
        systems.begin(), systems.end(), [&](const auto& rule) { return rule.id == task.rule; });
    view.devices = task.devices;
    view.findings = task.findings;
    view.some_devices = storage::devices_of_task(session, task.rule, whose, devices_named_max);
    storage::TaskShare share = storage::share_of_task(session, task.rule, whose, names_max);
    for (storage::TaskShare::Site& site : share.sites)
        view.some_sites.push_back({std::move(site.name), site.devices});
    view.sites = share.sites_total;
    view.some_owners = std::move(share.owners);
    view.owners = share.owners_total;
    view.unowned = share.unowned;
    view.due = share.due;
    view.oldest_opened_at = task.oldest_opened_at;
    view.title = {ja.title, en.title};
    view.why = {ja.why, en.why};
    return view;
}

Result<std::vector<FindingView>> findings_of_device(
    storage::Session& session, const DeviceId& device, const findings::Reader& reader)
{
    std::vector<FindingView> views;
    for (const char* state : {"active", "resolved"})
    {
        storage::FindingQuery query;
        query.state = state;
        query.device = device;
        query.rows_max = findings_shown_max;
        const auto listed = storage::list_findings(session, query);
        if (!listed)
            return listed.error();
        for (const storage::ListedFinding& finding : *listed)
            if (!finding.record.resolved_at
                || *finding.record.resolved_at > reader.now - resolved_shown)
                views.push_back(view_of(finding, reader));
    }
    return views;
}

} // namespace mimamori::collector::api
