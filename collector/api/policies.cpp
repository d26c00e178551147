#include "collector/api/policies.hpp"

#include "collector/api/access.hpp"
#include "collector/api/answer.hpp"
#include "collector/api/counts_view.hpp"
#include "collector/api/query.hpp"
#include "collector/judge/decision_service.hpp"
#include "collector/judge/policy_decisions.hpp"
#include "collector/storage/database.hpp"
#include "collector/storage/policy_store.hpp"

#include <boost/describe/class.hpp>
#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mimamori::collector::api {
namespace {

struct FieldView
{
    std::string key;
    std::int64_t least{0};
    std::int64_t most{0};
    std::string standard; ///< Where nothing is set.
    std::string ume;      ///< As the ready policies have it.
    std::string take;
    std::string matsu;
};
BOOST_DESCRIBE_STRUCT(FieldView, (), (key, least, most, standard, ume, take, matsu))

struct PolicyView
{
    std::string scope; ///< "site", "zone", "model", "device".
    std::string scope_value;
    std::vector<std::string> networks;
    std::string level;
    std::vector<rules::PolicySetting> settings;
    std::string reason;
    std::string set_by;
    Timestamp set_at{};
};
BOOST_DESCRIBE_STRUCT(
    PolicyView, (), (scope, scope_value, networks, level, settings, reason, set_by, set_at))

struct PoliciesAnswer
{
    std::vector<FieldView> fields;
    std::vector<PolicyView> items;
};
BOOST_DESCRIBE_STRUCT(PoliciesAnswer, (), (fields, items))

struct PolicyBody
{
    std::string scope;
    std::string scope_value;
    std::vector<std::string> networks;
    std::string level;
    std::vector<rules::PolicySetting> settings;
    std::string reason;
    std::optional<Timestamp> seen_at; ///< When what the sender has seen was set; null: nothing.
};
BOOST_DESCRIBE_STRUCT(
    PolicyBody, (), (scope, scope_value, networks, level, settings, reason, seen_at))

struct PreviewRule
{
    std::string rule;
    std::int64_t opened{0}; ///< Findings that would begin.
    std::int64_t ended{0};
};
BOOST_DESCRIBE_STRUCT(PreviewRule, (), (rule, opened, ended))

struct PreviewAnswer
{
    std::int64_t devices{0};
    std::int64_t looked_at{0}; ///< Fewer when there was no time for all.
    CountsView before;
    CountsView after;
    std::vector<PreviewRule> rules; ///< Those whose findings would change.
};
BOOST_DESCRIBE_STRUCT(PreviewAnswer, (), (devices, looked_at, before, after, rules))

struct ChangeView
{
    Timestamp at{};
    std::string who;
    std::string scope;
    std::string scope_value;
    std::string before;
    std::string after;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(ChangeView, (), (at, who, scope, scope_value, before, after, reason))

struct ChangesAnswer
{
    std::vector<ChangeView> items;
    std::optional<std::string> next;
};
BOOST_DESCRIBE_STRUCT(ChangesAnswer, (), (items, next))

struct EffectiveView
{
    std::string key;
    std::string value;
    std::string scope; ///< Empty: nobody has set it.
    std::string scope_value;
};
BOOST_DESCRIBE_STRUCT(EffectiveView, (), (key, value, scope, scope_value))

struct EffectiveAnswer
{
    std::vector<EffectiveView> items;
};
BOOST_DESCRIBE_STRUCT(EffectiveAnswer, (), (items))

std::string name_of(storage::PolicyScope scope)
{
    return boost::describe::enum_to_string(scope, "");
}

Result<storage::PolicyScope> scope_of(const std::string& name)
{
    storage::PolicyScope scope{};
    if (!boost::describe::enum_from_string(name.c_str(), scope))
        return Error{Errc::invalid_input, "scope: one of site, zone, model, device"};
    return scope;
}

Result<storage::PolicyRow> row_of(PolicyBody body)
{
    const auto scope = scope_of(body.scope);
    if (!scope)
        return scope.error();
    storage::PolicyRow row;
    row.scope = *scope;
    row.scope_value = std::move(body.scope_value);
    row.networks = std::move(body.networks);
    row.level = std::move(body.level);
    row.settings = std::move(body.settings);
    row.reason = std::move(body.reason);
    return row;
}

std::vector<FieldView> field_views(const rules::Policy& standard)
{
    const rules::Policy ume = rules::policy_of(rules::PolicyLevel::ume);
    const rules::Policy take = rules::policy_of(rules::PolicyLevel::take);
    const rules::Policy matsu = rules::policy_of(rules::PolicyLevel::matsu);
    std::vector<FieldView> views;
    for (const rules::PolicyField& field : rules::policy_fields())
        views.push_back(
            {std::string{field.key}, field.least, field.most, rules::value_of(standard, field),
             rules::value_of(ume, field), rules::value_of(take, field),
             rules::value_of(matsu, field)});
    return views;
}

/// Each value as the policies about the device make it, and which of them had the last word.
Result<EffectiveAnswer> effective(
    storage::Session& session, const rules::Policy& standard, const DeviceId& device)
{
    const auto place = judge::policy_place(session, device);
    if (!place)
        return place.error();
    const judge::PolicyRows rows{standard, storage::list_policies(session)};
    const auto about = rows.about(*place);
    const rules::Policy policy = rows.merged(about);
    EffectiveAnswer answer;
    for (const rules::PolicyField& field : rules::policy_fields())
    {
        EffectiveView view{std::string{field.key}, rules::value_of(policy, field), {}, {}};
        for (const storage::PolicyRow* row : about)
        {
            const bool sets = std::any_of(
                row->settings.begin(), row->settings.end(),
                [&field](const rules::PolicySetting& setting) { return setting.key == field.key; });
            if (!sets && row->level.empty())
                continue;
            view.scope = name_of(row->scope);
            view.scope_value = row->scope_value;
        }
        answer.items.push_back(std::move(view));
    }
    return answer;
}

} // namespace

awaitable<http::Response> get_policies(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read);
    if (!principal)
        co_return refuse(principal.error());
    auto look = [&](storage::Session& session) -> Result<PoliciesAnswer> {
        PoliciesAnswer found;
        found.fields = field_views(services.policy);
        for (storage::PolicyRow& row : storage::list_policies(session))
            found.items.push_back(
                {name_of(row.scope), row.scope_value, std::move(row.networks), row.level,
                 std::move(row.settings), row.reason, row.set_by, row.set_at});
        return found;
    };
    auto found = co_await services.database.read(look);
    co_return found ? answer_to_get(request, *found) : refuse(found.error());
}

