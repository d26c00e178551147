#pragma once

#include "collector/findings/program_decision.hpp"
#include "collector/storage/session.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/wire/sections/processes.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Programs, who runs them, and what people decided about them. Functions for works of `Database`.
namespace mimamori::collector::storage {

/// A program as it is told apart from others.
struct ProgramRow
{
    std::int64_t no{0};
    std::int64_t line{0}; ///< findings::line_of: equal for all versions of a signed program.
    wire::Program program;
    bool user_place{false};
    Timestamp first_seen_at{}; ///< On any device.
};

/// Reads a row of `SELECT … FROM program` with the table's columns in their order.
ProgramRow program_row_at(const Statement& row);

/// The number of the program, which is added when it is new.
std::int64_t put_program(
    Session& session,
    const wire::Program& program,
    std::int64_t line,
    bool user_place,
    Timestamp now);

std::optional<ProgramRow> find_program(Session& session, std::int64_t no);

struct DeviceProgram
{
    std::int64_t program_no{0};
    Timestamp first_seen_at{}; ///< On the device, by the collector's clock.
};

std::vector<DeviceProgram> programs_of(Session& session, std::int64_t device_no);

/// Keeps the earlier `first_seen_at` when the device has the program already.
void put_device_program(Session& session, std::int64_t device_no, const DeviceProgram& program);

void remove_device_program(Session& session, std::int64_t device_no, std::int64_t program_no);

/// How many devices have the program in any version.
std::uint32_t devices_with(Session& session, std::int64_t line);

/// How many devices of a model have had it since before `before`; counts no further than
/// `count_max`.
std::uint32_t devices_of_model_with(
    Session& session,
    std::int64_t line,
    std::int64_t model_no,
    Timestamp before,
    std::uint32_t count_max);

/// Devices that have a program of that line.
std::vector<std::int64_t> device_nos_with(Session& session, std::int64_t line);

/// Lines of all programs that a decision of that kind and value is about.
std::vector<std::int64_t> lines_matching(
    Session& session, findings::DecisionKind kind, std::string_view value);

/// A device model and its learning.
struct ModelRow
{
    std::int64_t no{0};
    std::string name;
    Timestamp first_device_at{};
    std::optional<Timestamp> learning_until; ///< Set by a person; else as the policy says.
    std::string set_by;
};

/// The model of that name, which is added with `first_device_at` when it is new.
ModelRow put_model(Session& session, std::string_view name, Timestamp first_device_at);

std::optional<ModelRow> find_model(Session& session, std::string_view name);
std::optional<ModelRow> find_model(Session& session, std::int64_t no);
std::vector<ModelRow> list_models(Session& session);

/// How many devices of the model were there before `before`; counts no further than `count_max`.
std::uint32_t devices_of_model(
    Session& session,
    std::int64_t model_no,
    Timestamp before,
    std::uint32_t count_max = std::numeric_limits<std::uint32_t>::max());

std::vector<std::int64_t> device_nos_of_model(Session& session, std::int64_t model_no);

/// Errors: not_found.
Result<void> set_learning_until(
    Session& session, std::string_view model, Timestamp until, const std::string& who);

/// Stores a decision and gives it its number.
void add_decision(Session& session, findings::ProgramDecision& decision);

/// Errors: not_found; conflict when it has ended.
Result<findings::ProgramDecision> end_decision(
    Session& session, std::int64_t no, const std::string& who, Timestamp now);

/// Errors: not_found.
Result<findings::ProgramDecision> find_decision(Session& session, std::int64_t no);

/// Those that have not been ended, whether or not their time is over; oldest first.
std::vector<findings::ProgramDecision> standing_decisions(Session& session);

/// All decisions there ever were, newest first.
std::vector<findings::ProgramDecision> list_decisions(Session& session, std::size_t rows_max);

} // namespace mimamori::collector::storage
