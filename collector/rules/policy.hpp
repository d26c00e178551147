#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace mimamori::collector::rules {

/// No policy keeps an incident longer in mind.
inline constexpr std::chrono::days incidents_kept_most{365};

/// The thresholds of the rules. A threshold is reached when the value is equal to it.
struct Policy
{
    // Antivirus. Patterns come out daily; three days are a weekend plus one missed update.
    std::chrono::days av_stale_warning{3};
    std::chrono::days av_stale_action{7};

    // Licence of the antivirus: time to order, then time to hurry.
    std::chrono::days av_licence_warning{60};
    std::chrono::days av_licence_action{14};

    /// A pattern that claims to be made later than this after now has an unknown date.
    std::chrono::hours pattern_ahead_max{24};

    /// How long a newly enrolled device may take to deliver its first full set of sections.
    std::chrono::minutes first_report_grace{30};

    // End of support: two yearly budgets ahead, then one.
    std::chrono::days support_ending_info{730};
    std::chrono::days support_ending_warning{365};

    // The same where the next version is an update that costs nothing: time to plan an evening.
    std::chrono::days feature_update_info{180};
    std::chrono::days feature_update_warning{60};

    // Windows: monthly releases that are missing. One is normal: a test PC takes it first.
    int patch_months_warning{2};
    int patch_months_action{6};

    // Linux: how long security updates may wait, counted from when we first saw them wait.
    std::chrono::days patch_pending_warning{7};
    std::chrono::days patch_pending_action{30};

    // Linux: how old the machine's knowledge of what exists may be.
    std::chrono::days patch_lists_warning{14};
    std::chrono::days patch_lists_action{60};

    /// How long a restart may be put off: a device is often off at the weekend anyway.
    std::chrono::days reboot_pending_warning{14};

    /// Half a year: somebody on leave or seconded is back by then.
    std::chrono::days account_dormant{180};

    // Silence. Ten heartbeats bridge a restart of the device, a switch or the collector; never
    // less than ten minutes, because agents in back-off wait up to five. A device that said goodbye
    // was switched off by somebody: after two weeks the question is whether it is still in use.
    std::uint32_t silent_heartbeats{10};
    std::chrono::minutes silent_at_least{10};
    std::chrono::days silent_action{4}; ///< Longer than a long weekend.
    std::chrono::days silent_after_goodbye{14};

    // Many devices of a site that fall silent at once are one event: so many, and such a part of
    // those that reported. A few in a large hospital are a switch; a few in a small one are all.
    std::uint32_t site_event_devices{5};
    std::uint64_t site_event_percent{20};

    /// Within this time of each other, or within two heartbeats where that is longer.
    std::chrono::minutes site_event_together{3};

    /// People are told who is back when this long no other device came back ...
    std::chrono::minutes site_event_settle{10};

    /// ... or this long, while most of them are still missing.
    std::chrono::minutes site_event_settle_few{60};

    /// After people were told, so long; then each device that is missing is told by itself.
    std::chrono::days site_event_kept{4};

    /// And where nobody came back at all: a house that was closed.
    std::chrono::days site_event_kept_silent{30};

    // Clock. Kerberos refuses five minutes; an hour puts events on the wrong side of a shift.
    std::chrono::minutes clock_warning{5};
    std::chrono::minutes clock_action{60};

    /// How long a gap in the events keeps a device from being good.
    std::chrono::days incidents_kept{30};

    // Unknown programs.
    std::chrono::days learning{14};

    /// How long a new device may take to read the contents of all its programs.
    std::chrono::hours first_hashes{2};

    /// Up to here a model has too few devices for "runs on a single one" to mean anything.
    std::uint32_t few_devices{4};

    /// Unknown programs of one device that get a finding each; the rest share one.
    std::size_t programs_named{20};

    /// USB media of one device that get a finding each; the rest share one.
    std::size_t media_named{20};

    /// Unexpected ports of one device that get a finding each; the same of services and of peers.
    std::size_t items_named{10};

    // What a device has in its first weeks is its own; what comes later is a change.
    std::chrono::days home_learning{14};
    std::chrono::days admin_learning{14};

    /// IPv4 networks that are issued to the place, "10.20.7.0/24"; empty: nobody wrote them down.
    std::vector<std::string> issued_networks;

    /// Rules that are not judged.
    std::vector<std::string> rules_off;

    // What the agent may cost. At rest it needs a few milliseconds a minute; a hundred times that
    // is still one part in sixty of one processor, and something is wrong with it.
    std::uint64_t agent_cpu_ms_per_min{1'000};
    std::chrono::minutes agent_cpu_over{
        60}; ///< It must run so long before its share says anything.
    std::chrono::minutes footprint_look{60}; ///< How often its figures are looked at.

    // The disk with a device's system.
    std::uint64_t disk_full_warning_percent{10};
    std::uint64_t disk_full_action_percent{3};

    // The collector itself. A copy a week, and the day on which nobody was there.
    std::chrono::days backup_warning{8};
    std::chrono::days backup_action{31};
    std::chrono::days knowledge_info{60}; ///< Updates of Windows come monthly: two are missing.
    std::chrono::days knowledge_warning{180};
    std::uint64_t disk_low_warning_percent{10};
    std::uint64_t disk_low_action_percent{3};
    std::chrono::days disk_low_warning{60}; ///< Time to order a disk.
    std::chrono::days disk_low_action{14};
    std::chrono::minutes delivery_warning{15};
    std::chrono::minutes delivery_action{240};

    /// From the first device of a site: neighbours that are about to get an agent are no alarm.
    std::chrono::days roll_out{14};
};

} // namespace mimamori::collector::rules
