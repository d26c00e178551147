#pragma once

#include "collector/rules/policy.hpp"
#include "common/base/result.hpp"

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// Policies as people write them: named values with limits.
namespace mimamori::collector::rules {

/// One value that somebody set: "av_stale_warning_days", "5". Lists are words between blanks.
struct PolicySetting
{
    std::string key;
    std::string value;

    friend bool operator==(const PolicySetting&, const PolicySetting&) = default;
};
BOOST_DESCRIBE_STRUCT(PolicySetting, (), (key, value))

using PolicyMember = std::variant<
    std::chrono::days Policy::*,
    std::chrono::minutes Policy::*,
    int Policy::*,
    std::uint32_t Policy::*,
    std::uint64_t Policy::*,
    std::vector<std::string> Policy::*>;

/// A value that can be set.
struct PolicyField
{
    std::string_view key; ///< Ends in its unit: "_days", "_minutes", "_percent".
    PolicyMember member;
    std::int64_t least{0}; ///< Of lists: how many words at most is `most`.
    std::int64_t most{0};
    std::string_view not_above; ///< Key of the value that this one must not exceed; empty: none.
};

/// All of them, in the order in which pages show them.
std::span<const PolicyField> policy_fields();

/// The value as text.
std::string value_of(const Policy& policy, const PolicyField& field);

/// Sets one value. Errors: invalid_input, naming the key and what is allowed.
Result<void> set_value(Policy& policy, std::string_view key, std::string_view value);

/// Whether the values fit together: warnings come before actions, and some rule is left. Errors:
/// invalid_input, naming the keys.
Result<void> check_policy(const Policy& policy);

/// Ready policies by what a hospital can do: 梅, 竹, 松.
enum class PolicyLevel
{
    ume, ///< A small hospital with one person beside other work: fewer and later warnings.
    take,
    matsu ///< A large one with people of its own for this.
};
BOOST_DESCRIBE_ENUM(PolicyLevel, ume, take, matsu)

Policy policy_of(PolicyLevel level);

} // namespace mimamori::collector::rules
