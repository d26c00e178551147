#pragma once

#include "collector/rules/policy_table.hpp"
#include "collector/storage/session.hpp"
#include "common/base/time.hpp"

#include <boost/describe/enum.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Policies that people set, and who changed what. Functions for works of `Database`.
namespace mimamori::collector::storage {

/// For whom a policy is; those further down go before those further up.
enum class PolicyScope
{
    site, ///< And all sites below it: a department is a site.
    zone, ///< Devices with an address in some networks: an isolated LAN.
    model,
    device
};
BOOST_DESCRIBE_ENUM(PolicyScope, site, zone, model, device)

/// What is set for one scope. Everything else is as further up.
struct PolicyRow
{
    PolicyScope scope{PolicyScope::site};
    std::string scope_value;           ///< Id of a site or device, name of a model or zone.
    std::vector<std::string> networks; ///< Of a zone: "192.168.50.0/24".
    std::string level;                 ///< Of a site: a ready policy to begin from; empty: none.
    std::vector<rules::PolicySetting> settings;
    std::string reason;
    std::string set_by;
    Timestamp set_at{};
};

/// In the order of scope and name.
std::vector<PolicyRow> list_policies(Session& session);

std::optional<PolicyRow> find_policy(
    Session& session, PolicyScope scope, std::string_view scope_value);

/// Sets or replaces what the row's scope has, and notes the change.
void put_policy(Session& session, const PolicyRow& row);

/// Errors: not_found.
Result<void> remove_policy(
    Session& session,
    PolicyScope scope,
    std::string_view scope_value,
    const std::string& who,
    const std::string& reason,
    Timestamp now);

/// One change, as it was made.
struct PolicyChange
{
    Timestamp at{};
    std::string who;
    std::string scope;
    std::string scope_value;
    std::string before; ///< "av_stale_warning_days=3, …"; empty: nothing was set.
    std::string after;
    std::string reason;
    std::int64_t no{0}; ///< Rises with each change; names a place in the list.
};

/// Newest first; those before the change of that number.
std::vector<PolicyChange> policy_changes(
    Session& session, std::optional<std::int64_t> before_no, std::size_t rows_max);

} // namespace mimamori::collector::storage
