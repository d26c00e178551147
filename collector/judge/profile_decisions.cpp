#include "collector/judge/profile_decisions.hpp"

#include "collector/findings/actions.hpp"
#include "collector/findings/model_profile.hpp"
#include "collector/judge/model_items.hpp"
#include "collector/storage/audit_store.hpp"
#include "collector/storage/judge_store.hpp"
#include "collector/storage/program_store.hpp"
#include "common/base/utf8.hpp"

#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>

#include <limits>
#include <utility>

namespace mimamori::collector::judge {

namespace {

using storage::Session;

Result<storage::ModelRow> model_of(Session& session, const ProfileWish& wish)
{
    if (wish.reason.empty() || wish.reason.size() > findings::reason_bytes_max)
        return Error{
            Errc::invalid_input, fmt::format("reason: 1 to {} bytes", findings::reason_bytes_max)};
    auto model = storage::find_model(session, wish.model);
    if (!model)
        return Error{Errc::not_found, "no model " + for_log(wish.model)};
    return std::move(*model);
}

std::vector<DeviceId> devices_with(
    Session& session, const storage::ModelRow& model, const storage::Item& item)
{
    constexpr auto all = static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max());
    return storage::device_ids(
        session, storage::device_nos_with_item(session, model.no, item, all));
}

Result<void> record(
    Session& session,
    const char* action,
    const ProfileWish& wish,
    const std::string& who,
    Timestamp now)
{
    const std::string detail = fmt::format(
        "{}: {} {}: {}", for_log(wish.model), boost::describe::enum_to_string(wish.item.kind, "?"),
        for_log(wish.item.value), for_log(wish.reason));
    return storage::record_change(session, who, action, detail, now);
}

} // namespace

Result<Touched<storage::ProfileItem>> approve_item(
    Session& session, const ProfileWish& wish, const std::string& who, Timestamp now)
{
    const auto model = model_of(session, wish);
    if (!model)
        return model.error();
    if (!findings::is_profile_key(wish.item.kind, wish.item.value))
        return Error{Errc::invalid_input, "key: no device can have it"};
    const storage::ProfileItem item{wish.item, storage::ProfileSource::approved, now, who};
    if (!storage::put_profile_item(session, model->no, item))
        return Error{Errc::conflict, "it is usual for the model already"};
    if (auto done = record(session, "model.add_item", wish, who, now); !done)
        return done.error();
    return Touched<storage::ProfileItem>{item, devices_with(session, *model, wish.item)};
}

Result<Touched<storage::Item>> remove_item(
    Session& session,
    const ProfileWish& wish,
    const rules::Policy& base,
    const std::string& who,
    Timestamp now)
{
    const auto model = model_of(session, wish);
    if (!model)
        return model.error();
    ModelItems items{base};
    if (now < items.learning_until(session, *model)[wish.item.kind])
        return Error{Errc::conflict, "the model is being learned: end that first"};
    // What has no name only says since when the model tells of that kind.
    if (wish.item.value.empty() || !storage::remove_profile_item(session, model->no, wish.item))
        return Error{Errc::not_found, "it is not in the profile of the model"};
    if (auto done = record(session, "model.remove_item", wish, who, now); !done)
        return done.error();
    return Touched<storage::Item>{wish.item, devices_with(session, *model, wish.item)};
}

} // namespace mimamori::collector::judge
