#pragma once

#include "agent/app/places.hpp"
#include "common/log/log.hpp"
#include "common/settings/table.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace mimamori::agent::app {

/// How the agent learns of programs that start.
enum class ProgramWatchMode
{
    automatic, ///< By the kernel's word where it is given, else by looking every few seconds.
    off        ///< Only the probe's own interval.
};

/// Whether command lines of programs may leave the machine.
enum class CommandLinePolicy
{
    as_ordered, ///< When the collector asks for them.
    never
};

struct Settings
{
    std::string collector_address; ///< "host:port"; empty: not set up.
    std::string ca_fingerprint;
    std::string enrolment_key; ///< Empty: it is in the file, or there is none.
    std::filesystem::path enrolment_key_file{default_places().enrolment_key_file};
    std::string
        site_key; ///< Whose signed knowledge is taken besides the publisher's; may be empty.

    std::filesystem::path data_folder{default_places().data_folder};
    std::string site; ///< For people; may be empty.
    log::Level log_level{log::Level::info};
    std::filesystem::path log_file{default_places().log_file};

    std::chrono::seconds heartbeat{60};
    std::chrono::seconds inventory{900};
    std::chrono::seconds start_spread{5};
    std::uint64_t spool_mib{20};

    ProgramWatchMode program_watch{ProgramWatchMode::automatic};
    bool usb_watch{true};
    bool network_watch{true};
    CommandLinePolicy command_lines{CommandLinePolicy::as_ordered};

    std::uint64_t memory_mib{256};
    std::chrono::milliseconds probe_cpu{2000};
    std::chrono::milliseconds probe_time{30000};
};

/// The one table of the agent's settings; conf/agent.toml is made from it.
const settings::Table<Settings>& settings_table();

/// Whether the settings say which collector to talk to.
bool names_collector(const Settings& settings);

/// Where a collector is, as "host:port" says it. The host of an IPv6 address is without brackets.
struct Place
{
    std::string host;
    std::uint16_t port{0};
};

/// Nothing when the text is no place.
std::optional<Place> parse_place(std::string_view text);

} // namespace mimamori::agent::app
