#pragma once

#include "collector/rules/policy.hpp"
#include "collector/storage/policy_store.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mimamori::collector::judge {

/// What decides which policies are about a device.
struct PolicyPlace
{
    std::vector<SiteId> sites; ///< Its own first, then those above.
    std::vector<std::string> addresses;
    std::string model;
    DeviceId device;
};

/// Policies as they are set, by scope: the same for judging, for showing and for checking a change.
/// Pure once it is made.
class PolicyRows
{
public:
    PolicyRows() = default;
    PolicyRows(rules::Policy base, std::vector<storage::PolicyRow> rows);

    /// Those about the place, in the order in which they are applied: site from above, zones from
    /// the widest, model, device.
    std::vector<const storage::PolicyRow*> about(const PolicyPlace& place) const;

    /// What they make together. A value that this program does not know is left out.
    rules::Policy merged(const std::vector<const storage::PolicyRow*>& about) const;

    const std::vector<storage::PolicyRow>& rows() const { return rows_; }

private:
    rules::Policy base_;
    std::vector<storage::PolicyRow> rows_;
    std::map<std::string, std::size_t, std::less<>> by_scope_; ///< "site root" -> index.
    std::vector<std::size_t> zones_;                           ///< The widest first.
};

/// The policy of each device, kept in memory. Used inside works, by one thread at a time.
class PolicyBook
{
public:
    /// `base`: where nothing is set.
    explicit PolicyBook(rules::Policy base);

    /// A policy was changed.
    void forget();

    /// As if these were the policies, until `forget`.
    void suppose(std::vector<storage::PolicyRow> rows);

    /// Good until `forget`.
    const rules::Policy& of(storage::Session& session, const PolicyPlace& place);

private:
    rules::Policy base_;
    std::unique_ptr<PolicyRows> rows_;
    std::unordered_map<std::string, rules::Policy> merged_;
};

/// Whether a zone's network covers an address.
bool is_in_zone(const storage::PolicyRow& zone, const std::vector<std::string>& addresses);

} // namespace mimamori::collector::judge
