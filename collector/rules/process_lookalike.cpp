#include "collector/rules/process_lookalike.hpp"

#include "collector/rules/program_findings.hpp"
#include "collector/rules/program_kind.hpp"

namespace mimamori::collector::rules {

namespace {

bool is_about(const SeenProgram& seen)
{
    return seen.remark == remark_lookalike;
}

Severity severity_of(const SeenProgram& /*seen*/)
{
    return Severity::action;
}

} // namespace

Judgement judge_process_lookalike(const Inputs& in)
{
    return judge_programs(in, {is_about, severity_of, false});
}

} // namespace mimamori::collector::rules
