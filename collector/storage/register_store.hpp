#pragma once

#include "collector/storage/session.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/wire/sections/usb.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// USB media and network neighbours: what people registered and what devices saw. Functions for
/// works of `Database`.
namespace mimamori::collector::storage {

/// A USB medium of the hospital.
struct RegisteredMedium
{
    std::int64_t no{0}; ///< 0: not stored yet.
    std::string vendor_id;
    std::string product_id;
    std::string serial;
    std::string label; ///< What people call it.
    std::optional<Timestamp> until;
    std::string registered_by;
    Timestamp registered_at{};
    std::string removed_by;
    std::optional<Timestamp> removed_at;
};

/// Adds a medium and gives it its number. Errors: conflict when it is registered already.
Result<void> register_medium(Session& session, RegisteredMedium& medium, Timestamp now);

/// Takes a medium off the register and returns it. Errors: not_found; conflict when it is off
/// already.
Result<RegisteredMedium> unregister_medium(
    Session& session, std::int64_t no, const std::string& who, Timestamp now);

/// The medium, when it is registered at `now`.
std::optional<RegisteredMedium> find_registered(
    Session& session,
    std::string_view vendor_id,
    std::string_view product_id,
    std::string_view serial,
    Timestamp now);

/// By label; those that were taken off as well.
std::vector<RegisteredMedium> list_media(Session& session, std::size_t rows_max);

/// A medium as a device saw it.
struct DeviceMedium
{
    wire::UsbDevice device;
    Timestamp last_attached_at{};
};

/// The newest first, at most `rows_max`.
std::vector<DeviceMedium> media_of(
    Session& session, std::int64_t device_no, std::size_t rows_max = 200);

/// Notes that a medium was attached. `serial` is empty when it has no true one.
void put_device_medium(
    Session& session,
    std::int64_t device_no,
    const std::string& serial,
    const DeviceMedium& medium);

/// Devices that saw the medium.
std::vector<std::int64_t> device_nos_with_medium(
    Session& session,
    std::string_view vendor_id,
    std::string_view product_id,
    std::string_view serial);

/// A neighbour that people know: a printer, a switch, a device without agent.
struct KnownNeighbour
{
    std::int64_t no{0}; ///< 0: not stored yet.
    std::string mac;    ///< Lower case with colons.
    std::string name;
    std::optional<Timestamp> until;
    std::string approved_by;
    Timestamp approved_at{};
    std::string removed_by;
    std::optional<Timestamp> removed_at;
};

/// Adds a neighbour and gives it its number. Errors: conflict when it is known already.
Result<void> approve_neighbour(Session& session, KnownNeighbour& neighbour, Timestamp now);

/// Errors: not_found; conflict when it is off already.
Result<KnownNeighbour> remove_neighbour(
    Session& session, std::int64_t no, const std::string& who, Timestamp now);

/// By name; those that were removed as well.
std::vector<KnownNeighbour> list_neighbours(Session& session, std::size_t rows_max);

/// Whether somebody knows the address: one of our devices has it, or a person approved it.
bool is_known_mac(Session& session, std::string_view mac, Timestamp now);

/// A neighbour that nobody knows.
struct StrangerRow
{
    std::string mac;
    std::int64_t device_no{0}; ///< Which saw it first.
    std::string address;
    Timestamp first_seen_at{};
};

std::optional<StrangerRow> find_stranger(Session& session, std::string_view mac);

void put_stranger(Session& session, const StrangerRow& stranger);

void remove_stranger(Session& session, std::string_view mac);

/// Those that the device saw first.
std::vector<StrangerRow> strangers_of(Session& session, std::int64_t device_no);

/// Makes `macs` the addresses of a device.
void put_device_macs(
    Session& session, std::int64_t device_no, const std::vector<std::string>& macs);

} // namespace mimamori::collector::storage
