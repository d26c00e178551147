#pragma once

#include "common/base/id.hpp"
#include "common/base/time.hpp"
#include "common/wire/sections/accounts.hpp"
#include "common/wire/sections/processes.hpp"
#include "common/wire/sections/usb.hpp"

#include <boost/describe/enum.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mimamori::collector::rules {

/// What the site thinks of a program on one device.
enum class Standing
{
    approved, ///< By a person, here or at model, department or site level.
    learned,  ///< Seen while the model was being learned; waits in the review list.
    settling, ///< The model is being learned and only this device has it yet.
    unknown
};

/// One program that ran on a device.
struct SeenProgram
{
    std::int64_t no{0}; ///< By which decisions name it.
    wire::Program program;
    Standing standing{Standing::unknown};
    std::string remark;        ///< Why it cannot be learned: "user_folder", "lookalike", …
    std::string tool;          ///< Name of the remote tool that it is.
    Timestamp first_seen_at{}; ///< On this device, by the collector's clock.
    Timestamp first_seen_anywhere_at{}; ///< On any device.
    std::uint32_t devices{1};           ///< Devices that have it.

    /// When the standing may change by itself: learning or an approval ends.
    std::optional<Timestamp> standing_until;
};

/// One removable medium that was plugged into a device.
struct SeenMedium
{
    wire::UsbDevice device;
    bool registered{false};
    Timestamp last_attached_at{};
    std::optional<Timestamp> registered_until;
};

/// A network neighbour that is no device of ours and was seen by this device first.
struct Stranger
{
    std::string mac;
    std::string address;
    Timestamp first_seen_at{};
};

/// Something that the device has or had, and when the collector first saw it there.
struct Sighting
{
    std::string value; ///< A network "10.20.7.0/24", or `account_key`.
    Timestamp first_seen_at{};
};

/// The end of the first `days` since anything was seen; nothing when nothing ever was.
std::optional<Timestamp> end_of_first(std::span<const Sighting> sightings, std::chrono::days days);

/// What an account is recognised by: its id, or its name where the id is not known.
const std::string& account_key(const wire::Account& account);

/// Whether two devices are in one network, as their gateways say.
enum class SameNetwork
{
    unknown, ///< One of them has no gateway, or nobody has seen its machine.
    yes,
    no
};

/// Another device of the site that has an address of this one.
struct AddressHolder
{
    std::string address;
    DeviceId device;
    std::string name;
    Timestamp last_seen_at{};
    SameNetwork network{SameNetwork::unknown};
};

/// Something that the antivirus of the device found.
struct Detection
{
    Timestamp received_at{};
    std::string product;
    std::string text; ///< As the agent told it: foreign text.
};

/// What of a device is compared with the profile of its model; see profile_facts.hpp.
enum class ItemKind
{
    port,    ///< On which it takes connections.
    service, ///< That starts by itself.
    peer     ///< Whom it talks to, by kind.
};
BOOST_DESCRIBE_ENUM(ItemKind, port, service, peer)

inline constexpr std::size_t item_kinds = 3;

/// One value for each kind.
template <class Value>
struct ByItemKind
{
    std::array<Value, item_kinds> values{};

    Value& operator[](ItemKind kind) { return values[static_cast<std::size_t>(kind)]; }

    const Value& operator[](ItemKind kind) const { return values[static_cast<std::size_t>(kind)]; }
};

/// Something that a device has and the profile of its model lacks.
struct UnusualItem
{
    ItemKind kind{ItemKind::port};
    std::string key;                ///< As profiles name it.
    std::uint32_t devices{1};       ///< Of the model that have it.
    std::uint32_t model_devices{1}; ///< Of the model.
    Timestamp first_seen_at{};      ///< On this device.
};

/// What the whole site knows about the things that one device has.
struct SiteView
{
    /// Those that are not simply learned; nearly all of a device's programs are.
    std::vector<SeenProgram> programs;
    std::string programs_unread;        ///< Why the list of programs is not known; empty: it is.
    std::uint64_t programs_not_kept{0}; ///< Beyond the number of programs kept of one device.
    std::vector<SeenMedium> media;
    std::vector<Stranger> strangers;
    std::string neighbours_unread; ///< As `programs_unread`.
    std::uint64_t strangers_not_kept{0};
    std::uint32_t devices{1};    ///< Of the site.
    Timestamp first_device_at{}; ///< When the site enrolled its first device.

    std::vector<Sighting> networks;       ///< All that this device ever joined.
    std::vector<Sighting> administrators; ///< All that it ever had.
    std::vector<AddressHolder> address_holders;
    std::vector<Detection> detections; ///< Of the last months, oldest first.

    /// Until then whatever a device has is added to the profile of its model.
    ByItemKind<Timestamp> learning_until;

    std::vector<UnusualItem> unusual; ///< By kind and key; so many of a kind as get a finding.
    std::string services_unread;      ///< As `programs_unread`.
    std::string peers_unread;
    std::string collector_version;

    /// Since when patch_behind is open on this device, if it is.
    std::optional<Timestamp> patch_behind_since;

    /// The same of reboot_pending.
    std::optional<Timestamp> reboot_pending_since;

    /// The same of disk_full.
    std::optional<Timestamp> disk_full_since;
};

} // namespace mimamori::collector::rules
