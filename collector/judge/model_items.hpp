#pragma once

#include "collector/judge/observe.hpp"
#include "collector/rules/policy.hpp"
#include "collector/rules/profile_facts.hpp"
#include "collector/rules/site_view.hpp"
#include "collector/storage/item_store.hpp"
#include "collector/storage/judge_store.hpp"
#include "collector/storage/program_store.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace mimamori::collector::judge {

/// Number of the body that each section has now, as storage::current_bodies.
using SectionBodies = std::array<std::int64_t, wire::section_count>;

/// Ports, services and peers of devices, compared with what is usual for their models. Keeps the
/// profiles of models in memory; used inside works, by one thread at a time. After a work that
/// failed, or after a decision, call `forget`.
class ModelItems
{
public:
    /// The policy lives longer.
    explicit ModelItems(const rules::Policy& policy);

    void forget();

    /// A device came to the model or left it.
    void model_changed() { counted_at_.reset(); }

    /// Reads the sections that changed; news only if the device has other items by that. Sections
    /// change more often: a peer more is mostly no new kind of peer. Errors: io.
    Result<void> read_news(storage::Session& session, const SectionBodies& bodies, News& news);

    /// Takes the news in, in a work of the writer. Returns devices of the model whose findings tell
    /// how many devices have what this one now has, or has no more.
    std::vector<std::int64_t> take(
        storage::Session& session, const storage::ModelRow& model, News& news, Timestamp now);

    /// What of the device is not usual.
    struct Compared
    {
        std::vector<rules::UnusualItem> unusual;
        std::vector<storage::ProfileItem> learned; ///< New to its model, which is being learned.
        bool any_unusual{false};
    };

    Compared compare(
        storage::Session& session,
        const storage::ModelRow& model,
        const storage::JudgedRow& row,
        Timestamp now);

    rules::ByItemKind<Timestamp> learning_until(
        storage::Session& session, const storage::ModelRow& model);

    /// In a work of the writer.
    void learn(
        storage::Session& session,
        const storage::ModelRow& model,
        const std::vector<storage::ProfileItem>& learned);

private:
    struct Profile
    {
        rules::ByItemKind<rules::ItemKeys> known;
        rules::ByItemKind<std::optional<Timestamp>> told_since; ///< Nothing: never told.
    };

    /// The bodies of the sections with items, as they were looked at.
    using Bodies = std::array<std::int64_t, rules::item_kinds>;

    using OfModel = std::pair<std::int64_t, storage::Item>;

    const Profile& profile(storage::Session& session, std::int64_t model_no);
    Timestamp learned_until(
        const Profile& profile, const storage::ModelRow& model, rules::ItemKind kind) const;
    std::uint32_t devices_with(
        storage::Session& session, std::int64_t model_no, const storage::Item& item);
    void replace(
        storage::Session& session,
        const storage::ModelRow& model,
        const News& news,
        rules::ItemKind kind,
        const rules::ItemKeys& there,
        Timestamp now,
        std::vector<std::int64_t>& others);
    void count_anew_after(Timestamp now);

    const rules::Policy& policy_;
    std::unordered_map<std::int64_t, Profile> profiles_;
    std::unordered_map<std::int64_t, Bodies> looked_at_; ///< Without finding other items.

    // Counting for each device what all of its model have would cost more than judging it.
    std::map<OfModel, std::uint32_t> counted_;
    std::unordered_map<std::int64_t, std::uint32_t> model_sizes_;
    std::optional<Timestamp> counted_at_;
};

/// Reads the sections that tell more of these things. Errors: io.
Result<void> read_details(
    storage::Session& session,
    std::int64_t device_no,
    const std::vector<rules::UnusualItem>& unusual,
    wire::Facts& facts);

} // namespace mimamori::collector::judge
