#include "collector/rules/remote_tool.hpp"

#include "collector/rules/program_findings.hpp"
#include "collector/rules/program_kind.hpp"

namespace mimamori::collector::rules {

namespace {

bool is_about(const SeenProgram& seen)
{
    return seen.remark == remark_remote_tool;
}

Severity severity_of(const SeenProgram& /*seen*/)
{
    return Severity::warning;
}

} // namespace

Judgement judge_remote_tool(const Inputs& in)
{
    return judge_programs(in, {is_about, severity_of, false});
}

} // namespace mimamori::collector::rules
