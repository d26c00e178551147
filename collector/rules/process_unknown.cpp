#include "collector/rules/process_unknown.hpp"

#include "collector/rules/program_findings.hpp"
#include "collector/rules/program_kind.hpp"

namespace mimamori::collector::rules {

namespace {

bool is_about(const SeenProgram& seen)
{
    return seen.remark != remark_lookalike && seen.remark != remark_remote_tool;
}

Severity severity_of(const SeenProgram& seen)
{
    // It was refused, or lies unsigned where any user can put it.
    if (seen.remark == remark_refused)
        return Severity::action;
    if (seen.remark == remark_user_folder && seen.program.signer.empty())
        return Severity::action;
    return Severity::warning;
}

} // namespace

Judgement judge_process_unknown(const Inputs& in)
{
    return judge_programs(in, {is_about, severity_of, true});
}

} // namespace mimamori::collector::rules
