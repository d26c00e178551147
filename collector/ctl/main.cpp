// mimamorictl: the administrator's shell. `init` works on the data folder; everything else asks
// the running collector over its Unix socket.

#include "collector/app/settings.hpp"
#include "collector/ctl/verbs.hpp"
#include "common/settings/toml.hpp"

#include <fmt/format.h>

#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <string>

namespace {

using namespace mimamori;
using namespace mimamori::collector;

constexpr int exit_misspelt = 2; ///< The command line is none of ours.
constexpr int exit_unusable = 3; ///< The settings.

/// What was not understood, and what there is at that place.
std::string mistake_text(const CLI::App* program, const CLI::Error& error)
{
    std::string text = fmt::format("mimamorictl: {}\n", error.what());
    const auto unknown = program->remaining(true);
    if (!unknown.empty())
        text = fmt::format("mimamorictl: not understood: {}\n", fmt::join(unknown, " "));
    const CLI::App* deepest = program;
    while (!deepest->get_subcommands().empty())
        deepest = deepest->get_subcommands().front();
    std::string verbs;
    for (const auto* verb : deepest->get_subcommands([](const CLI::App* one) {
             return !one->get_name().empty(); // Not a group of options.
         }))
        verbs += ' ' + verb->get_name();
    if (!verbs.empty())
        text += fmt::format("The verbs are:{}\n", verbs);
    return text + "--help says more.\n";
}

int show(const Result<std::string>& text)
{
    if (!text)
    {
        fmt::print(stderr, "mimamorictl: {}\n", text.error().message);
        return 1;
    }
    fmt::print("{}", *text);
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App program{"Administers a mimamori collector on this machine."};
    program.name("mimamorictl");
    program.fallthrough(); // --config may stand behind the verb; verbs added from here on see it.
    program.require_subcommand(1);
    program.set_help_all_flag("--help-all", "The same for all verbs");
    std::string config = "/etc/mimamori/collector.toml";
    program.add_option("--config", config, "The collector's configuration file")
        ->capture_default_str();
    ctl::Chosen chosen;
    ctl::add_site_verbs(program, chosen);
    ctl::add_enrolment_verbs(program, chosen);
    ctl::add_people_verbs(program, chosen);
    ctl::add_directory_verbs(program, chosen);
    ctl::add_finding_verbs(program, chosen);
    ctl::add_program_verbs(program, chosen);
    ctl::add_register_verbs(program, chosen);
    ctl::add_alert_verbs(program, chosen);
    ctl::add_policy_verbs(program, chosen);
    ctl::add_knowledge_verbs(program, chosen);
    ctl::add_audit_verbs(program, chosen);
    ctl::add_event_verbs(program, chosen);
    ctl::add_backup_verbs(program, chosen);
    program.failure_message(mistake_text);
    try
    {
        program.parse(argc, argv);
    }
    catch (const CLI::ParseError& error)
    {
        return program.exit(error) == 0 ? 0 : exit_misspelt; // 0: --help
    }

    ::umask(0077);
    if (chosen.offline)
        return show(chosen.offline());
    const auto settings = settings::load_file(app::settings_table(), config);
    if (!settings)
    {
        fmt::print(stderr, "mimamorictl: {}\n", settings.error().message);
        return exit_unusable;
    }
    return show(chosen.verb(settings->values));
}
