#pragma once

#include "collector/findings/program_decision.hpp"
#include "collector/knowledge/remote_tools.hpp"
#include "collector/rules/policy.hpp"
#include "collector/rules/site_view.hpp"
#include "collector/storage/program_store.hpp"
#include "collector/storage/site_tree.hpp"
#include "common/base/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mimamori::collector::judge {

/// What is known about programs, kept in memory between devices: what a model has learned, and what
/// people decided. Used inside works, by one thread at a time. After a work that failed, or after a
/// decision, call `forget`.
class ProgramKnowledge
{
public:
    ProgramKnowledge(const rules::Policy& policy, const knowledge::RemoteTools& remote_tools);

    void forget();

    /// A device of the model was added, or got a program while the model is being learned.
    void model_changed(std::int64_t model_no);

    /// The model of that number, as it was when it was last read.
    const storage::ModelRow& model(storage::Session& session, std::int64_t model_no);

    /// Whether it can become known without a person who looks at it: no lookalike, no remote tool,
    /// and not where people can put programs.
    bool may_be_learned(const wire::Program& program) const { return remark_of(program).empty(); }

    /// When the learning of a model ends.
    Timestamp learning_end_of(const storage::ModelRow& model) const;

    /// The sites, as when decisions were last read.
    const storage::SiteTree& sites(storage::Session& session);

    struct Device
    {
        findings::DevicePlace place;
        std::int64_t model_no{0};
        Timestamp created_at{};
    };

    /// What the site thinks of a program of the device; nothing for one that is learned and that
    /// nobody decided about, which is nearly every one.
    std::optional<rules::SeenProgram> unlearned(
        storage::Session& session,
        const Device& device,
        const storage::DeviceProgram& program,
        Timestamp now);

private:
    struct Key
    {
        std::int64_t program_no;
        std::int64_t model_no;

        friend bool operator==(const Key&, const Key&) = default;
    };

    struct KeyHash
    {
        std::size_t operator()(const Key& key) const
        {
            return std::hash<std::int64_t>{}(key.program_no * 1'000'003 + key.model_no);
        }
    };

    /// What holds for a program on every device of a model.
    struct Entry
    {
        rules::Standing standing{rules::Standing::unknown};
        std::optional<Timestamp> until; ///< Settling ends.
        std::uint64_t model_epoch{0};   ///< State of the model that it was found for.
        bool final{false};              ///< No change of the model changes it.
        bool decided{false};            ///< Some decision may be about it.
        bool hash_missing{false};
    };

    void read_decisions(storage::Session& session);
    const Entry& entry(
        storage::Session& session, std::int64_t program_no, std::int64_t model_no, Timestamp now);
    Entry find_out(
        storage::Session& session,
        const storage::ProgramRow& row,
        std::int64_t model_no,
        Timestamp now);
    std::vector<const findings::ProgramDecision*> decisions_about(
        const wire::Program& program) const;
    std::string_view remark_of(const wire::Program& program) const;
    std::string tool_name(const wire::Program& program) const;

    const rules::Policy& policy_;
    const knowledge::RemoteTools& remote_tools_;
    bool decisions_read_{false};
    std::vector<findings::ProgramDecision> decisions_;
    storage::SiteTree sites_;
    std::unordered_map<std::int64_t, storage::ModelRow> models_;
    std::unordered_map<std::int64_t, std::uint64_t> epochs_;
    std::unordered_map<Key, Entry, KeyHash> entries_;
};

} // namespace mimamori::collector::judge
