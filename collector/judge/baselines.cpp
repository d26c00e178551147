#include "collector/judge/baselines.hpp"

#include "collector/findings/program_decision.hpp"
#include "collector/judge/observe.hpp"
#include "collector/rules/network_facts.hpp"
#include "collector/rules/profile_facts.hpp"
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

Baselines::Baselines(const rules::Policy& policy, const storage::Liveness& liveness)
    : policy_{policy}
    , liveness_{liveness}
{}

void Baselines::forget()
{
    profiles_.clear();
}

Learned Baselines::add(
    Session& session,
    const storage::JudgedDevice& device,
    const storage::ModelRow& model,
    const wire::Facts& facts,
    rules::SiteView& view,
    Timestamp now)
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

    view.profile = profile(session, model);
    if (!facts.listeners || now >= view.profile.learning_until)
        return learned;
    for (const rules::OpenPort& port : rules::open_ports(*facts.listeners))
    {
        if (view.profile.ports.insert(port.key).second)
            learned.profile.push_back(
                {storage::ProfileKind::port, port.key, storage::ProfileSource::learned, now, {}});
    }
    return learned;
}

void Baselines::learn(
    Session& session, std::int64_t device_no, std::int64_t model_no, const Learned& learned)
{
    using storage::SightingKind;
    for (const rules::Sighting& network : learned.networks)
        storage::put_sighting(session, device_no, SightingKind::network, network);
    for (const rules::Sighting& account : learned.administrators)
        storage::put_sighting(session, device_no, SightingKind::administrator, account);
    for (const storage::ProfileItem& item : learned.profile)
        storage::put_profile_item(session, model_no, item);
    if (!learned.profile.empty())
        profiles_.erase(model_no);
}

rules::ModelProfile Baselines::profile(Session& session, const storage::ModelRow& model)
{
    const auto known = profiles_.find(model.no);
    if (known != profiles_.end())
        return known->second;
    rules::ModelProfile profile;
    profile.learning_until =
        findings::learning_end(model.first_device_at, model.learning_until, policy_);
    std::optional<Timestamp> first;
    for (storage::ProfileItem& item : storage::profile_of(session, model.no))
    {
        if (item.kind != storage::ProfileKind::port)
            continue;
        first = std::min(first.value_or(item.since), item.since);
        profile.ports.insert(std::move(item.value));
    }
    // Ports may be told later than programs, or not at all at first. Who ended the learning meant
    // all of it.
    if (!model.learning_until)
        profile.learning_until =
            first ? std::max(profile.learning_until, *first + policy_.learning) : Timestamp::max();
    return profiles_.emplace(model.no, std::move(profile)).first->second;
}

} // namespace mimamori::collector::judge
