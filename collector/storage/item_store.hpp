#pragma once

#include "collector/rules/site_view.hpp"
#include "collector/storage/session.hpp"
#include "common/base/time.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// What devices have, and what is usual for their models. Functions for works of `Database`.
namespace mimamori::collector::storage {

/// Something that devices have: a port, a service, a kind of peer; see rules/profile_facts.hpp.
struct Item
{
    rules::ItemKind kind{rules::ItemKind::port};
    std::string value;

    friend auto operator<=>(const Item&, const Item&) = default;
};

struct DeviceItem
{
    Item item;
    Timestamp first_seen_at{};
};

/// All of a device, in the order of kind and value.
std::vector<DeviceItem> items_of(Session& session, std::int64_t device_no);

/// Those of one kind, in the order of their values.
std::vector<std::string> items_of(Session& session, std::int64_t device_no, rules::ItemKind kind);

void put_item(Session& session, std::int64_t device_no, const DeviceItem& item);
void remove_item(Session& session, std::int64_t device_no, const Item& item);

/// How many devices of the model have it.
std::uint32_t devices_with_item(Session& session, std::int64_t model_no, const Item& item);

/// Devices of the model that have it, at most `count_max`.
std::vector<std::int64_t> device_nos_with_item(
    Session& session, std::int64_t model_no, const Item& item, std::size_t count_max);

/// What these devices have, with how many of them have it.
std::map<Item, std::uint32_t> counted_items(
    Session& session, const std::vector<std::int64_t>& device_nos);

/// How it came into the profile.
enum class ProfileSource
{
    learned,
    imported,
    approved
};
BOOST_DESCRIBE_ENUM(ProfileSource, learned, imported, approved)

struct ProfileItem
{
    Item item; ///< Port "tcp/445".
    ProfileSource source{ProfileSource::learned};
    Timestamp since{};
    std::string set_by; ///< Empty: learned.
};

/// In the order of kind and value.
std::vector<ProfileItem> profile_of(Session& session, std::int64_t model_no);

/// Returns whether it is new; one that is there stays as it is.
bool put_profile_item(Session& session, std::int64_t model_no, const ProfileItem& item);

/// Devices of the model are compared anew when they are judged. Returns whether it was there.
bool remove_profile_item(Session& session, std::int64_t model_no, const Item& item);

} // namespace mimamori::collector::storage
