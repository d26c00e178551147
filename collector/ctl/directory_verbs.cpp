#include "collector/ctl/read_secret.hpp"
#include "collector/ctl/verbs.hpp"
#include "common/wire/json_writer.hpp"

#include <boost/describe/class.hpp>
#include <fmt/format.h>

#include <string>

namespace mimamori::collector::ctl {
namespace {

struct Wish
{
    std::string name;
    std::string password;
};
BOOST_DESCRIBE_STRUCT(Wish, (), (name, password))

Wish wish;
bool with_password{false};

Result<std::string> test_directory(const app::Settings& settings)
{
    if (with_password)
    {
        auto password = read_secret("password of " + wish.name);
        if (!password)
            return password.error();
        wish.password = std::move(*password);
    }
    const auto answer = ask(settings, http::Method::post, "/directory/test", wire::to_json(wish));
    if (!answer)
        return answer.error();
    std::string text;
    bool good = true;
    for (const auto& step : answer->at("items").as_array())
    {
        const bool is_good = step.at("good").as_bool();
        good = good && is_good;
        text += fmt::format(
            "{:<6} {:<12} {}\n", is_good ? "ok" : "FAILED", shown(step.at("name")),
            shown(step.at("detail")));
    }
    if (good)
        return text;
    return Error{Errc::conflict, "this person could not sign in:\n" + text};
}

} // namespace

void add_directory_verbs(CLI::App& program, Chosen& chosen)
{
    auto* directory = program.add_subcommand("directory", "The directory that people sign in with");
    directory->require_subcommand(1);
    auto* test = directory->add_subcommand("test", "Say what a sign-in would do, step by step");
    test->add_option("user", wish.name, "Whose")->required();
    test->add_flag(
        "--password", with_password,
        "Try the password too; it is typed, or the first line of standard input");
    test->callback([&chosen] { chosen.verb = test_directory; });
}

} // namespace mimamori::collector::ctl
