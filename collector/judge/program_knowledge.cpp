#include "collector/judge/program_knowledge.hpp"

#include "collector/rules/program_kind.hpp"

#include <algorithm>
#include <utility>

namespace mimamori::collector::judge {

using findings::ProgramDecision;
using rules::Standing;

ProgramKnowledge::ProgramKnowledge(
    const rules::Policy& policy, const knowledge::RemoteTools& remote_tools)
    : policy_{policy}
    , remote_tools_{remote_tools}
{}

void ProgramKnowledge::forget()
{
    decisions_read_ = false;
    decisions_.clear();
    models_.clear();
    entries_.clear();
}

void ProgramKnowledge::model_changed(std::int64_t model_no)
{
    ++epochs_[model_no];
    models_.erase(model_no);
}

const storage::ModelRow& ProgramKnowledge::model(storage::Session& session, std::int64_t model_no)
{
    const auto known = models_.find(model_no);
    if (known != models_.end())
        return known->second;
    auto row = storage::find_model(session, model_no);
    return models_.emplace(model_no, row.value_or(storage::ModelRow{})).first->second;
}

Timestamp ProgramKnowledge::learning_end_of(const storage::ModelRow& model) const
{
    return findings::learning_end(model.first_device_at, model.learning_until, policy_);
}

const storage::SiteTree& ProgramKnowledge::sites(storage::Session& session)
{
    read_decisions(session);
    return sites_;
}

void ProgramKnowledge::read_decisions(storage::Session& session)
{
    if (decisions_read_)
        return;
    decisions_ = storage::standing_decisions(session);
    sites_ = storage::read_site_tree(session);
    decisions_read_ = true;
}

std::vector<const ProgramDecision*> ProgramKnowledge::decisions_about(
    const wire::Program& program) const
{
    std::vector<const ProgramDecision*> found;
    for (const ProgramDecision& decision : decisions_)
    {
        const std::string value = findings::decision_value(program, decision.kind);
        // A path proves nothing where people can put programs, also if it was approved before the
        // place became one.
        const bool weak = decision.kind == findings::DecisionKind::path
                          && decision.decision == findings::Decision::allow
                          && rules::is_user_place(program);
        if (!value.empty() && value == decision.value && !weak)
            found.push_back(&decision);
    }
    return found;
}

std::string_view ProgramKnowledge::remark_of(const wire::Program& program) const
{
    if (rules::is_lookalike(program))
        return rules::remark_lookalike;
    for (const auto& match : remote_tools_.by_process(rules::file_name(program.path)))
    {
        if (!match.needs_second_sign)
            return rules::remark_remote_tool;
    }
    if (rules::is_user_place(program))
        return rules::remark_user_folder;
    return {};
}

std::string ProgramKnowledge::tool_name(const wire::Program& program) const
{
    for (const auto& match : remote_tools_.by_process(rules::file_name(program.path)))
    {
        if (!match.needs_second_sign)
            return match.tool->name;
    }
    return {};
}

ProgramKnowledge::Entry ProgramKnowledge::find_out(
    storage::Session& session, const storage::ProgramRow& row, std::int64_t model_no, Timestamp now)
{
    const storage::ModelRow& of = model(session, model_no);
    findings::LearningFacts facts;
    facts.learnable = remark_of(row.program).empty();
    facts.learning_until = learning_end_of(of);
    if (facts.learnable)
    {
        facts.devices_in_time =
            storage::devices_of_model_with(session, row.line, model_no, facts.learning_until, 2);
        // More than a few is all that matters.
        facts.model_devices_in_time = storage::devices_of_model(
            session, model_no, facts.learning_until, policy_.few_devices + 1);
    }
    Entry found;
    found.standing = findings::learned_standing(facts, policy_, now);
    if (found.standing == Standing::settling)
        found.until = facts.learning_until;
    found.model_epoch = epochs_[model_no];
    found.final = !facts.learnable || facts.devices_in_time >= 2 || now >= facts.learning_until;
    found.decided = !decisions_about(row.program).empty();
    found.hash_missing = row.program.sha256.empty() && facts.learnable;
    return found;
}

const ProgramKnowledge::Entry& ProgramKnowledge::entry(
    storage::Session& session, std::int64_t program_no, std::int64_t model_no, Timestamp now)
{
    read_decisions(session);
    const Key key{program_no, model_no};
    const auto known = entries_.find(key);
    if (known != entries_.end())
    {
        const Entry& at = known->second;
        const bool current = at.final || at.model_epoch == epochs_[model_no];
        if (current && (!at.until || now < *at.until))
            return at;
    }
    const auto row = storage::find_program(session, program_no);
    return entries_[key] = find_out(session, row.value_or(storage::ProgramRow{}), model_no, now);
}

std::optional<rules::SeenProgram> ProgramKnowledge::unlearned(
    storage::Session& session,
    const Device& device,
    const storage::DeviceProgram& program,
    Timestamp now)
{
    const Entry& known = entry(session, program.program_no, device.model_no, now);
    if (known.standing == Standing::learned && !known.decided)
        return {};

    const auto row = storage::find_program(session, program.program_no);
    if (!row)
        return {};
    rules::SeenProgram seen;
    seen.no = row->no;
    seen.program = row->program;
    seen.standing = known.standing;
    seen.standing_until = known.until;
    seen.remark = remark_of(row->program);
    if (seen.remark == rules::remark_remote_tool)
        seen.tool = tool_name(row->program);
    seen.first_seen_at = program.first_seen_at;
    seen.first_seen_anywhere_at = row->first_seen_at;

    // A new device reads its files one after the other: what has no hash yet is not unknown yet.
    const Timestamp hashed_by = device.created_at + policy_.first_hashes;
    if (seen.standing == Standing::unknown && known.hash_missing && now < hashed_by)
    {
        seen.standing = Standing::settling;
        seen.standing_until = hashed_by;
    }
    if (known.decided)
    {
        const auto decided = findings::decide(decisions_about(row->program), device.place, now);
        if (decided.decision == findings::Decision::refuse)
        {
            seen.standing = Standing::unknown;
            seen.remark = rules::remark_refused;
        }
        else if (decided.decision)
            seen.standing = Standing::approved;
        if (decided.decision)
            seen.standing_until = decided.until;
    }
    if (seen.standing == Standing::unknown)
        seen.devices = storage::devices_with(session, row->line);
    return seen;
}

} // namespace mimamori::collector::judge
