#include "collector/api/ledger_reach.hpp"

#include "collector/api/lacking.hpp"
#include "collector/judge/decision_service.hpp"

#include <algorithm>
#include <utility>

namespace mimamori::collector::api {
namespace {

bool sets(const std::vector<storage::FieldValue>& values, storage::LedgerForm form)
{
    return std::any_of(values.begin(), values.end(), [form](const storage::FieldValue& value) {
        return value.field->form == form;
    });
}

} // namespace

awaitable<Result<void>> must_reach_sites(
    const Principal& principal, Services& services, std::vector<storage::FieldValue> values)
{
    for (const storage::FieldValue& value : values)
    {
        if (value.field->form != storage::LedgerForm::site)
            continue;
        if (!people::has_right(principal.role, Right::operate))
            co_return lacks(principal, Right::operate);
        SiteId site{value.value};
        auto seen = co_await must_see_site(principal, services, std::move(site));
        if (!seen)
            co_return seen.error();
    }
    co_return Result<void>{};
}

void judge_again(
    Services& services,
    std::vector<DeviceId> devices,
    const std::vector<storage::FieldValue>& values)
{
    // An address that is known now is a stranger to nobody any more.
    if (sets(values, storage::LedgerForm::mac))
        services.decisions.sites_changed();
    else if (sets(values, storage::LedgerForm::site) || sets(values, storage::LedgerForm::stage))
        services.decisions.devices_moved(std::move(devices));
}

} // namespace mimamori::collector::api
