#include "collector/api/ledger_view.hpp"

#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>

#include <utility>

namespace mimamori::collector::api {
namespace {

constexpr std::size_t planned_shown = 500;

} // namespace

Result<std::vector<storage::FieldValue>> values_of(const LedgerSet& set)
{
    using Members = boost::describe::describe_members<LedgerSet, boost::describe::mod_public>;
    std::vector<storage::FieldValue> values;
    std::optional<Error> bad;
    boost::mp11::mp_for_each<Members>([&](auto member) {
        const std::optional<std::string>& text = set.*member.pointer;
        if (!text || bad)
            return;
        const storage::LedgerField* const field = storage::find_ledger_field(member.name);
        auto value = storage::to_ledger_value(*field, *text);
        if (value)
            values.push_back({field, std::move(*value)});
        else
            bad = value.error();
    });
    if (bad)
        return *bad;
    return values;
}

std::vector<LedgerChangeView> views_of(std::vector<storage::LedgerChange> changes)
{
    std::vector<LedgerChangeView> views;
    for (storage::LedgerChange& change : changes)
        views.push_back(
            {change.version, change.at, std::move(change.who), std::move(change.field),
             std::move(change.was), std::move(change.is_now)});
    return views;
}

PlanView view_of(const ledger::Plan& plan)
{
    PlanView view;
    view.added = plan.added();
    view.changed = static_cast<std::int64_t>(plan.devices.size()) - view.added;
    view.unchanged = plan.unchanged;
    view.values = plan.values();
    view.expect = plan.digest();
    for (const ledger::PlannedDevice& device : plan.devices)
        for (const ledger::PlannedValue& value : device.values)
            if (view.items.size() < planned_shown)
                view.items.push_back(
                    {device.id ? device.id->text() : std::string{}, device.name,
                     std::string{value.field->name}, value.was, value.is_now});
    return view;
}

} // namespace mimamori::collector::api
