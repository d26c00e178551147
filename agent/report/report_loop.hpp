#pragma once

#include "agent/report/alarm.hpp"
#include "agent/report/clock_watch.hpp"
#include "agent/report/schedule.hpp"
#include "agent/report/spool.hpp"
#include "agent/report/uplink.hpp"
#include "common/async/asio.hpp"
#include "common/base/time.hpp"
#include "common/wire/report.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mimamori::agent::report {

/// What happened to the last report, for `status`.
struct Contact
{
    std::optional<Timestamp> receipt_at; ///< Device time of the last receipt.
    std::optional<Timestamp> tried_at;
    std::string trouble; ///< Why the last attempt gave no receipt; empty when it did.
    std::uint64_t seq{0};
    std::uint64_t failures_in_a_row{0};
};

/// Sends what is in the spool when the schedule says so, and does what the receipts say.
///
/// Lives on one executor, so it needs no locks. Ends when cancelled; every step may be cut short,
/// because nothing leaves the spool before the collector has said that it is durable.
class ReportLoop
{
public:
    struct Parts // Each must outlive the loop.
    {
        Spool& spool;
        Alarm& alarm;
        const Clock& clock;
        std::function<std::chrono::milliseconds()> since_boot; ///< `time_since_boot`.
        std::string agent_version;
        std::string boot_id;

        /// Measures the agent itself; asked for with every list of digests.
        std::function<wire::Footprint()> footprint;

        /// The collector wants these sections and we do not have them any more.
        std::function<void(const std::vector<std::string>&)> rerun;

        /// Called for orders that are new, and at start for the ones that hold from before.
        std::function<void(const wire::AgentOrders&)> ordered;

        /// The collector asks whether this machine sees others; what is seen goes to `saw`.
        std::function<void(const std::vector<std::string>& macs)> look_for;

        /// The collector wants the certificate to be renewed.
        std::function<void()> renew;

        /// Called after each attempt.
        std::function<void(const Contact&)> contact;
    };

    ReportLoop(Parts parts, ReportSchedule schedule);

    /// When the next report is due.
    Alarm::Time next() const { return schedule_.next(); }

    /// Until then, what happens is kept in the spool. `uplink` outlives the loop.
    awaitable<void> run(AgentId agent_id, Uplink& uplink);

    /// Sends what waits, without regard to the schedule, and closes the connection. For the end
    /// of the program, after `run`; the caller limits the time.
    awaitable<void> say_goodbye();

    /// Stores events; they are sent within two seconds if the collector lets us. Failure is logged
    /// and counted.
    void happened(std::span<const wire::Event> events);

    void happened(const wire::Event& event) { happened(std::span{&event, 1}); }

    /// Takes a section as its probe found it; true when the collector has another. Failure is
    /// logged.
    bool found(std::string_view section, std::string text);

    /// What was looked for and seen: told with the next report, which need not come sooner.
    void saw(std::vector<wire::NeighbourSighting> sightings);

    /// A full look at the machine ended: tell all digests now.
    void inventory_done();

    /// Sections changed that somebody waits for: tell them now.
    void sections_changed();

private:
    awaitable<bool> deliver();
    std::vector<wire::NeighbourSighting> sightings_now() const;
    bool settle(const Delivery& delivery);
    void settle_refusal(const Delivery& delivery);
    void obey(const wire::Receipt& receipt);
    void apply(const wire::AgentOrders& orders);
    void load_orders();
    void watch_clock();
    bool note_failure(const Error& error);

    Parts parts_;
    AgentId agent_id_;
    Uplink* uplink_{nullptr}; ///< None before `run`.
    ReportSchedule schedule_;
    ClockWatch clock_watch_;
    Contact contact_;
    wire::AgentOrders orders_;
    std::vector<wire::NeighbourSighting> sightings_; ///< Not told yet.
    Alarm::Time saw_at_{};
    bool digests_due_{false};
    bool digests_on_the_way_{false};
    bool close_between_reports_{false};
};

} // namespace mimamori::agent::report
