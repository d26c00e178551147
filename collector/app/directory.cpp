#include "collector/app/directory.hpp"

#include "collector/app/private_text.hpp"
#include "collector/directory/ldap_text.hpp"
#include "collector/people/principal.hpp"
#include "collector/storage/directory_store.hpp"
#include "common/platform/file.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace mimamori::collector::app {

bool is_directory_filter(std::string_view text)
{
    return text.empty() || directory::is_filter(text);
}

bool is_directory_attribute(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
               || c == '-' || c == '.';
    });
}

bool is_directory_role(std::string_view text)
{
    const auto rule = directory::parse_role_rule(text);
    return rule && people::parse_role(rule->role).has_value();
}

std::vector<settings::Problem> directory_problems(const Settings& settings)
{
    std::vector<settings::Problem> problems;
    if (settings.directory_security == DirectorySecurity::off)
        return problems;
    const auto need = [&](bool missing, const char* key) {
        if (missing)
            problems.push_back({key, "is needed to sign people in by a directory"});
    };
    need(settings.directory_hosts.empty(), "directory.hosts");
    need(settings.directory_ca.empty(), "directory.ca");
    need(settings.directory_user.empty(), "directory.user");
    need(settings.directory_password_file.empty(), "directory.password_file");
    need(settings.directory_base.empty(), "directory.base");
    need(settings.directory_roles.empty(), "directory.roles");
    return problems;
}

Result<directory::DirectorySettings> directory_settings_of(const Settings& settings)
{
    directory::DirectorySettings asked;
    asked.kind = settings.directory_kind == DirectoryKind::ldap ? directory::Kind::ldap
                                                                : directory::Kind::active_directory;
    asked.security = settings.directory_security == DirectorySecurity::starttls
                         ? directory::Security::starttls
                         : directory::Security::ldaps;
    asked.hosts = settings.directory_hosts;
    asked.port = settings.directory_port;
    asked.ca_file = settings.directory_ca.string();
    asked.user = settings.directory_user;
    asked.base = settings.directory_base;
    asked.filter = settings.directory_filter;
    asked.name_attribute = settings.directory_name_attribute;
    asked.id_attribute = settings.directory_id_attribute;
    asked.nested_groups = settings.directory_nested_groups;
    asked.step_max = settings.directory_answer_within;
    for (const std::string& text : settings.directory_roles)
    {
        auto rule = directory::parse_role_rule(text);
        if (!rule)
            return rule.error();
        asked.roles.push_back(std::move(*rule));
    }
    constexpr std::size_t ca_bytes_max = 256U * 1024;
    if (auto ca = platform::read_file(settings.directory_ca, ca_bytes_max); !ca)
        return std::move(ca).error().in("directory.ca");
    auto password = read_password(settings.directory_password_file);
    if (!password)
        return std::move(password).error().in("directory.password_file");
    if (password->empty())
        return Error{Errc::invalid_input, "directory.password_file: is empty"};
    asked.password = std::move(*password);
    return asked;
}

Result<void> load_directory_roles(storage::Database& database, directory::Directory& asked)
{
    auto load = [&asked](storage::Session& session) -> Result<void> {
        std::vector<directory::RoleRule> roles;
        for (storage::DirectoryRole& role : storage::list_directory_roles(session))
            roles.push_back({std::move(role.role), std::move(role.sites), std::move(role.group)});
        asked.set_roles(std::move(roles));
        return {};
    };
    return database.read_and_wait(load);
}

} // namespace mimamori::collector::app
