#pragma once

#include "collector/findings/program_decision.hpp"
#include "collector/judge/program_knowledge.hpp"
#include "collector/rules/verdict.hpp"
#include "collector/storage/program_store.hpp"
#include "collector/storage/review_store.hpp"
#include "common/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What people look through before they decide about programs. Works of the database's readers.
namespace mimamori::collector::judge {

/// Devices that a list names; the others are counted only.
inline constexpr std::size_t places_named_max = 10;

/// A device on which a program was found.
struct FoundOn
{
    DeviceId device;
    std::string name;
    std::string finding_id;
};

/// A program that nobody knows, with the devices that have it.
struct UnknownProgram
{
    storage::ProgramRow row;
    rules::Severity severity{rules::Severity::warning};
    std::string remark; ///< "user_folder", "lookalike", "remote_tool", "refused" or empty.
    std::uint32_t devices{0};
    std::uint32_t devices_total{0};
    std::vector<FoundOn> found_on;
    std::vector<std::string> models; ///< Of the devices that have it.
    Timestamp first_seen_at{};
};

/// From active findings, the worst first, then those on the fewest devices.
std::vector<UnknownProgram> unknown_programs(storage::Session& session);

/// A program that was learned and that nobody has decided about.
struct LearnedProgram
{
    storage::ProgramRow row;
    std::vector<std::string> models; ///< That have learned it.
    std::uint32_t devices{0};        ///< Of these models.
    std::vector<storage::DeviceName> some_devices;
    Timestamp first_seen_at{}; ///< On these models.
};

struct LearnedPage
{
    std::vector<LearnedProgram> programs;
    std::optional<std::int64_t> next; ///< `after` of the following page; nothing at the end.
};

/// Programs that at least one model has learned, and that nobody has decided about for all devices:
/// one page, by path. `after` is the number of a program; 0: from the start.
LearnedPage learned_programs(
    storage::Session& session,
    ProgramKnowledge& programs,
    std::int64_t after,
    std::size_t rows_max,
    Timestamp now);

/// A decision that stands, with what is known of the program it is about.
struct DecidedProgram
{
    findings::ProgramDecision decision;
    std::optional<storage::ProgramRow> program; ///< Nothing: no device has shown such a one yet.
    std::string scope_name;                     ///< Of the device; else as the decision says.
    std::uint32_t devices{0};                   ///< That have such a program, in and out of scope.
};

/// The newest first; those whose time is over as well, until somebody ends them.
std::vector<DecidedProgram> decided_programs(storage::Session& session);

} // namespace mimamori::collector::judge
