#include "collector/judge/policy_book.hpp"

#include "collector/rules/network_facts.hpp"

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

namespace mimamori::collector::judge {

namespace {

using storage::PolicyRow;
using storage::PolicyScope;

std::string key_of(PolicyScope scope, std::string_view value)
{
    std::string key = boost::describe::enum_to_string(scope, "");
    return key.append(1, ' ').append(value);
}

/// The shortest prefix of a zone's networks: the smaller, the wider.
int width_of(const PolicyRow& zone)
{
    int least = 32;
    for (const std::string& network : zone.networks)
    {
        const std::size_t slash = network.find('/');
        int prefix = 32;
        if (slash != std::string::npos)
            std::from_chars(network.data() + slash + 1, network.data() + network.size(), prefix);
        least = std::min(least, prefix);
    }
    return least;
}

} // namespace

bool is_in_zone(const PolicyRow& zone, const std::vector<std::string>& addresses)
{
    for (const std::string& network : zone.networks)
    {
        for (const std::string& address : addresses)
        {
            if (rules::is_within(address, network))
                return true;
        }
    }
    return false;
}

PolicyRows::PolicyRows(rules::Policy base, std::vector<PolicyRow> rows)
    : base_{std::move(base)}
    , rows_{std::move(rows)}
{
    for (std::size_t i = 0; i < rows_.size(); ++i)
    {
        by_scope_.emplace(key_of(rows_[i].scope, rows_[i].scope_value), i);
        if (rows_[i].scope == PolicyScope::zone)
            zones_.push_back(i);
    }
    std::stable_sort(zones_.begin(), zones_.end(), [this](std::size_t a, std::size_t b) {
        return width_of(rows_[a]) < width_of(rows_[b]);
    });
}

std::vector<const PolicyRow*> PolicyRows::about(const PolicyPlace& place) const
{
    std::vector<const PolicyRow*> found;
    const auto add = [this, &found](PolicyScope scope, std::string_view value) {
        const auto row = by_scope_.find(key_of(scope, value));
        if (row != by_scope_.end())
            found.push_back(&rows_[row->second]);
    };
    for (auto site = place.sites.rbegin(); site != place.sites.rend(); ++site)
        add(PolicyScope::site, site->text());
    for (const std::size_t zone : zones_)
    {
        if (is_in_zone(rows_[zone], place.addresses))
            found.push_back(&rows_[zone]);
    }
    if (!place.model.empty())
        add(PolicyScope::model, place.model);
    if (!place.device.empty())
        add(PolicyScope::device, place.device.text());
    return found;
}

rules::Policy PolicyRows::merged(const std::vector<const PolicyRow*>& about) const
{
    rules::Policy policy = base_;
    for (const PolicyRow* row : about)
    {
        rules::PolicyLevel level{};
        if (!row->level.empty() && boost::describe::enum_from_string(row->level.c_str(), level))
            policy = rules::policy_of(level);
        for (const rules::PolicySetting& setting : row->settings)
        {
            // Checked when it was set; a newer program may have known more values.
            static_cast<void>(rules::set_value(policy, setting.key, setting.value));
        }
    }
    return policy;
}

PolicyBook::PolicyBook(rules::Policy base)
    : base_{std::move(base)}
{}

void PolicyBook::forget()
{
    rows_.reset();
    merged_.clear();
}

void PolicyBook::suppose(std::vector<PolicyRow> rows)
{
    merged_.clear();
    rows_ = std::make_unique<PolicyRows>(base_, std::move(rows));
}

const rules::Policy& PolicyBook::of(storage::Session& session, const PolicyPlace& place)
{
    if (!rows_)
        rows_ = std::make_unique<PolicyRows>(base_, storage::list_policies(session));
    const auto about = rows_->about(place);
    std::string key;
    for (const PolicyRow* row : about)
        key += key_of(row->scope, row->scope_value) + '\n';
    const auto known = merged_.find(key);
    if (known != merged_.end())
        return known->second;
    return merged_.emplace(std::move(key), rows_->merged(about)).first->second;
}

} // namespace mimamori::collector::judge
