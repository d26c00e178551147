#include "collector/api/call_view.hpp"

#include "collector/findings/calls.hpp"
#include "collector/notify/people_to_call.hpp"
#include "collector/storage/alert_settings.hpp"
#include "collector/storage/database.hpp"
#include "collector/storage/finding_store.hpp"
#include "collector/storage/ledger_store.hpp"
#include "collector/storage/site_tree.hpp"
#include "collector/storage/text_order.hpp"

#include <boost/describe/enum_to_string.hpp>

#include <utility>

namespace mimamori::collector::api {

namespace {

using People = std::vector<notify::PersonToCall>;

SiteId site_of(storage::Session& session, const std::string& finding_id)
{
    const auto listed = storage::find_listed(session, finding_id);
    return listed ? SiteId{listed->site_id} : SiteId{};
}

/// What the ledger says of the device that the finding is about; empty: nothing.
std::string ledger_value(
    storage::Session& session, const std::string& finding_id, std::string_view field)
{
    const auto listed = storage::find_listed(session, finding_id);
    if (!listed)
        return {};
    const auto entry = storage::find_ledger(session, listed->device);
    return entry ? entry->value(*storage::find_ledger_field(field)) : std::string{};
}

/// The ledger and the directory of contacts are typed by different people: width and capitals do
/// not count.
People people_named(const notify::AlertSettings& settings, const std::string& name, Timestamp now)
{
    const std::string wanted = storage::folded(name);
    if (wanted.empty())
        return {};
    for (const auto& contact : settings.contacts)
    {
        if (storage::folded(contact.name) == wanted)
            return notify::person_named(settings, contact.name, now);
    }
    return {};
}

} // namespace

awaitable<Result<CallView>> call_view(Services& services, std::string rule, std::string finding_id)
{
    CallView view;
    const findings::Call* call = findings::call_about(rule);
    if (!call)
        co_return view;
    view.whom = boost::describe::enum_to_string(call->whom, "department");
    view.say = {call->say.ja, call->say.en};
    const Timestamp now = services.clock.now();
    auto look = [&](storage::Session& session) -> Result<People> {
        const auto settings = notify::read_settings(storage::alert_settings(session));
        if (!settings)
            return settings.error();
        const storage::SiteTree sites = storage::read_site_tree(session);
        if (call->whom == findings::Whom::department)
        {
            // Who answers for the device is nearer than the department.
            auto owner = people_named(*settings, ledger_value(session, finding_id, "owner"), now);
            if (!owner.empty())
                return owner;
            return notify::people_of_site(*settings, sites, site_of(session, finding_id), now);
        }
        if (call->whom == findings::Whom::network)
            return notify::people_of_site(*settings, sites, sites.root(), now);
        view.supplier = ledger_value(session, finding_id, "supplier");
        return people_named(*settings, view.supplier, now);
    };
    auto people = co_await services.database.read(look);
    if (!people)
        co_return people.error();
    for (notify::PersonToCall& one : *people)
        view.people.push_back({std::move(one.name), std::move(one.phone), std::move(one.note)});
    co_return view;
}

} // namespace mimamori::collector::api
