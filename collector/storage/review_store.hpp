#pragma once

#include "collector/findings/program_decision.hpp"
#include "collector/storage/list_page.hpp"
#include "collector/storage/program_store.hpp"
#include "collector/storage/register_store.hpp"
#include "collector/storage/session.hpp"
#include "common/base/id.hpp"
#include "common/base/time.hpp"
#include "common/wire/sections/usb.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What people look through: programs, media and neighbours of the whole site, a page at a time.
/// Functions for works of `Database`.
namespace mimamori::collector::storage {

/// A device by what a list shows of it.
struct DeviceName
{
    DeviceId id;
    std::string name;
};

/// Where a page of programs ended.
struct ProgramPlace
{
    std::string path;
    std::int64_t line{0};
};

/// One program of each line that some device has, by path: the version that was seen first.
std::vector<ProgramRow> program_lines(
    Session& session, const ProgramPlace& after, std::size_t rows_max);

/// How far a line of programs has spread among the devices of one model.
struct LineOnModel
{
    std::int64_t model_no{0};
    std::string model;
    std::uint32_t devices{0};
    Timestamp first_seen_at{};
};

/// Models whose devices have a program of that line, by name.
std::vector<LineOnModel> models_with(Session& session, std::int64_t line);

/// Some devices that have a program of that line, by name.
std::vector<DeviceName> devices_having(Session& session, std::int64_t line, std::size_t rows_max);

/// The first program that a decision of that kind and value is about; nothing when none was seen.
std::optional<ProgramRow> first_program_of(
    Session& session, findings::DecisionKind kind, std::string_view value);

/// How many devices have a program that a decision of that kind and value is about.
std::uint32_t devices_matching(
    Session& session, findings::DecisionKind kind, std::string_view value);

/// A USB medium that is not on the register, wherever it was plugged in.
struct StrangeMedium
{
    wire::UsbDevice device; ///< As the device that saw it last described it.
    std::string serial;     ///< Empty: it has no true one, and several may be taken for one.
    std::uint32_t devices{0};
    DeviceName last_on;
    SiteId site;       ///< Of that device.
    std::string place; ///< As the ledger has it.
    Timestamp last_attached_at{};
};

/// What media that are not on the register can be narrowed and sorted by.
const ListFields& strange_medium_fields();

/// The last plugged in first, unless it is asked otherwise. Errors: as `read_page`.
Result<ListPage<StrangeMedium>> unregistered_media(
    Session& session, const ListAsk& ask, Timestamp now);

/// A medium on the register and where it was plugged in last.
struct ListedMedium
{
    RegisteredMedium medium;
    std::optional<DeviceName> last_on;
    std::optional<Timestamp> last_attached_at;
};

/// What media on the register can be narrowed and sorted by.
const ListFields& medium_fields();

/// Those that nobody took off, by label, unless it is asked otherwise. Errors: as `read_page`.
Result<ListPage<ListedMedium>> media_on_register(Session& session, const ListAsk& ask);

/// A neighbour that nobody knows, with the device that saw it first.
struct ListedStranger
{
    std::string mac;
    std::string address;
    DeviceName seen_by;
    Timestamp first_seen_at{};
};

/// What neighbours that nobody knows can be narrowed and sorted by.
const ListFields& stranger_fields();

/// The newest first, unless it is asked otherwise. Errors: as `read_page`.
Result<ListPage<ListedStranger>> list_strangers(Session& session, const ListAsk& ask);

/// What known neighbours can be narrowed and sorted by.
const ListFields& neighbour_fields();

/// Those that nobody removed, by name, unless it is asked otherwise. Errors: as `read_page`.
Result<ListPage<KnownNeighbour>> neighbours_on_register(Session& session, const ListAsk& ask);

} // namespace mimamori::collector::storage
