#include "collector/judge/baselines.hpp"

#include "collector/judge/observe.hpp"
#include "collector/rules/network_facts.hpp"
#include "collector/rules/policy.hpp"
#include "collector/storage/baseline_store.hpp"
#include "collector/storage/section_store.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace mimamori::collector::judge {

namespace {

using storage::Session;

constexpr std::size_t detections_max = 100;
constexpr std::size_t holders_max = 20;

/// Adds what is in `now_there` and not in `known`; returns what that was.
std::vector<rules::Sighting> add_new(
    std::vector<rules::Sighting>& known, const std::vector<std::string>& now_there, Timestamp now)
{
    std::vector<rules::Sighting> added;
    for (const std::string& value : now_there)
    {
        const bool there =
            std::any_of(known.begin(), known.end(), [&value](const rules::Sighting& sighting) {
                return sighting.value == value;
            });
        if (there)
            continue;
        known.push_back({value, now});
        added.push_back({value, now});
    }
    return added;
}

std::vector<std::string> administrators(const wire::AccountsSection& accounts)
{
    std::vector<std::string> keys;
    for (const wire::Account& account : accounts.accounts)
    {
        if (account.administrator && account.enabled.value_or(true))
            keys.push_back(rules::account_key(account));
    }
    return keys;
}

/// Reads what one device says of its way out: the machines that are its gateways.
std::vector<std::string> gateway_macs(
    Session& session, std::int64_t device_no, const wire::InterfacesSection* interfaces)
{
    const auto bodies = storage::current_bodies(session, device_no);
    wire::Facts facts;
    const auto read = [&](std::string_view section) {
        const std::size_t index = *wire::section_index(section);
        return bodies[index] != 0
               && storage::read_body(session, bodies[index], index, facts).has_value();
    };
    if (!interfaces && read("interfaces"))
        interfaces = &*facts.interfaces;
    if (!interfaces || !read("neighbours"))
        return {};
    std::vector<std::string> macs;
    for (const std::string& gateway : rules::own_gateways(*interfaces))
    {
        for (const wire::Neighbour& neighbour : facts.neighbours->neighbours)
        {
            if (neighbour.address == gateway)
                macs.push_back(comparable_mac(neighbour.mac));
        }
    }
    return macs;
}

rules::SameNetwork same_network(
    const std::vector<std::string>& ours, const std::vector<std::string>& theirs)
{
    if (ours.empty() || theirs.empty())
        return rules::SameNetwork::unknown;
    const bool shared = std::any_of(ours.begin(), ours.end(), [&theirs](const std::string& mac) {
        return std::find(theirs.begin(), theirs.end(), mac) != theirs.end();
    });
    return shared ? rules::SameNetwork::yes : rules::SameNetwork::no;
}

std::vector<rules::AddressHolder> address_holders(
    Session& session,
    const storage::JudgedDevice& device,
    const wire::Facts& facts,
    const storage::Liveness& liveness)
{
    std::vector<rules::AddressHolder> holders;
    std::optional<std::vector<std::string>> own_gateway;
    for (const storage::AddressRow& row :
         storage::holders_of_addresses(session, device.no, holders_max))
    {
        rules::AddressHolder holder;
        holder.address = row.address;
        holder.device = row.device;
        holder.name = row.name;
        holder.last_seen_at = row.last_seen_at.value_or(Timestamp{});
        if (const auto live = liveness.of(row.device))
            holder.last_seen_at = std::max(holder.last_seen_at, live->last_seen_at);
        if (!own_gateway)
            own_gateway =
                gateway_macs(session, device.no, facts.interfaces ? &*facts.interfaces : nullptr);
        holder.network = same_network(*own_gateway, gateway_macs(session, row.device_no, nullptr));
        holders.push_back(std::move(holder));
    }
    return holders;
}

} // namespace

Baselines::Baselines(const storage::Liveness& liveness)
    : liveness_{liveness}
{}

Learned Baselines::add(
    Session& session,
    const storage::JudgedDevice& device,
    const wire::Facts& facts,
    rules::SiteView& view,
    Timestamp now) const
{
    using storage::SightingKind;
    Learned learned;
    view.detections = storage::detections_of(
        session, device.no, now - rules::incidents_kept_most, detections_max);
    view.networks = storage::sightings_of(session, device.no, SightingKind::network);
    if (facts.interfaces)
        learned.networks = add_new(view.networks, rules::own_networks(*facts.interfaces), now);
    view.administrators = storage::sightings_of(session, device.no, SightingKind::administrator);
    if (facts.accounts)
        learned.administrators = add_new(view.administrators, administrators(*facts.accounts), now);
    view.address_holders = address_holders(session, device, facts, liveness_);
    return learned;
}

void learn_sightings(Session& session, std::int64_t device_no, const Learned& learned)
{
    using storage::SightingKind;
    for (const rules::Sighting& network : learned.networks)
        storage::put_sighting(session, device_no, SightingKind::network, network);
    for (const rules::Sighting& account : learned.administrators)
        storage::put_sighting(session, device_no, SightingKind::administrator, account);
}

} // namespace mimamori::collector::judge
