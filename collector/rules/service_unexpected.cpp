#include "collector/rules/service_unexpected.hpp"

#include "collector/rules/profile_facts.hpp"
#include "collector/rules/program_kind.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace mimamori::collector::rules {

namespace {

/// As people know it: its own words for itself, else its name, and what it starts.
std::string in_words(const wire::Service& service)
{
    const std::string& name = service.display_name.empty() ? service.name : service.display_name;
    const std::string program = file_name(program_of_command(service.command));
    return program.empty() ? name : name + " (" + program + ')';
}

} // namespace

Judgement judge_service_unexpected(const Inputs& in)
{
    if (!in.site.services_unread.empty())
        return {Unknown{in.site.services_unread}, {}};
    Judgement result{Good{}, {}};
    look_again(result, in.site.learning_until[ItemKind::service], in.now);

    Bad verdict;
    for (const UnusualItem& item : unusual_items(in, ItemKind::service))
    {
        Finding finding = unusual_finding(in, item);
        finding.evidence.set("service", item.key);
        const auto& section = in.device.facts.services;
        const auto told = section ? section->services : std::vector<wire::Service>{};
        const auto found =
            std::find_if(told.begin(), told.end(), [&item](const wire::Service& service) {
                return starts_by_itself(service) && service_key(service) == item.key;
            });
        if (found != told.end())
        {
            finding.evidence.set("service", in_words(*found)).set("name", found->name);
            if (!found->command.empty())
                finding.evidence.set("command", found->command);
            if (!found->account.empty())
                finding.evidence.set("account", found->account);
        }
        verdict.findings.push_back(std::move(finding));
    }
    if (!verdict.findings.empty())
        result.verdict = std::move(verdict);
    return result;
}

} // namespace mimamori::collector::rules
