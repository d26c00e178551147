#include "agent/app/resources.hpp"
#include "agent/app/status_file.hpp"
#include "agent/app/verbs.hpp"
#include "agent/app/version.hpp"
#include "agent/report/spool.hpp"
#include "agent/uplink/identity_store.hpp"
#include "common/platform/names.hpp"
#include "common/settings/document.hpp"

#include <filesystem>

namespace mimamori::agent::app {
namespace {

/// A status that is older than this was not written by a running agent.
constexpr std::chrono::minutes fresh{30};

constexpr std::string_view how_to_enrol =
    "`mimamori-agent enroll --ticket TICKET`, with a ticket from the collector";

/// What stands for a file that cannot be read: that it is not there yet is no trouble.
std::string without(const Error& error, std::string_view when_missing)
{
    return error.code == Errc::not_found ? std::string{when_missing}
                                         : "unknown (" + error.message + ")";
}

std::string moment(const std::optional<Timestamp>& at)
{
    return at ? to_rfc3339(*at) : "never";
}

void print_identity(const std::filesystem::path& folder, Output& out)
{
    // IdentityStore::open would make the folder; status only looks.
    if (!platform::is_there(folder))
    {
        out << "enrolment:    not enrolled (" << folder.string() << " does not exist)\n"
            << "next:         " << how_to_enrol << '\n';
        return;
    }
    const auto store = uplink::IdentityStore::open(folder);
    const auto state = store ? store->load_state() : std::nullopt;
    if (!state)
    {
        out << "enrolment:    not enrolled" << (store ? "" : " (" + store.error().message + ")")
            << "\nnext:         " << how_to_enrol << '\n';
        return;
    }
    out << "enrolment:    " << state->state;
    if (!state->message.empty())
        out << ", " << state->message;
    out << " (" << to_rfc3339(state->at) << ")\n";
    if (!state->code.empty() && state->state != "enrolled")
        out << "approval code: " << state->code << '\n';
    if (!state->agent_id.empty())
        out << "agent id:     " << state->agent_id.text() << '\n';
    if (state->certificate_ends != Timestamp{})
        out << "certificate:  until " << to_rfc3339(state->certificate_ends) << '\n';
}

void print_running(const RunningStatus& running, Timestamp now, Output& out)
{
    std::string state = "running";
    if (running.stopped_at)
        state = "stopped " + to_rfc3339(*running.stopped_at);
    else if (!process_exists(running.process))
        state = "not running: it was killed, or the power went";
    else if (now - running.written_at >= fresh)
        state = "mute since " + to_rfc3339(running.written_at);
    out << "agent:        " << state << ", process " << running.process << ", version "
        << running.version << ", since " << to_rfc3339(running.started_at) << '\n';
    out << "last receipt: " << moment(running.receipt_at) << ", report " << running.seq << '\n';
    if (!running.trouble.empty())
        out << "trouble:      " << running.trouble << " (" << running.failures_in_a_row
            << " attempts, the last " << moment(running.tried_at) << ")\n";
    const auto by = [](const std::string& mode) { return mode.empty() ? "nothing" : mode; };
    out << "watching:     programs by " << by(running.process_watch) << ", usb by "
        << by(running.usb_watch) << '\n';
    for (const auto& held : running.held_back)
        out << "held back:    " << held << '\n';
    const auto& cost = running.footprint;
    if (cost.up_s > 0)
        out << "cost:         " << cost.cpu_ms << " ms of CPU in " << cost.up_s << " s, "
            << cost.pss_bytes / 1024 << " KiB, " << cost.sent_bytes / 1024 << " KiB sent, "
            << cost.received_bytes / 1024 << " KiB received\n";
}

void print_queue(const report::SpoolState& spool, Output& out)
{
    out << "queue:        " << spool.events << " events, " << spool.bytes / 1024 << " KiB";
    if (spool.oldest_at)
        out << ", the oldest of " << to_rfc3339(*spool.oldest_at);
    out << "\nlost:         " << spool.lost_ever << " events since " << to_rfc3339(spool.made_at)
        << '\n';
    for (const auto& lost : spool.lost)
        out << "not yet told: " << lost.count << " lost, " << lost.why << '\n';
}

} // namespace

int print_status(const Loaded& loaded, Output& out)
{
    const auto& folder = loaded.settings.data_folder;
    out << "mimamori-agent " << version() << '\n';
    out << "collector:    "
        << (loaded.settings.collector_address.empty() ? "not set"
                                                      : loaded.settings.collector_address)
        << '\n';
    print_identity(folder, out);
    if (const auto running = read_status(folder))
        print_running(*running, SystemClock{}.now(), out);
    else
        out << "agent:        " << without(running.error(), "has not run here yet") << '\n';
    if (const auto spool = report::Spool::look(folder))
        print_queue(*spool, out);
    else
        out << "queue:        " << without(spool.error(), "none yet") << '\n';
    out << "settings:     " << (loaded.file.empty() ? "defaults, no file" : loaded.file.string())
        << '\n';
    out << settings::shown_text(loaded.shown);
    for (const auto& one : loaded.passed_over)
        out << "not used:     " << one.text << '\n';
    return exit_done;
}

} // namespace mimamori::agent::app