awaitable<http::Response> post_policy(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::administer);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<PolicyBody>(request);
    if (!body)
        co_return refuse(body.error());
    const auto seen_at = body->seen_at;
    auto row = row_of(std::move(*body));
    if (!row)
        co_return refuse(row.error());
    auto done =
        co_await services.decisions.set_policy(*row, services.policy, principal->name, seen_at);
    if (done || done.error().code != Errc::conflict)
        co_return done_or_refused(done);
    auto look = [&](storage::Session& session) -> Result<std::optional<storage::PolicyRow>> {
        return storage::find_policy(session, row->scope, row->scope_value);
    };
    const auto now_there = co_await services.database.read(look);
    if (!now_there)
        co_return refuse(now_there.error());
    if (!now_there->has_value())
        co_return refuse_changed({}, {});
    co_return refuse_changed((*now_there)->set_by, (*now_there)->set_at);
}

awaitable<http::Response> post_policy_preview(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::administer);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<PolicyBody>(request);
    if (!body)
        co_return refuse(body.error());
    auto row = row_of(std::move(*body));
    if (!row)
        co_return refuse(row.error());
    if (row->reason.empty())
        row->reason = "-"; // Asked for when it is set.
    auto preview = co_await services.decisions.preview_policy(std::move(*row), services.policy);
    if (!preview)
        co_return refuse(preview.error());
    PreviewAnswer found;
    found.devices = preview->devices;
    found.looked_at = preview->looked_at;
    found.before = view_of(preview->before);
    found.after = view_of(preview->after);
    for (const auto& [rule, of_rule] : preview->rules)
        found.rules.push_back({rule, of_rule.opened, of_rule.ended});
    co_return answer(http::Status::ok, found);
}

awaitable<http::Response> post_policy_removal(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::administer);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<PolicyBody>(request);
    if (!body)
        co_return refuse(body.error());
    auto row = row_of(std::move(*body));
    if (!row)
        co_return refuse(row.error());
    auto done =
        co_await services.decisions.unset_policy(std::move(*row), services.policy, principal->name);
    co_return done_or_refused(done);
}

awaitable<http::Response> get_policy_changes(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read);
    if (!principal)
        co_return refuse(principal.error());
    const auto limit = limit_in_query(request);
    if (!limit)
        co_return refuse(limit.error());
    const auto after = numbers_of_cursor(request, 1);
    if (!after)
        co_return refuse(after.error());
    const auto before_no = after->empty() ? std::nullopt : std::optional{after->front()};
    auto look = [&](storage::Session& session) -> Result<ChangesAnswer> {
        ChangesAnswer found;
        auto changes = storage::policy_changes(session, before_no, *limit + 1);
        if (changes.size() > *limit)
        {
            changes.resize(*limit);
            found.next = to_cursor(request, {changes.back().no});
        }
        for (storage::PolicyChange& change : changes)
            found.items.push_back(
                {change.at, std::move(change.who), std::move(change.scope),
                 std::move(change.scope_value), std::move(change.before), std::move(change.after),
                 std::move(change.reason)});
        return found;
    };
    auto found = co_await services.database.read(look);
    co_return found ? answer_to_get(request, *found) : refuse(found.error());
}

awaitable<http::Response> get_device_policy(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    const DeviceId device{std::string{request.param("id")}};
    auto seen = co_await must_see_device(*principal, services, device);
    if (!seen)
        co_return refuse(seen.error());
    // Read whole: a policy of a site above is in force here as well.
    auto look = [&](storage::Session& session) {
        return effective(session, services.policy, device);
    };
    auto found = co_await services.database.read(look);
    co_return found ? answer_to_get(request, *found) : refuse(found.error());
}

} // namespace mimamori::collector::api
