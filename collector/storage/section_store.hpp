#pragma once

#include "collector/storage/session.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/wire/sections.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// What devices reported, now and on any day before. Functions for works of `Database`.
namespace mimamori::collector::storage {

/// A section's text as it is kept: packed, so that the writer thread only stores it.
struct PackedSection
{
    std::size_t section{0}; ///< Index in wire::section_names().
    std::string digest;
    std::size_t size_bytes{0}; ///< Before packing.
    std::string packed;        ///< zlib form.
};

/// Packs a section's JSON. Costs time (some ms for a long list): not for the writer thread.
PackedSection pack_section(std::size_t section, std::string digest, std::string_view json);

/// History tells states apart that are at least so far from each other: of a section that changes
/// all the time, the last state of each such while is kept.
inline constexpr std::chrono::minutes history_grain{10};

/// Makes `section` what the device has now and adds it to its history.
void put_section(
    Session& session, std::int64_t device_no, const PackedSection& section, Timestamp received_at);

/// The facts of one device, with what is known about them.
struct DeviceFacts
{
    wire::Facts facts;

    /// When the collector received what is in force, by index in wire::section_names().
    std::array<std::optional<Timestamp>, wire::section_count> received_at{};
};

/// What the device has now. A device that never reported has no facts. Errors: not_found.
Result<DeviceFacts> load_facts(Session& session, const DeviceId& id);

/// What it had at `moment` (collector time), as far as history reaches back. Errors: not_found.
Result<DeviceFacts> load_facts_at(Session& session, const DeviceId& id, Timestamp moment);

/// The JSON text of one section as it was at `moment`, or now. Errors: not_found.
Result<std::string> load_section(
    Session& session,
    const DeviceId& id,
    std::string_view section,
    std::optional<Timestamp> moment = {});

/// Reads section `section` (index in wire::section_names()) from one stored body into `facts`.
/// Errors: io when the body is missing or damaged.
Result<void> read_body(
    Session& session, std::int64_t body_no, std::size_t section, wire::Facts& facts);

/// The digests of what the device has now, by index in wire::section_names(); empty: none.
std::array<std::string, wire::section_count> section_digests(
    Session& session, std::int64_t device_no);

/// Removes the device's history that ended before `before`, with bodies nobody has or had any more:
/// what was in force at `before` is still found. Returns how many rows went.
std::size_t forget_section_history(Session& session, std::int64_t device_no, Timestamp before);

/// The same for the sections that say who used the device, of which even the state that was in
/// force at `before` goes.
std::size_t forget_people_history(Session& session, std::int64_t device_no, Timestamp before);

/// Takes the names of who ran programs and opened ports out of the device's history before
/// `before`; programs and ports stay. Returns how many rows changed.
std::size_t forget_names_in_history(Session& session, std::int64_t device_no, Timestamp before);

} // namespace mimamori::collector::storage
