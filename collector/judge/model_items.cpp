#include "collector/judge/model_items.hpp"

#include "collector/findings/program_decision.hpp"
#include "collector/storage/section_store.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>

namespace mimamori::collector::judge {

namespace {

using rules::ItemKeys;
using rules::ItemKind;
using storage::Item;
using storage::Session;

constexpr ItemKind all_kinds[] = {ItemKind::port, ItemKind::service, ItemKind::peer};

/// Of so many devices that have the same thing the findings are brought up to date at once; more of
/// them get the number when they are judged next.
constexpr std::size_t others_max = 20;

constexpr std::string_view section_of(ItemKind kind)
{
    switch (kind)
    {
    case ItemKind::port:
        return "listeners";
    case ItemKind::service:
        return "services";
    case ItemKind::peer:
        break;
    }
    return "peers";
}

std::int64_t& body_of(storage::JudgedRow& row, ItemKind kind)
{
    switch (kind)
    {
    case ItemKind::port:
        return row.listeners_body_no;
    case ItemKind::service:
        return row.services_body_no;
    case ItemKind::peer:
        break;
    }
    return row.peers_body_no;
}

/// What the section says; nothing when it was not read or says that it could not be.
std::optional<ItemKeys> keys_of(const wire::Facts& facts, ItemKind kind)
{
    switch (kind)
    {
    case ItemKind::port:
        // A list that is not whole still says what there is.
        if (facts.listeners
            && (facts.listeners->from.unknown.empty() || !facts.listeners->listeners.empty()))
            return rules::item_keys(*facts.listeners);
        break;
    case ItemKind::service:
        if (facts.services && rules::why_items_unread(facts.services).empty())
            return rules::item_keys(*facts.services);
        break;
    case ItemKind::peer:
        if (facts.peers && rules::why_items_unread(facts.peers).empty())
            return rules::item_keys(*facts.peers);
        break;
    }
    return {};
}

/// What stands in the row when these facts are taken in. Returns whether that is other than before.
bool note_unread(storage::JudgedRow& row, const wire::Facts& facts)
{
    const std::string services = row.services_unread;
    const std::string peers = row.peers_unread;
    if (facts.services || row.services_body_no == 0)
        row.services_unread = rules::why_items_unread(facts.services);
    if (facts.peers || row.peers_body_no == 0)
        row.peers_unread = rules::why_items_unread(facts.peers);
    return row.services_unread != services || row.peers_unread != peers;
}

} // namespace

ModelItems::ModelItems(const rules::Policy& policy)
    : policy_{policy}
{}

void ModelItems::forget()
{
    profiles_.clear();
    looked_at_.clear();
    counted_at_.reset();
}

Result<void> ModelItems::read_news(Session& session, const SectionBodies& bodies, News& news)
{
    Bodies& looked_at = looked_at_[news.row.device_no];
    Bodies now_there{};
    bool any_read = false;
    for (const ItemKind kind : all_kinds)
    {
        const std::size_t index = *wire::section_index(section_of(kind));
        const std::int64_t there = bodies[index];
        std::int64_t& taken = body_of(news.row, kind);
        std::int64_t& looked = now_there[static_cast<std::size_t>(kind)];
        looked = there;
        if (there == 0 || there == taken || there == looked_at[static_cast<std::size_t>(kind)])
            continue;
        if (auto done = storage::read_body(session, there, index, news.facts); !done)
            return Error{done.error()}.in(section_of(kind));
        taken = there;
        any_read = true;
    }
    news.items = note_unread(news.row, news.facts);
    for (const ItemKind kind : all_kinds)
    {
        const auto there = any_read ? keys_of(news.facts, kind) : std::nullopt;
        if (!there)
            continue;
        const auto had = storage::items_of(session, news.row.device_no, kind);
        const bool same = std::equal(had.begin(), had.end(), there->begin(), there->end());
        const auto& told = profile(session, news.row.model_no).told_since[kind];
        news.items = news.items || !same || !told;
    }
    if (!news.items)
        looked_at = now_there;
    return {};
}

void ModelItems::replace(
    Session& session,
    const storage::ModelRow& model,
    const News& news,
    ItemKind kind,
    const ItemKeys& there,
    Timestamp now,
    std::vector<std::int64_t>& others)
{
    const std::int64_t device_no = news.row.device_no;
    const auto had = storage::items_of(session, device_no, kind);
    std::vector<std::string> came;
    std::vector<std::string> went;
    std::set_difference(
        there.begin(), there.end(), had.begin(), had.end(), std::back_inserter(came));
    std::set_difference(
        had.begin(), had.end(), there.begin(), there.end(), std::back_inserter(went));
    for (const std::string& value : came)
        storage::put_item(session, device_no, {{kind, value}, now});
    for (const std::string& value : went)
        storage::remove_item(session, device_no, {kind, value});

    const Profile& known = profile(session, model.no);
    const bool learning = now < learned_until(known, model, kind);
    for (const auto* const values : {&came, &went})
    {
        for (const std::string& value : *values)
        {
            const Item item{kind, value};
            counted_.erase({model.no, item});
            if (learning || rules::is_usual(known.known[kind], kind, value))
                continue;
            const auto nos = storage::device_nos_with_item(session, model.no, item, others_max + 1);
            if (nos.size() <= others_max)
                std::copy_if(
                    nos.begin(), nos.end(), std::back_inserter(others),
                    [device_no](std::int64_t no) { return no != device_no; });
        }
    }
}

std::vector<std::int64_t> ModelItems::take(
    Session& session, const storage::ModelRow& model, News& news, Timestamp now)
{
    std::vector<std::int64_t> others;
    for (const ItemKind kind : all_kinds)
    {
        const auto there = keys_of(news.facts, kind);
        if (!there)
            continue;
        if (!profile(session, model.no).told_since[kind])
        {
            // Of what a model never told, learning begins when it does.
            storage::put_profile_item(
                session, model.no, {{kind, {}}, storage::ProfileSource::learned, now, {}});
            profiles_.erase(model.no);
        }
        replace(session, model, news, kind, *there, now, others);
        news.row.items_unusual = true;
    }
    return others;
}

ModelItems::Compared ModelItems::compare(
    Session& session, const storage::ModelRow& model, const storage::JudgedRow& row, Timestamp now)
{
    Compared compared;
    if (!row.items_unusual)
        return compared;
    count_anew_after(now);
    const Profile& known = profile(session, model.no);
    rules::ByItemKind<std::size_t> named;
    for (storage::DeviceItem& has : storage::items_of(session, row.device_no))
    {
        const ItemKind kind = has.item.kind;
        if (rules::is_usual(known.known[kind], kind, has.item.value))
            continue;
        if (now < learned_until(known, model, kind))
        {
            compared.learned.push_back(
                {std::move(has.item), storage::ProfileSource::learned, now, {}});
            continue;
        }
        compared.any_unusual = true;
        if (named[kind]++ >= policy_.items_named)
            continue;
        rules::UnusualItem item;
        item.kind = kind;
        item.devices = devices_with(session, model.no, has.item);
        auto size = model_sizes_.find(model.no);
        if (size == model_sizes_.end())
            size =
                model_sizes_
                    .emplace(
                        model.no,
                        storage::devices_of_model(session, model.no, now + std::chrono::hours{1}))
                    .first;
        item.model_devices = size->second;
        item.first_seen_at = has.first_seen_at;
        item.key = std::move(has.item.value);
        compared.unusual.push_back(std::move(item));
    }
    return compared;
}

rules::ByItemKind<Timestamp> ModelItems::learning_until(
    Session& session, const storage::ModelRow& model)
{
    const Profile& known = profile(session, model.no);
    rules::ByItemKind<Timestamp> until;
    for (const ItemKind kind : all_kinds)
        until[kind] = learned_until(known, model, kind);
    return until;
}

void ModelItems::learn(
    Session& session,
    const storage::ModelRow& model,
    const std::vector<storage::ProfileItem>& learned)
{
    for (const storage::ProfileItem& item : learned)
        storage::put_profile_item(session, model.no, item);
    const auto kept = profiles_.find(model.no);
    if (kept == profiles_.end())
        return;
    for (const storage::ProfileItem& item : learned)
        kept->second.known[item.item.kind].insert(item.item.value);
}

const ModelItems::Profile& ModelItems::profile(Session& session, std::int64_t model_no)
{
    const auto kept = profiles_.find(model_no);
    if (kept != profiles_.end())
        return kept->second;
    Profile profile;
    for (storage::ProfileItem& item : storage::profile_of(session, model_no))
    {
        auto& since = profile.told_since[item.item.kind];
        since = std::min(since.value_or(item.since), item.since);
        if (!item.item.value.empty())
            profile.known[item.item.kind].insert(std::move(item.item.value));
    }
    return profiles_.emplace(model_no, std::move(profile)).first->second;
}

Timestamp ModelItems::learned_until(
    const Profile& profile, const storage::ModelRow& model, ItemKind kind) const
{
    const auto& told_since = profile.told_since[kind];
    if (!told_since)
        return Timestamp::max();
    // Who ended the learning meant what was told by then.
    if (model.learning_until && *model.learning_until > *told_since)
        return *model.learning_until;
    return std::max(
        findings::learning_end(model.first_device_at, {}, policy_), *told_since + policy_.learning);
}

Result<void> read_details(
    Session& session,
    std::int64_t device_no,
    const std::vector<rules::UnusualItem>& unusual,
    wire::Facts& facts)
{
    for (const ItemKind kind : {ItemKind::service, ItemKind::peer})
    {
        const bool needed =
            std::any_of(unusual.begin(), unusual.end(), [kind](const rules::UnusualItem& item) {
                return item.kind == kind;
            });
        const std::size_t index = *wire::section_index(section_of(kind));
        const std::int64_t body =
            needed ? storage::current_bodies(session, device_no)[index] : std::int64_t{0};
        if (body == 0)
            continue;
        if (auto done = storage::read_body(session, body, index, facts); !done)
            return Error{done.error()}.in(section_of(kind));
    }
    return {};
}

std::uint32_t ModelItems::devices_with(Session& session, std::int64_t model_no, const Item& item)
{
    const auto known = counted_.find({model_no, item});
    if (known != counted_.end())
        return known->second;
    const std::uint32_t count = storage::devices_with_item(session, model_no, item);
    counted_.emplace(OfModel{model_no, item}, count);
    return count;
}

void ModelItems::count_anew_after(Timestamp now)
{
    constexpr std::chrono::seconds kept_for{10};
    if (counted_at_ && now - *counted_at_ < kept_for && now >= *counted_at_)
        return;
    counted_.clear();
    model_sizes_.clear();
    counted_at_ = now;
}

} // namespace mimamori::collector::judge
