#include "collector/rules/knowledge_old.hpp"

#include <utility>

namespace mimamori::collector::rules {

Judgement judge_knowledge_old(const SystemInputs& in)
{
    if (in.system.knowledge.empty())
        return {Unknown{"no knowledge file was read"}, {}};
    Judgement result{Good{}, {}};
    Bad verdict;
    for (const KnowledgeFact& file : in.system.knowledge)
    {
        const Timestamp info_from = Timestamp{file.data_date} + in.policy.knowledge_info;
        const Timestamp warning_from = Timestamp{file.data_date} + in.policy.knowledge_warning;
        look_again(result, info_from, in.now);
        look_again(result, warning_from, in.now);
        if (in.now < info_from)
            continue;
        Finding finding;
        finding.subject = file.name;
        finding.severity = in.now < warning_from ? Severity::info : Severity::warning;
        finding.evidence.set("file", file.name).set("data_date", file.data_date);
        finding.data_date = file.data_date;
        verdict.findings.push_back(std::move(finding));
    }
    if (!verdict.findings.empty())
        result.verdict = std::move(verdict);
    return result;
}

} // namespace mimamori::collector::rules
