#pragma once

#include "collector/api/services.hpp"
#include "collector/app/knowledge_set.hpp"
#include "collector/app/metrics.hpp"
#include "collector/app/settings.hpp"
#include "collector/app/system_facts.hpp"
#include "collector/app/watched_clock.hpp"
#include "collector/directory/directory.hpp"
#include "collector/enroll/enrolment.hpp"
#include "collector/http/io_threads.hpp"
#include "collector/http/local_server.hpp"
#include "collector/http/server.hpp"
#include "collector/ingest/post_report.hpp"
#include "collector/judge/decision_service.hpp"
#include "collector/judge/hours_keeper.hpp"
#include "collector/judge/judge.hpp"
#include "collector/judge/neighbour_search.hpp"
#include "collector/judge/site_judge.hpp"
#include "collector/ledger/desk.hpp"
#include "collector/notify/alert_desk.hpp"
#include "collector/notify/notifier.hpp"
#include "collector/people/audit.hpp"
#include "collector/people/directory_people.hpp"
#include "collector/people/request_rate.hpp"
#include "collector/people/second_factors.hpp"
#include "collector/people/sign_ins.hpp"
#include "collector/people/tokens.hpp"
#include "collector/pki/agent_directory.hpp"
#include "collector/pki/authority.hpp"
#include "collector/pki/web_certificate.hpp"
#include "collector/storage/database.hpp"
#include "collector/storage/liveness.hpp"
#include "collector/storage/report_store.hpp"
#include "collector/storage/sought.hpp"
#include "collector/storage/upkeep.hpp"
#include "collector/web/site.hpp"
#include "common/async/task_group.hpp"
#include "common/base/time.hpp"
#include "common/platform/spare_memory.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace mimamori::collector::app {

/// The running collector: makes every part, joins them, stops them in order. Decides nothing.
class Collector
{
public:
    /// Opens the data folder that `mimamorictl init` made and listens on all ports.
    /// Errors: those of the parts, saying what to do.
    static Result<std::unique_ptr<Collector>> start(const Settings& settings);

    /// Stops what `stop` has not stopped.
    ~Collector();

    Collector(const Collector&) = delete;
    Collector& operator=(const Collector&) = delete;

    /// Stops accepting, answers what is in hand, then ends everything and writes what is in
    /// memory. False when something did not react: end the process.
    bool stop();

    std::uint16_t agent_port() const;
    std::uint16_t web_port() const;
    std::uint16_t metrics_port() const;

private:
    explicit Collector(const Settings& settings);

    Result<void> open_storage();
    Result<void> open_identity();
    Result<void> open_directory();
    Result<void> open_judging();
    Result<void> listen();
    Result<void> listen_agents();
    Result<void> listen_web();
    void start_background();

    awaitable<void> keep_house();
    void renew_certificates();
    awaitable<bool> stop_ports();
    awaitable<bool> stop_all();

    api::MailState mail_state() const;
    rules::SystemFacts system_facts();
    void clock_went(std::chrono::milliseconds by, Timestamp now);

    Settings settings_;
    Folder folder_;
    SystemClock system_clock_;
    WatchedClock clock_{system_clock_, steady_time};
    std::optional<knowledge::Shelf> shelf_;
    std::optional<Knowledge> knowledge_;

    // Before the database: its threads resume what waits here.
    http::IoThreads io_{2};
    /// Judging, mail, certificates and upkeep: one thread of their own, so they need no locks.
    asio::io_context background_;

    std::unique_ptr<storage::Database> database_;
    std::optional<storage::Liveness> liveness_;
    storage::Sought sought_;
    std::unique_ptr<storage::ReportStore> reports_;
    std::optional<storage::Upkeep> upkeep_;
    platform::SpareMemory spare_memory_;

    std::unique_ptr<pki::Authority> authority_;
    pki::AgentDirectory agents_;
    std::optional<enroll::Enrolment> enrolment_;
    std::optional<directory::Directory> directory_;
    std::optional<people::DirectoryPeople> directory_people_;
    std::optional<people::SignIns> people_;
    std::optional<people::SecondFactors> second_factors_;
    std::optional<people::Tokens> tokens_;
    people::RequestRate request_rate_;
    std::optional<people::AuditSigner> audit_;

    asio::thread_pool workers_{1}; ///< Reads large reports.

    asio::executor_work_guard<asio::io_context::executor_type> background_work_;
    std::thread background_thread_;
    async::TaskGroup tasks_;
    std::optional<notify::Notifier> notifier_;
    std::optional<notify::AlertDesk> alerts_;
    std::optional<judge::Judge> judge_;
    std::optional<judge::SiteJudge> site_judge_;
    std::optional<judge::NeighbourSearch> search_;
    std::optional<judge::HoursKeeper> hours_;
    std::optional<judge::DecisionService> decisions_;
    std::optional<ledger::Desk> desk_;
    std::vector<pki::Expiry> web_expiries_;
    rules::Policy policy_;

    std::unique_ptr<ingest::IngestServices> ingest_;
    std::optional<api::Services> api_;
    std::optional<web::Site> site_;
    std::optional<http::Router> agent_router_;
    std::optional<http::Router> web_router_;
    std::optional<http::Router> local_router_;
    std::unique_ptr<http::Server> agent_server_;
    std::unique_ptr<http::Server> web_server_;
    std::unique_ptr<http::LocalServer> local_server_;
    std::unique_ptr<MetricsServer> metrics_server_;
    std::atomic<http::Server*> agent_server_now_{nullptr}; ///< For parts that are made before it.
    bool stopped_{false};
};

} // namespace mimamori::collector::app
