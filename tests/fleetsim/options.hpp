#pragma once

#include "common/base/result.hpp"
#include "common/tls/certificate.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mimamori::fleetsim {

enum class Mode
{
    steady,    ///< Kept connections, each agent at its own moments.
    fresh,     ///< The same with a new connection for each report.
    storm,     ///< All connect at once, as after a power cut, and come back as agents do.
    replay,    ///< Steady, and reports come again: equal, late, and with other content.
    malformed, ///< Steady, and strangers beside them send what must be refused.
    hold       ///< Connect, report once, keep the connection: for memory.
};

struct Options
{
    std::string server{"127.0.0.1:8444"};
    std::string ca_fingerprint;     ///< Of the site's root; not needed when the folder has roots.
    std::filesystem::path key_file; ///< Holds the enrolment key; not needed when all are enrolled.
    std::filesystem::path folder;
    std::filesystem::path database; ///< The collector's file, to compare with; empty: not compared.

    Mode mode{Mode::steady};
    std::size_t agents{50};
    double interval_s{60}; ///< 0: each agent sends as fast as it is answered.
    double warm_up_s{5};
    double duration_s{60}; ///< 0: until a signal comes.
    double event_percent{5};
    double change_percent{5};
    bool packed{true};    ///< Bodies are deflated, as agents do.
    bool bare{false};     ///< The server is no collector: any 2xx counts as an answer.
    bool lifelike{false}; ///< Some devices are switched off: for looking at.
    bool failures_allowed{false};
    int lag_max_ms{100};        ///< The generator's own delay at the 99th percentile.
    double retry_s{2};          ///< First wait after a failure; doubles up to five minutes.
    std::size_t handshakes{32}; ///< At a time while the fleet is brought up.

    std::vector<std::int64_t> watched; ///< Process ids of the server.
    std::filesystem::path json;        ///< Figures for scripts go here.
};

/// Reads the command line. Prints help or what is wrong; nothing: end with `exit_code`.
std::optional<Options> read_options(int count, char** values, int& exit_code);

} // namespace mimamori::fleetsim
