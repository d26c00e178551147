#include "collector/directory/role_rule.hpp"

#include <algorithm>

namespace mimamori::collector::directory {
namespace {

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    return text;
}

std::vector<std::string_view> words_of(std::string_view text)
{
    std::vector<std::string_view> words;
    for (text = trimmed(text); !text.empty(); text = trimmed(text))
    {
        const std::size_t end = std::min(text.find(' '), text.size());
        words.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return words;
}

} // namespace

Result<RoleRule> parse_role_rule(std::string_view text)
{
    const std::size_t colon = text.find(':');
    const Error wrong{
        Errc::invalid_input, "write \"ROLE: GROUP\" or \"ROLE of SITE SITE: GROUP\", with the "
                             "distinguished name of the group"};
    if (colon == std::string_view::npos)
        return wrong;
    const std::vector<std::string_view> words = words_of(text.substr(0, colon));
    const std::string_view group = trimmed(text.substr(colon + 1));
    const bool names_sites = words.size() >= 3 && words[1] == "of";
    if (group.find('=') == std::string_view::npos || (words.size() != 1 && !names_sites))
        return wrong;
    RoleRule rule;
    rule.role = words[0];
    rule.group = group;
    for (std::size_t i = 2; i < words.size(); ++i)
        rule.sites.emplace_back(std::string{words[i]});
    if (rule.sites.empty())
        rule.sites.emplace_back("root");
    return rule;
}

std::optional<RoleRule> role_of(const std::vector<RoleRule>& matching)
{
    if (matching.empty())
        return {};
    RoleRule whole = matching.front();
    for (const RoleRule& rule : matching)
        if (rule.role == whole.role)
            for (const SiteId& site : rule.sites)
                if (std::find(whole.sites.begin(), whole.sites.end(), site) == whole.sites.end())
                    whole.sites.push_back(site);
    return whole;
}

} // namespace mimamori::collector::directory
