#pragma once

#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/wire/report.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mimamori::agent::app {

/// What a running agent says about itself to `mimamori-agent status`.
struct RunningStatus
{
    std::uint64_t process{0};
    std::string version;
    Timestamp started_at{};
    Timestamp written_at{};
    std::optional<Timestamp> stopped_at; ///< It ended by itself; absent: it runs, or was killed.
    std::optional<Timestamp> receipt_at;
    std::optional<Timestamp> tried_at;
    std::string trouble; ///< Why the last report has no receipt.
    std::uint64_t failures_in_a_row{0};
    std::uint64_t seq{0};
    std::string process_watch;
    std::string usb_watch;
    std::vector<std::string> held_back;
    wire::Footprint footprint;

    friend bool operator==(const RunningStatus&, const RunningStatus&) = default;
};
BOOST_DESCRIBE_STRUCT(
    RunningStatus,
    (),
    (process,
     version,
     started_at,
     written_at,
     stopped_at,
     receipt_at,
     tried_at,
     trouble,
     failures_in_a_row,
     seq,
     process_watch,
     usb_watch,
     held_back,
     footprint))

/// Writes status.json in the data folder. It may be lost in a power cut: nothing depends on it.
Result<void> write_status(const std::filesystem::path& folder, const RunningStatus& status);

/// Errors: not_found when no agent ever ran there; as `platform::read_file`.
Result<RunningStatus> read_status(const std::filesystem::path& folder);

} // namespace mimamori::agent::app
