#pragma once

#include "collector/api/services.hpp"
#include "collector/findings/texts.hpp"
#include "collector/storage/finding_store.hpp"
#include "collector/storage/task_store.hpp"
#include "common/wire/raw_json.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// How a finding looks in answers: the same everywhere.
namespace mimamori::collector::api {

/// A line in both languages.
struct LineView
{
    std::string ja;
    std::string en;
};
BOOST_DESCRIBE_STRUCT(LineView, (), (ja, en))

/// Some lines in both languages.
struct LinesView
{
    std::vector<std::string> ja;
    std::vector<std::string> en;
};
BOOST_DESCRIBE_STRUCT(LinesView, (), (ja, en))

struct FindingView
{
    std::string id;
    std::string rule;
    std::string subject;
    std::string severity;  ///< "info", "warning", "action".
    std::string state;     ///< "open", "acknowledged", "snoozed", "waived", "resolved".
    std::string device_id; ///< Empty: about the site, or the collector itself.
    std::string device;
    std::string site; ///< Id of the device's site.
    Timestamp first_seen{};
    Timestamp opened_at{};
    Timestamp last_seen{};
    std::optional<Timestamp> resolved_at;
    std::string resolved_by;
    std::string owner;
    std::optional<Date> due;
    std::optional<Timestamp> until;
    std::string reason;
    std::vector<std::string> conditions; ///< Of a waiver: what must stay as it is.
    std::string approver;
    std::string broken;            ///< The condition that ended the last waiver by itself.
    std::optional<Date> data_date; ///< Of the knowledge that the verdict rests on.
    LineView title;
    LineView line;
    LinesView what;
    LinesView why;
    LinesView next;
    wire::RawJson evidence;
};
BOOST_DESCRIBE_STRUCT(
    FindingView,
    (),
    (id,
     rule,
     subject,
     severity,
     state,
     device_id,
     device,
     site,
     first_seen,
     opened_at,
     last_seen,
     resolved_at,
     resolved_by,
     owner,
     due,
     until,
     reason,
     conditions,
     approver,
     broken,
     data_date,
     title,
     line,
     what,
     why,
     next,
     evidence))

/// How many devices of a site a thing to do is about.
struct TaskSiteView
{
    std::string name; ///< Empty: the hospital itself.
    std::int64_t devices{0};
};
BOOST_DESCRIBE_STRUCT(TaskSiteView, (), (name, devices))

/// One kind of thing to do, for all devices that need it.
struct TaskView
{
    std::string rule;
    std::string severity;
    bool of_devices{true}; ///< Otherwise it is about the collector or a site: `findings` counts.
    std::int64_t devices{0};
    std::int64_t findings{0};
    std::vector<std::string> some_devices;
    std::vector<TaskSiteView> some_sites; ///< Those with most devices of it first.
    std::int64_t sites{0};
    std::vector<std::string> some_owners; ///< Who has most of it first.
    std::int64_t owners{0};
    std::int64_t unowned{0}; ///< Findings that nobody was given.
    std::optional<Date> due; ///< The earliest.
    Timestamp oldest_opened_at{};
    std::int64_t points{0}; ///< That the score gains when it is done; of the day's tasks.
    LineView title;
    LinesView why;
};
BOOST_DESCRIBE_STRUCT(
    TaskView,
    (),
    (rule,
     severity,
     of_devices,
     devices,
     findings,
     some_devices,
     some_sites,
     sites,
     some_owners,
     owners,
     unowned,
     due,
     oldest_opened_at,
     points,
     title,
     why))

/// For whom texts are made: now, by the site's wall clocks. The language is set per text.
findings::Reader reader_now(const Services& services);

/// The view of a finding, its texts filled from its evidence in both languages.
FindingView view_of(const storage::ListedFinding& listed, findings::Reader reader);

/// What a rule's findings are called.
LineView title_of(std::string_view rule, const findings::Reader& reader);

/// The view of a task; `whose` as in storage::list_tasks.
TaskView view_of(
    storage::Session& session,
    const storage::Task& task,
    std::string_view whose,
    const findings::Reader& reader);

/// The findings of one device: the active ones, and those resolved in the last 30 days.
Result<std::vector<FindingView>> findings_of_device(
    storage::Session& session, const DeviceId& device, const findings::Reader& reader);

} // namespace mimamori::collector::api
