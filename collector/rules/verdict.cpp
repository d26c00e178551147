#include "collector/rules/verdict.hpp"

#include <utility>

namespace mimamori::collector::rules {

Verdict bad(Finding finding)
{
    Bad verdict;
    verdict.findings.push_back(std::move(finding));
    return verdict;
}

void look_again(Judgement& judgement, Timestamp moment, Timestamp now)
{
    if (moment <= now)
        return;
    if (!judgement.look_again_at || moment < *judgement.look_again_at)
        judgement.look_again_at = moment;
}

} // namespace mimamori::collector::rules
