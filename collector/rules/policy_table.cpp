#include "collector/rules/policy_table.hpp"

#include "collector/rules/network_facts.hpp"
#include "collector/rules/rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <sstream>
#include <utility>

namespace mimamori::collector::rules {

namespace {

using std::chrono::days;
using std::chrono::minutes;

constexpr PolicyField fields[] = {
    {"av_stale_warning_days", &Policy::av_stale_warning, 1, 365, "av_stale_action_days"},
    {"av_stale_action_days", &Policy::av_stale_action, 1, 730, {}},
    {"av_licence_warning_days", &Policy::av_licence_warning, 1, 365, {}},
    {"av_licence_action_days", &Policy::av_licence_action, 0, 365, "av_licence_warning_days"},
    {"support_ending_info_days", &Policy::support_ending_info, 1, 3650, {}},
    {"support_ending_warning_days", &Policy::support_ending_warning, 1, 3650,
     "support_ending_info_days"},
    {"feature_update_info_days", &Policy::feature_update_info, 1, 3650, {}},
    {"feature_update_warning_days", &Policy::feature_update_warning, 1, 3650,
     "feature_update_info_days"},
    {"patch_warning_months", &Policy::patch_months_warning, 1, 120, "patch_action_months"},
    {"patch_action_months", &Policy::patch_months_action, 1, 240, {}},
    {"patch_pending_warning_days", &Policy::patch_pending_warning, 1, 365,
     "patch_pending_action_days"},
    {"patch_pending_action_days", &Policy::patch_pending_action, 1, 730, {}},
    {"patch_lists_warning_days", &Policy::patch_lists_warning, 1, 365, "patch_lists_action_days"},
    {"patch_lists_action_days", &Policy::patch_lists_action, 1, 730, {}},
    {"reboot_pending_days", &Policy::reboot_pending_warning, 1, 365, {}},
    {"account_dormant_days", &Policy::account_dormant, 30, 3650, {}},
    {"silent_minutes", &Policy::silent_at_least, 10, 10080, {}},
    {"silent_action_days", &Policy::silent_action, 1, 365, {}},
    {"silent_after_goodbye_days", &Policy::silent_after_goodbye, 1, 3650, {}},
    {"site_event_devices", &Policy::site_event_devices, 2, 10000, {}},
    {"site_event_percent", &Policy::site_event_percent, 1, 100, {}},
    {"clock_warning_minutes", &Policy::clock_warning, 1, 1440, "clock_action_minutes"},
    {"clock_action_minutes", &Policy::clock_action, 1, 10080, {}},
    {"disk_full_warning_percent", &Policy::disk_full_warning_percent, 1, 90, {}},
    {"disk_full_action_percent", &Policy::disk_full_action_percent, 0, 90,
     "disk_full_warning_percent"},
    {"incidents_kept_days", &Policy::incidents_kept, 1, 365, {}},
    {"home_learning_days", &Policy::home_learning, 1, 365, {}},
    {"admin_learning_days", &Policy::admin_learning, 1, 365, {}},
    {"agent_cpu_ms_per_minute", &Policy::agent_cpu_ms_per_min, 100, 60000, {}},
    {"issued_networks", &Policy::issued_networks, 0, 200, {}},
    {"rules_off", &Policy::rules_off, 0, 100, {}},
};

const PolicyField* find_field(std::string_view key)
{
    const auto* found =
        std::find_if(std::begin(fields), std::end(fields), [key](const PolicyField& field) {
            return field.key == key;
        });
    return found == std::end(fields) ? nullptr : found;
}

std::int64_t as_number(days value)
{
    return value.count();
}

std::int64_t as_number(minutes value)
{
    return value.count();
}

template <class Number>
std::int64_t as_number(Number value)
{
    return static_cast<std::int64_t>(value);
}

/// The value as a number; lists as their length.
std::int64_t number_of(const Policy& policy, const PolicyField& field)
{
    const auto read = [&policy](auto member) -> std::int64_t {
        const auto& value = policy.*member;
        if constexpr (requires { value.size(); })
            return static_cast<std::int64_t>(value.size());
        else
            return as_number(value);
    };
    return std::visit(read, field.member);
}

Error refuse(const PolicyField& field, std::string_view why)
{
    return {Errc::invalid_input, fmt::format("{}: {}", field.key, why)};
}

Result<std::int64_t> parse_number(const PolicyField& field, std::string_view text)
{
    std::int64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [at, failure] = std::from_chars(text.data(), end, number);
    if (failure != std::errc{} || at != end || number < field.least || number > field.most)
        return refuse(field, fmt::format("a whole number from {} to {}", field.least, field.most));
    return number;
}

Result<std::vector<std::string>> parse_list(const PolicyField& field, std::string_view text)
{
    std::istringstream words{std::string{text}};
    std::vector<std::string> list;
    for (std::string word; words >> word;)
    {
        const bool is_network = field.key == "issued_networks";
        if (is_network && !is_network_text(word))
            return refuse(field, "networks such as 10.20.7.0/24, between blanks");
        if (!is_network && !find_rule(word))
            return refuse(field, "names of rules, between blanks");
        if (std::find(list.begin(), list.end(), word) == list.end())
            list.push_back(std::move(word));
    }
    if (static_cast<std::int64_t>(list.size()) > field.most)
        return refuse(field, fmt::format("at most {}", field.most));
    return list;
}

} // namespace

std::span<const PolicyField> policy_fields()
{
    return fields;
}

std::string value_of(const Policy& policy, const PolicyField& field)
{
    const auto* list = std::get_if<std::vector<std::string> Policy::*>(&field.member);
    if (!list)
        return std::to_string(number_of(policy, field));
    std::string text;
    for (const std::string& word : policy.*(*list))
        text += (text.empty() ? "" : " ") + word;
    return text;
}

Result<void> set_value(Policy& policy, std::string_view key, std::string_view value)
{
    const PolicyField* field = find_field(key);
    if (!field)
        return Error{Errc::invalid_input, fmt::format("no such value of a policy: {}", key)};
    if (const auto* list = std::get_if<std::vector<std::string> Policy::*>(&field->member))
    {
        auto words = parse_list(*field, value);
        if (!words)
            return words.error();
        policy.*(*list) = std::move(*words);
        return {};
    }
    const auto number = parse_number(*field, value);
    if (!number)
        return number.error();
    const auto write = [&policy, &number](auto member) {
        auto& target = policy.*member;
        using Value = std::remove_reference_t<decltype(target)>;
        if constexpr (std::is_integral_v<Value>)
            target = static_cast<Value>(*number);
        else if constexpr (!requires { target.size(); })
            target = Value{*number};
    };
    std::visit(write, field->member);
    return {};
}

Result<void> check_policy(const Policy& policy)
{
    for (const PolicyField& field : fields)
    {
        if (field.not_above.empty())
            continue;
        const PolicyField& limit = *find_field(field.not_above);
        if (number_of(policy, field) > number_of(policy, limit))
            return refuse(
                field, fmt::format(
                           "{} is above {} ({})", number_of(policy, field), limit.key,
                           number_of(policy, limit)));
    }
    const auto rules = all_rules();
    const bool any_left = std::any_of(rules.begin(), rules.end(), [&policy](const Rule& rule) {
        return std::find(policy.rules_off.begin(), policy.rules_off.end(), rule.id)
               == policy.rules_off.end();
    });
    if (!any_left)
        return Error{Errc::invalid_input, "rules_off: no rule would be left"};
    return {};
}

Policy policy_of(PolicyLevel level)
{
    Policy policy;
    if (level == PolicyLevel::ume)
    {
        policy.av_stale_warning = days{5};
        policy.av_stale_action = days{14};
        policy.patch_months_warning = 3;
        policy.patch_months_action = 12;
        policy.patch_pending_warning = days{14};
        policy.patch_pending_action = days{60};
        policy.reboot_pending_warning = days{30};
        policy.account_dormant = days{365};
        policy.silent_action = days{7};
        policy.silent_after_goodbye = days{30};
    }
    if (level == PolicyLevel::matsu)
    {
        policy.av_stale_warning = days{2};
        policy.av_stale_action = days{5};
        policy.patch_months_action = 4;
        policy.patch_pending_action = days{14};
        policy.patch_lists_warning = days{7};
        policy.patch_lists_action = days{30};
        policy.reboot_pending_warning = days{7};
        policy.account_dormant = days{90};
        policy.silent_action = days{2};
        policy.silent_after_goodbye = days{7};
    }
    return policy;
}

} // namespace mimamori::collector::rules
