#include "collector/judge/policy_decisions.hpp"

#include "collector/judge/evaluator.hpp"
#include "collector/judge/observe.hpp"
#include "collector/rules/network_facts.hpp"
#include "collector/storage/person_store.hpp"
#include "collector/storage/program_store.hpp"
#include "collector/storage/site_store.hpp"
#include "collector/storage/site_tree.hpp"
#include "collector/storage/summary_store.hpp"
#include "common/base/utf8.hpp"

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

namespace mimamori::collector::judge {

namespace {

using storage::PolicyRow;
using storage::PolicyScope;
using storage::Session;

constexpr std::size_t name_bytes_max = 200;
constexpr std::size_t reason_bytes_max = 2'000;
constexpr std::size_t zone_networks_max = 50;

/// A zone is a part of the house, never all of it.
constexpr int zone_prefix_least = 8;

Error refuse(std::string why)
{
    return {Errc::invalid_input, std::move(why)};
}

Result<void> check_scope(Session& session, const PolicyRow& row)
{
    if (row.scope_value.empty() || row.scope_value.size() > name_bytes_max)
        return refuse("scope_value: 1 to 200 bytes");
    if (!row.level.empty() && row.scope != PolicyScope::site)
        return refuse("level: only for a site");
    if (!row.networks.empty() && row.scope != PolicyScope::zone)
        return refuse("networks: only for a zone");
    if (row.scope == PolicyScope::site && !storage::has_site(session, SiteId{row.scope_value}))
        return Error{Errc::not_found, "no site " + for_log(row.scope_value)};
    if (row.scope == PolicyScope::model && !storage::find_model(session, row.scope_value))
        return Error{Errc::not_found, "no device model " + for_log(row.scope_value)};
    if (row.scope == PolicyScope::device)
    {
        const auto device = storage::find_summary(session, DeviceId{row.scope_value});
        if (!device || device->device_class == "site")
            return Error{Errc::not_found, "no device " + for_log(row.scope_value)};
    }
    return {};
}

Result<void> check_zone(const PolicyRow& row)
{
    if (row.networks.empty() || row.networks.size() > zone_networks_max)
        return refuse("networks: a zone has 1 to 50 of them");
    for (const std::string& network : row.networks)
    {
        if (!rules::is_network_text(network))
            return refuse("networks: such as 192.168.50.0/24");
        int prefix = 0;
        const std::size_t slash = network.find('/');
        std::from_chars(network.data() + slash + 1, network.data() + network.size(), prefix);
        if (prefix < zone_prefix_least)
            return refuse(fmt::format("networks: {} covers everything", network));
    }
    return {};
}

Result<void> check_settings(const PolicyRow& row)
{
    rules::PolicyLevel level{};
    if (!row.level.empty() && !boost::describe::enum_from_string(row.level.c_str(), level))
        return refuse("level: one of ume, take, matsu");
    if (row.reason.empty() || row.reason.size() > reason_bytes_max)
        return refuse("reason: 1 to 2000 bytes");
    if (row.settings.empty() && row.level.empty())
        return refuse("settings: nothing is set");
    std::set<std::string> keys;
    rules::Policy scratch;
    for (const rules::PolicySetting& setting : row.settings)
    {
        if (!keys.insert(setting.key).second)
            return refuse(setting.key + ": stands twice");
        if (auto done = rules::set_value(scratch, setting.key, setting.value); !done)
            return done;
    }
    return {};
}

/// Whether all rows fit together wherever they meet: on each site alone, and with each other scope.
Result<void> check_together(Session& session, const PolicyRows& all)
{
    std::vector<std::vector<const PolicyRow*>> meetings;
    const auto sites = storage::read_site_tree(session);
    for (const SiteId& site : sites.ids())
    {
        const auto of_site = all.about({sites.above(site), {}, {}, {}});
        meetings.push_back(of_site);
        for (const PolicyRow& row : all.rows())
        {
            if (row.scope != PolicyScope::zone && row.scope != PolicyScope::model)
                continue;
            meetings.push_back(of_site);
            meetings.back().push_back(&row);
        }
    }
    for (const PolicyRow& row : all.rows())
    {
        if (row.scope != PolicyScope::device)
            continue;
        if (const auto place = policy_place(session, DeviceId{row.scope_value}))
            meetings.push_back(all.about(*place));
    }
    for (const auto& meeting : meetings)
    {
        if (auto fits = rules::check_policy(all.merged(meeting)); !fits)
            return fits;
    }
    return {};
}

Result<void> record(Session& session, const PolicyRow& row, const char* action)
{
    std::string what = boost::describe::enum_to_string(row.scope, "");
    what += ' ' + for_log(row.scope_value);
    for (const rules::PolicySetting& setting : row.settings)
        what += ' ' + setting.key + '=' + setting.value;
    return storage::record_change(session, row.set_by, action, what, row.set_at);
}

} // namespace

Result<std::vector<PolicyRow>> policies_with(
    Session& session, const PolicyRow& row, const rules::Policy& base)
{
    if (auto done = check_scope(session, row); !done)
        return done.error();
    if (row.scope == PolicyScope::zone)
    {
        if (auto done = check_zone(row); !done)
            return done.error();
    }
    if (auto done = check_settings(row); !done)
        return done.error();
    auto rows = storage::list_policies(session);
    std::erase_if(rows, [&row](const PolicyRow& other) {
        return other.scope == row.scope && other.scope_value == row.scope_value;
    });
    rows.push_back(row);
    if (auto done = check_together(session, PolicyRows{base, rows}); !done)
        return done.error();
    return rows;
}

Result<void> set_policy(Session& session, PolicyRow row, const rules::Policy& base)
{
    if (auto rows = policies_with(session, row, base); !rows)
        return rows.error();
    storage::put_policy(session, row);
    return record(session, row, "policy.set");
}

Result<void> unset_policy(
    Session& session,
    PolicyScope scope,
    const std::string& scope_value,
    const std::string& who,
    const std::string& reason,
    Timestamp now,
    const rules::Policy& base)
{
    auto done = storage::remove_policy(session, scope, scope_value, who, reason, now);
    if (!done)
        return done;
    if (auto fits = check_together(session, PolicyRows{base, storage::list_policies(session)});
        !fits)
        return fits;
    PolicyRow row;
    row.scope = scope;
    row.scope_value = scope_value;
    row.set_by = who;
    row.set_at = now;
    return record(session, row, "policy.remove");
}

Result<PolicyPlace> policy_place(Session& session, const DeviceId& device)
{
    const auto summary = storage::find_summary(session, device);
    if (!summary)
        return summary.error();
    PolicyPlace place;
    place.sites = storage::read_site_tree(session).above(summary->site);
    place.addresses = split_words(summary->addresses);
    place.model = model_name(summary->vendor, summary->model);
    place.device = device;
    return place;
}

} // namespace mimamori::collector::judge
