#pragma once

#include "agent/antivirus/definitions_store.hpp"
#include "agent/app/collection.hpp"
#include "agent/app/service.hpp"
#include "agent/app/settings.hpp"
#include "agent/app/status_file.hpp"
#include "agent/report/inventory_loop.hpp"
#include "agent/report/report_loop.hpp"
#include "agent/uplink/enroller.hpp"
#include "agent/uplink/https_uplink.hpp"
#include "agent/watch/change_watch.hpp"
#include "agent/watch/program_watch.hpp"
#include "agent/watch/watcher.hpp"
#include "common/async/task_group.hpp"
#include "common/http/resolver.hpp"
#include "common/settings/table.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mimamori::agent::app {

/// What the running agent is made of. It makes the parts, connects them, starts and stops them,
/// and decides nothing.
class Agent
{
public:
    struct Config
    {
        Settings settings;
        std::vector<settings::Shown> shown; ///< The settings in force, for the section `self`.
        std::vector<settings::PassedOver> passed_over;
        std::filesystem::path root{"/"};
        ServiceManager service;

        /// Whether policy or installer say something else than at the start; empty: nobody does.
        std::function<bool()> settings_changed;
    };

    Agent(asio::io_context& io, Config config, const Clock& clock);
    ~Agent();

    /// Takes the data folder and opens what lies in it. Errors: conflict when another agent uses
    /// it; invalid_input for settings that do not go together; io, forbidden.
    Result<void> open();

    /// Spawns everything; the io context runs until a stop is asked for and done.
    void start();

    /// False when something did not end in time: the process must be left as it is.
    bool has_ended() const { return has_ended_; }

    /// True when it stopped by itself, to be made anew with other settings.
    bool wants_settings() const { return wants_settings_; }

private:
    void load_definitions();
    void make_loops();
    report::ReportLoop::Parts report_parts();
    report::InventoryLoop::Parts inventory_parts();
    watch::ProgramWatch::Parts program_watch_parts();
    awaitable<void> live();
    awaitable<void> wait_for_stop();
    awaitable<void> watch_settings();
    awaitable<void> keep_watchdog_quiet(std::chrono::milliseconds interval);
    awaitable<void> say_goodbye();
    awaitable<void> end_goodbye();
    awaitable<void> enrol_and_report();

    void tell_begin();
    void found(const std::string& name, const wire::Facts& facts);
    void take_definitions(const std::string& document, Timestamp now);
    void start_probe(const std::string& name, std::function<void(report::ProbeRun)> done);
    void ordered(const wire::AgentOrders& orders);
    void set_probe_options();
    void round_done();
    void rest();
    void keep_status(const report::Contact& contact);
    void save_status();
    wire::Footprint footprint();

    asio::io_context& io_;
    Config config_;
    const Clock& clock_;
    StopRequest stop_;
    std::string boot_id_;

    std::unique_ptr<report::Spool> spool_;
    std::unique_ptr<Collection> collection_;
    std::optional<antivirus::DefinitionsStore> definitions_;
    report::TimerAlarm report_alarm_;
    report::TimerAlarm inventory_alarm_;
    report::TimerAlarm end_alarm_;     ///< Rung when the agent has a reason to end.
    report::TimerAlarm machine_alarm_; ///< Rung when the machine's facts are known.
    std::unique_ptr<report::ReportLoop> reports_;
    std::unique_ptr<report::InventoryLoop> inventory_;
    std::unique_ptr<watch::ChangeWatch> changes_;
    std::unique_ptr<watch::ProgramWatch> programs_;
    watch::Watcher watcher_;

    http::SystemResolver resolver_;
    std::optional<uplink::IdentityStore> identities_;
    std::optional<uplink::CollectorClock> collector_clock_;
    std::optional<uplink::CollectorLink> link_;
    std::unique_ptr<uplink::HttpsUplink> uplink_;

    wire::Facts machine_; ///< The sections by which the machine is recognised.
    bool machine_known_{false};
    RunningStatus status_;
    probes::ProbeOptions probe_options_;
    bool command_lines_ordered_{false};

    asio::steady_timer goodbye_timer_;
    async::TaskGroup main_;  ///< Ends the others.
    async::TaskGroup tasks_; ///< Everything that runs until the end.
    bool has_ended_{false};
    bool wants_settings_{false};
};

} // namespace mimamori::agent::app
