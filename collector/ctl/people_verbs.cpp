#include "collector/ctl/read_secret.hpp"
#include "collector/ctl/verbs.hpp"
#include "common/crypto/password.hpp"
#include "common/wire/json_writer.hpp"

#include <boost/describe/class.hpp>
#include <fmt/format.h>

#include <string>
#include <vector>

namespace mimamori::collector::ctl {
namespace {

using http::Method;

struct PersonWish
{
    std::string name;
    std::string password;
    std::string role{"viewer"};
    std::vector<std::string> sites;
};
BOOST_DESCRIBE_STRUCT(PersonWish, (), (name, password, role, sites))

struct AccessWish
{
    bool disabled{false};
};
BOOST_DESCRIBE_STRUCT(AccessWish, (), (disabled))

PersonWish person;

std::string path_of_person(std::string_view what)
{
    return fmt::format("/people/{}/{}", encoded(person.name), what);
}

/// Makes a password and prints it once: on the command line it would stay in the history.
Verb first_day_verb(std::function<std::string()> path)
{
    return [path = std::move(path)](const app::Settings& settings) -> Result<std::string> {
        person.password = crypto::first_day_password();
        const auto answer = ask(settings, Method::post, path(), wire::to_json(person));
        if (!answer)
            return answer.error();
        return fmt::format("first-day password: {}\n", person.password);
    };
}

Result<Change> password_that_is_typed(const app::Settings&)
{
    auto password = read_secret("new password of " + person.name);
    if (!password)
        return password.error();
    person.password = std::move(*password);
    return Change{Method::post, path_of_person("password"), wire::to_json(person)};
}

void add_role_options(CLI::App& verb)
{
    verb.add_option("--role", person.role, "viewer, department, operator, administrator, auditor")
        ->capture_default_str();
    verb.add_option(
        "--site", person.sites, "Only of this site and what is below it; may stand several times");
}

void add_access(CLI::App& people, Chosen& chosen, bool disabled)
{
    auto* verb = people.add_subcommand(
        disabled ? "disable" : "enable",
        disabled ? "End all sign-ins of one and allow no more" : "Allow sign-ins again");
    verb->add_option("name", person.name, "Who")->required();
    verb->callback([&chosen, disabled] {
        chosen.verb = change_verb([disabled]() -> Change {
            const AccessWish wish{disabled};
            return {Method::post, path_of_person("access"), wire::to_json(wish)};
        });
    });
}

} // namespace

void add_people_verbs(CLI::App& program, Chosen& chosen)
{
    auto* people = program.add_subcommand("user", "People who may sign in");
    people->require_subcommand(1);
    add_list(*people, "list", "List them", chosen, [] { return Listing{.path = "/people"}; });
    auto* add = people->add_subcommand("add", "Add one; prints a first-day password");
    add->add_option("name", person.name, "Who")->required();
    add_role_options(*add);
    add->callback(
        [&chosen] { chosen.verb = first_day_verb([] { return std::string{"/people"}; }); });
    auto* role = people->add_subcommand("role", "Give one another role and other sites");
    role->add_option("name", person.name, "Who")->required();
    add_role_options(*role);
    role->callback([&chosen] {
        chosen.verb = change_verb([]() -> Change {
            return {Method::post, path_of_person("role"), wire::to_json(person)};
        });
    });
    const auto add_post = [&](const char* name, const char* what, const char* path) {
        auto* verb = people->add_subcommand(name, what);
        verb->add_option("name", person.name, "Who")->required();
        verb->callback([&chosen, path] {
            chosen.verb = change_verb([path]() -> Change {
                return {Method::post, path_of_person(path)};
            });
        });
    };
    add_post("sign-out", "End all sign-ins of one", "sign-out");
    add_post(
        "no-second-factor", "For who has lost authenticator and recovery codes",
        "no-second-factor");
    auto* tokens = program.add_subcommand("token", "Tokens with which programs use the API");
    tokens->require_subcommand(1);
    add_list(*tokens, "list", "List them", chosen, [] { return Listing{.path = "/tokens"}; });
    static std::string token;
    auto* revoke = tokens->add_subcommand("revoke", "End one");
    revoke->add_option("id", token, "Its number")->required();
    revoke->callback([&chosen] {
        chosen.verb = change_verb([]() -> Change {
            return {Method::delete_, "/tokens/" + encoded(token), {}};
        });
    });
    auto* reset = people->add_subcommand("reset-password", "Print a new first-day password");
    reset->add_option("name", person.name, "Who")->required();
    reset->callback(
        [&chosen] { chosen.verb = first_day_verb([] { return path_of_person("password"); }); });
    auto* set = people->add_subcommand(
        "set-password", "Set a password; it is typed, or the first line of standard input");
    set->add_option("name", person.name, "Who")->required();
    set->callback([&chosen] { chosen.verb = change_verb(password_that_is_typed); });
    add_access(*people, chosen, true);
    add_access(*people, chosen, false);
}

} // namespace mimamori::collector::ctl
