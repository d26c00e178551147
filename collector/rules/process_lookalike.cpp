#include "collector/rules/process_lookalike.hpp"

#include "collector/rules/program_findings.hpp"
#include "collector/rules/program_kind.hpp"

namespace mimamori::collector::rules {

namespace {

bool is_about(const SeenProgram& seen)
{
    return seen.remark == remark_lookalike;
}

/// A maker that signed "service.exe" in its own folder did not mean services.exe; what bears the
/// very name, or one that only looks the same, or lies where users write, is not excused by it.
Severity severity_of(const SeenProgram& seen)
{
    const bool perhaps_chance = !seen.program.signer.empty() && !reads_as_system(seen.program)
                                && !is_user_place(seen.program);
    return perhaps_chance ? Severity::warning : Severity::action;
}

} // namespace

Judgement judge_process_lookalike(const Inputs& in)
{
    return judge_programs(in, {is_about, severity_of, false});
}

} // namespace mimamori::collector::rules
