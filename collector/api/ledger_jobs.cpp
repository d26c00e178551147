#include "collector/api/ledger_jobs.hpp"

#include "collector/api/access.hpp"
#include "collector/api/answer.hpp"
#include "collector/api/ledger_view.hpp"
#include "collector/storage/ledger_job_store.hpp"

#include <boost/describe/class.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mimamori::collector::api {
namespace {

constexpr std::size_t jobs_shown = 20;

struct JobView
{
    std::int64_t id{0};
    std::string kind; ///< "import", "bulk", "undo".
    std::string file; ///< Of an import.
    std::string who;
    bool own{false};
    std::string state; ///< "waiting", "running", "done", "failed".
    std::int64_t rows{0};
    std::int64_t refused_rows{0};
    std::int64_t devices{0};
    std::int64_t devices_done{0};
    std::int64_t added{0};   ///< Devices.
    std::int64_t changed{0}; ///< Devices.
    std::int64_t kept{0};    ///< Of undoing: values that somebody has changed since.
    std::string why;         ///< Of a failure: "changed", "stopped", "refused".
    std::string detail;
    Timestamp begun_at{};
    std::optional<Timestamp> ended_at;
    std::optional<std::int64_t> batch;   ///< What can be undone.
    std::optional<Timestamp> undo_until; ///< Nothing: not yet, or not any more.
};
BOOST_DESCRIBE_STRUCT(
    JobView,
    (),
    (id,
     kind,
     file,
     who,
     own,
     state,
     rows,
     refused_rows,
     devices,
     devices_done,
     added,
     changed,
     kept,
     why,
     detail,
     begun_at,
     ended_at,
     batch,
     undo_until))

struct JobPage
{
    std::vector<JobView> items;
};
BOOST_DESCRIBE_STRUCT(JobPage, (), (items))

JobView view_of(storage::ListedJob&& listed, const std::string& person_id, Timestamp now)
{
    storage::LedgerJob& job = listed.job;
    JobView view;
    view.id = job.no;
    view.kind = std::move(job.kind);
    view.file = std::move(job.file);
    view.who = std::move(job.who);
    view.own = job.person_id == person_id;
    view.state = std::move(job.state);
    view.rows = job.rows;
    view.refused_rows = job.refused_rows;
    view.devices = job.devices;
    view.devices_done = job.devices_done;
    view.added = listed.added;
    view.changed = listed.changed;
    view.kept = job.kept;
    view.why = std::move(job.why);
    view.detail = std::move(job.detail);
    view.begun_at = job.begun_at;
    view.ended_at = job.ended_at;
    view.batch = job.batch_no;
    const bool can_undo = view.kind != "undo" && job.ended_at && job.batch_no && !listed.undone
                          && now < *job.ended_at + undo_within;
    if (can_undo)
        view.undo_until = *job.ended_at + undo_within;
    return view;
}

} // namespace

awaitable<http::Response> get_ledger_jobs(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::operate, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    const bool of_all =
        principal->sees_all() && people::has_right(principal->role, Right::administer);
    const auto whose = of_all ? storage::WhoseJobs::all : storage::WhoseJobs::own;
    const Timestamp now = services.clock.now();
    // Not through the narrow view, which has no jobs: one's own are one's own.
    auto look = [&](storage::Session& session) -> Result<JobPage> {
        JobPage page;
        for (storage::ListedJob& job :
             storage::list_ledger_jobs(session, whose, principal->person_id, jobs_shown))
            page.items.push_back(view_of(std::move(job), principal->person_id, now));
        return page;
    };
    auto page = co_await services.database.read(look);
    co_return page ? answer_to_get(request, *page) : refuse(page.error());
}

} // namespace mimamori::collector::api
