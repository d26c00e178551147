#include "agent/app/settings.hpp"

#include "common/crypto/signature.hpp"
#include "common/identity/secret.hpp"

#include <algorithm>
#include <charconv>

namespace mimamori::agent::app {
namespace {

using namespace std::chrono_literals;
using namespace mimamori::settings;

bool is_place(std::string_view text)
{
    return text.empty() || parse_place(text).has_value();
}

bool is_fingerprint(std::string_view text)
{
    std::size_t digits = 0;
    for (const char c : text)
    {
        const bool is_digit =
            (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (!is_digit && c != ':')
            return false;
        digits += is_digit ? 1 : 0;
    }
    return digits == 64 || text.empty();
}

bool is_site_key(std::string_view text)
{
    return text.empty() || crypto::parse_ed25519_key(text).has_value();
}

bool is_enrolment_key(std::string_view text)
{
    const auto secret = identity::Secret::parse(text);
    return secret && secret->kind() == identity::SecretKind::enrolment_key;
}

std::vector<Problem> relations(const Settings& settings)
{
    std::vector<Problem> problems;
    if (settings.inventory < settings.heartbeat)
        problems.push_back({"report.inventory", "must not be shorter than report.heartbeat"});
    return problems;
}

} // namespace

const Table<Settings>& settings_table()
{
    using log::Level;
    static const Table<Settings> table{
        "mimamori-agent",
        {
            setting(
                "collector.address", &Settings::collector_address,
                Text{
                    .bytes_max = 300,
                    .condition = &is_place,
                    .condition_words = "a host and a port, collector.hospital.example:8444"},
                "Where the collector listens for agents. Its certificate must be for this host."),
            setting(
                "collector.ca_fingerprint", &Settings::ca_fingerprint,
                Text{
                    .bytes_max = 95,
                    .condition = &is_fingerprint,
                    .condition_words = "64 hexadecimal digits"},
                "SHA-256 of the site's root certificate, as `mimamorictl init` shows it: the agent "
                "talks to nobody else."),
            setting(
                "enrolment.key", &Settings::enrolment_key,
                Text{
                    .bytes_max = 100,
                    .condition = &is_enrolment_key,
                    .condition_words = "an enrolment key, MK-..."},
                "The enrolment key itself, for group policy. Assume that everybody who uses this "
                "machine can read it. Used only while the agent has no certificate.",
                Presence::optional, Secrecy::secret),
            setting(
                "enrolment.key_file", &Settings::enrolment_key_file, Path{.may_be_empty = true},
                "A file that holds the enrolment key. Read only while the agent has no "
                "certificate."),
            setting(
                "knowledge.site_key", &Settings::site_key,
                Text{
                    .bytes_max = 64,
                    .condition = &is_site_key,
                    .condition_words = "64 hexadecimal digits"},
                "The site's public key (Ed25519). Newer antivirus definitions that the collector "
                "hands on are taken when this key or the publisher's has signed them."),
            setting(
                "agent.data_folder", &Settings::data_folder, Path{},
                "The only folder that the agent writes to."),
            setting(
                "agent.site", &Settings::site, Text{.bytes_max = 90},
                "The hospital, building or department this machine belongs to, as whoever "
                "installed it says. Shown with the device; nothing is decided by it."),
            setting(
                "log.level", &Settings::log_level,
                Choice<Level>{
                    {{"debug", Level::debug},
                     {"info", Level::info},
                     {"warn", Level::warn},
                     {"error", Level::error}}},
                "How much is written to the log."),
            setting(
                "log.file", &Settings::log_file, Path{.may_be_empty = true},
                "Where the log goes; three files of 5 MB at most. Empty: standard error, which "
                "systemd keeps."),
            setting(
                "report.heartbeat", &Settings::heartbeat, Duration{5s, 1h},
                "How often the agent reports when nothing happens. The collector may order another "
                "rhythm."),
            setting(
                "report.inventory", &Settings::inventory, Duration{60s, 24h},
                "How often everything is looked at again. The collector may order another rhythm."),
            setting(
                "report.start_spread", &Settings::start_spread, Duration{0s, 15min},
                "The first report comes at a random moment within this time, so that machines that "
                "are switched on together do not report together."),
            setting(
                "spool.size_mib", &Settings::spool_mib, Whole{1, 1024},
                "Room for events while the collector is away, in MiB. What does not fit is counted "
                "and told."),
            setting(
                "watch.programs", &Settings::program_watch,
                Choice<ProgramWatchMode>{
                    {{"auto", ProgramWatchMode::automatic}, {"off", ProgramWatchMode::off}}},
                "Whether the agent notices programs as they start."),
            setting(
                "watch.usb", &Settings::usb_watch, Flag{},
                "Whether the agent notices USB devices as they come and go."),
            setting(
                "watch.network", &Settings::network_watch, Flag{},
                "Whether the agent notices changes of network adapters as they happen."),
            setting(
                "privacy.command_lines", &Settings::command_lines,
                Choice<CommandLinePolicy>{
                    {{"as_ordered", CommandLinePolicy::as_ordered},
                     {"never", CommandLinePolicy::never}}},
                "Whether command lines of programs are sent when the collector asks for them."),
            setting(
                "limits.memory_mib", &Settings::memory_mib, Whole{64, 4096},
                "Hard limit of the agent's address space, in MiB. A probe that does not fit is "
                "given "
                "up and told; the agent goes on."),
            setting(
                "limits.probe_cpu", &Settings::probe_cpu, Duration{100ms, 60s},
                "CPU time that one probe may take. One that takes more is held back and told."),
            setting(
                "limits.probe_time", &Settings::probe_time, Duration{1s, 10min},
                "Time that one probe may take. One that takes more is held back and told."),
        },
        &relations};
    return table;
}

bool names_collector(const Settings& settings)
{
    return !settings.collector_address.empty() && !settings.ca_fingerprint.empty();
}

std::optional<Place> parse_place(std::string_view text)
{
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0)
        return std::nullopt;
    auto host = text.substr(0, colon);
    const auto digits = text.substr(colon + 1);
    if (host.front() == '[' && host.back() == ']')
        host = host.substr(1, host.size() - 2);
    else if (host.find(':') != std::string_view::npos)
        return std::nullopt;
    const bool is_plain = std::all_of(host.begin(), host.end(), [](char c) {
        return c > ' ' && c < 127 && c != '/' && c != '@' && c != '[' && c != ']';
    });
    Place place{std::string{host}, 0};
    const auto [end, ec] =
        std::from_chars(digits.data(), digits.data() + digits.size(), place.port);
    if (host.empty() || !is_plain || ec != std::errc{} || end != digits.data() + digits.size()
        || place.port == 0)
        return std::nullopt;
    return place;
}

} // namespace mimamori::agent::app
