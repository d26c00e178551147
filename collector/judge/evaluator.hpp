#pragma once

#include "collector/findings/alerting.hpp"
#include "collector/findings/lifecycle.hpp"
#include "collector/judge/baselines.hpp"
#include "collector/judge/model_items.hpp"
#include "collector/judge/observe.hpp"
#include "collector/judge/policy_book.hpp"
#include "collector/judge/program_knowledge.hpp"
#include "collector/knowledge/remote_tools.hpp"
#include "collector/rules/rule.hpp"
#include "collector/storage/judge_store.hpp"
#include "collector/storage/liveness.hpp"
#include "collector/storage/summary_store.hpp"
#include "common/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mimamori::collector::judge {

struct EvaluatorOptions
{
    rules::Policy policy;
    findings::AlertPolicy alerts;
    std::string version;                ///< Of this program, to compare agents with.
    std::chrono::seconds heartbeat{60}; ///< The rhythm that agents are told.
    std::chrono::minutes utc_offset{0}; ///< Of the site's wall clocks.
};

/// What was found out about a device without changing anything.
struct Looked
{
    storage::JudgedDevice device;
    News news;
    std::vector<findings::RuleOutcome> outcomes; ///< Without `news`, which must be taken in first.
    Learned learned;
    findings::Measured measured;
    std::optional<Timestamp> look_again_at;
    bool to_store{false};

    // What storing it would come to; not known with `news`.
    storage::JudgedState state;
    std::vector<std::string> opened; ///< The rule of each finding that begins.
    std::vector<std::string> ended;
};

/// What storing an evaluation did.
struct Stored
{
    std::optional<Timestamp> look_again_at;
    std::vector<DeviceId> others; ///< Devices whose findings may change by it.
    std::size_t alerts{0};
    std::size_t changes{0}; ///< Findings that opened, ended, or changed visibly.
    bool more_news{false};  ///< Judge the device again at once.
};

/// Judges one device: reads facts, runs the rules, brings findings forward. Used inside works, one
/// at a time: `look` on a reader, then, if there is something to store, `store` on the writer.
/// After a work of `store` that failed, call `forget`.
class Evaluator
{
public:
    /// All of them live longer than the evaluator.
    Evaluator(
        EvaluatorOptions options,
        const storage::Liveness& liveness,
        rules::Knowledge knowledge,
        const knowledge::RemoteTools& remote_tools);

    /// Forgets what was kept in memory: people decided something, or a work failed.
    void forget();

    /// The same of policies only, for which programs and models need not be read anew.
    void forget_policies();

    /// `look` answers as if these were the policies, until `forget`; nothing of that may be stored.
    void suppose(std::vector<storage::PolicyRow> rows);

    /// Errors: not_found for a device that is gone; io when something stored is damaged.
    Result<Looked> look(storage::Session& session, const DeviceId& id, Timestamp now);

    /// Takes the news in and stores findings, alerts and the device's state; all in one work.
    Result<Stored> store(storage::Session& session, Looked looked, Timestamp now);

    const EvaluatorOptions& options() const { return options_; }

private:
    struct Judged
    {
        rules::UpdateState updates;
        std::vector<findings::RuleOutcome> outcomes;
        std::optional<Timestamp> look_again_at;
        Learned learned;
        findings::Measured measured;
        bool items_unusual{false};
    };

    Result<News> read_news(storage::Session& session, const storage::JudgedDevice& device);
    std::vector<std::int64_t> take_in(
        storage::Session& session, const storage::JudgedDevice& device, News& news, Timestamp);
    Result<Judged> run_rules(
        storage::Session& session,
        const storage::JudgedDevice& device,
        const storage::JudgedRow& row,
        const std::vector<findings::FindingRecord>& active,
        Timestamp now);
    Result<rules::DeviceFacts> device_facts(
        storage::Session& session, const storage::JudgedDevice& device, Timestamp now);
    rules::SiteView site_view(
        storage::Session& session,
        const storage::JudgedDevice& device,
        const storage::JudgedRow& row,
        const std::vector<findings::FindingRecord>& active,
        Timestamp now);
    ProgramKnowledge::Device program_device(
        storage::Session& session,
        const storage::JudgedDevice& device,
        const storage::JudgedRow& row);
    const storage::SiteSize& site_size(storage::Session& session, Timestamp now);

    EvaluatorOptions options_;
    const storage::Liveness& liveness_;
    rules::Knowledge knowledge_;
    ProgramKnowledge programs_;
    std::unordered_map<std::int64_t, std::int64_t> events_looked_at_; ///< Without finding any.
    Baselines baselines_;
    ModelItems items_;
    PolicyBook policies_;
    storage::SiteSize site_size_;
    std::optional<Timestamp> site_size_at_;
};

/// Vendor and model as one name, as decisions name models; empty when neither is known.
std::string model_name(std::string_view vendor, std::string_view model);

} // namespace mimamori::collector::judge
