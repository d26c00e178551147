#include "collector/api/lacking.hpp"

#include <fmt/format.h>

namespace mimamori::collector::api {
namespace {

using people::Role;

constexpr Role roles[] = {
    Role::viewer, Role::department, Role::operator_, Role::administrator, Role::auditor};

// The sentences of the log, which end with what the problem document tells.
constexpr std::string_view takes = " and may not do this; it takes:";
constexpr std::string_view whole_site = " may not do this: it is about the whole site";

} // namespace

Error lacks(const people::Principal& principal, people::Right right)
{
    std::string names;
    for (const Role role : roles)
        if (people::has_right(role, right))
            names.append(" ").append(people::to_text(role));
    return Error{
        Errc::forbidden,
        fmt::format("{} is {}{}{}", principal.name, people::to_text(principal.role), takes, names)};
}

Error lacks_whole_site(const people::Principal& principal)
{
    return Error{Errc::forbidden, fmt::format("{}{}", principal.name, whole_site)};
}

std::string who_may(const Error& error)
{
    const std::string_view message{error.message};
    if (message.ends_with(whole_site))
        return "\"whole_site\":true";
    const auto at = message.rfind(takes);
    if (at == std::string_view::npos)
        return {};
    // Only our own words are repeated: somebody's name may say anything.
    const std::string named = fmt::format("{} ", message.substr(at + takes.size()));
    std::string names;
    for (const Role role : roles)
        if (named.find(fmt::format(" {} ", people::to_text(role))) != std::string::npos)
            names += fmt::format("{}\"{}\"", names.empty() ? "" : ",", people::to_text(role));
    return names.empty() ? names : fmt::format("\"roles\":[{}]", names);
}

} // namespace mimamori::collector::api
