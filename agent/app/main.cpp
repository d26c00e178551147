#include "agent/app/console.hpp"
#include "agent/app/service_control.hpp"
#include "agent/app/settings.hpp"
#include "agent/app/verbs.hpp"
#include "agent/app/version.hpp"
#include "common/settings/document.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

namespace mimamori::agent::app {
namespace {

struct Arguments
{
    std::string config;
    std::string collector;
    std::string fingerprint;
    std::string ticket;
    std::string out;
    std::string service;
};

/// What was said on the command line of `enroll` wins over the file.
mimamori::settings::Layer command_line_layer(const Arguments& arguments)
{
    mimamori::settings::Layer layer;
    layer.source = mimamori::settings::Source::command_line;
    layer.name = "command line";
    if (!arguments.collector.empty())
        layer.given.push_back({"collector.address", arguments.collector, "--collector"});
    if (!arguments.fingerprint.empty())
        layer.given.push_back(
            {"collector.ca_fingerprint", arguments.fingerprint, "--ca-fingerprint"});
    return layer;
}

/// What a word that is none of the verbs is answered with.
std::string mistake_text(const CLI::App* app, const CLI::Error& error)
{
    std::string text = std::string{error.what()} + "\nThe verbs are:";
    for (const auto* verb : app->get_subcommands([](const CLI::App*) { return true; }))
        text += ' ' + verb->get_name();
    return text + ". --help says more.\n";
}

void add_place(CLI::App& verb, Arguments& arguments)
{
    verb.add_option("--collector", arguments.collector, "HOST:PORT of the collector");
    verb.add_option(
        "--ca-fingerprint", arguments.fingerprint, "SHA-256 of the site's root certificate");
}

int dispatch(const CLI::App& app, const Arguments& arguments)
{
    const auto chosen = [&](const char* verb) { return app.got_subcommand(verb); };
    if (chosen("version"))
    {
        std::cout << "mimamori-agent " << version() << ' ' << build() << ' ' << platform();
        if (!signature_state().empty())
            std::cout << ' ' << signature_state();
        std::cout << '\n';
        return exit_done;
    }
    if (chosen("sample-config"))
    {
        std::cout << mimamori::settings::sample_file(settings_table());
        return exit_done;
    }
    if (chosen("snapshot"))
        return snapshot(arguments.out, std::cout);
    const SettingsRequest request{arguments.config, command_line_layer(arguments)};
    if (chosen("run"))
        return run(request);
    if (has_service_control() && chosen("service"))
        return control_service(
            arguments.service, arguments.config, [&request] { return run(request); }, std::cout);
    const auto loaded = load_settings(request);
    if (!loaded)
    {
        std::cerr << loaded.error().message << '\n';
        return exit_unusable;
    }
    if (chosen("enroll"))
        return enroll(*loaded, arguments.ticket, std::cin, std::cout);
    if (chosen("status"))
        return print_status(*loaded, std::cout);
    return doctor(*loaded, std::cout);
}

int main(std::vector<std::string> words)
{
    const Console console;
    Arguments arguments;
    CLI::App app{"Watches over this machine and reports to the collector. Only reads."};
    app.name("mimamori-agent");
    app.fallthrough(); // --config may stand behind the verb, too; verbs added from here on see it.
    app.add_option(
        "--config", arguments.config,
        "Configuration file, " + default_places().settings_file.string() + " unless said");
    app.footer([] { return "Settings:\n" + mimamori::settings::help_text(settings_table()); });
    app.add_subcommand("run", "Run the agent (what the service does)");
    auto* enrolling = app.add_subcommand("enroll", "Ask the collector for a certificate");
    add_place(*enrolling, arguments);
    enrolling->add_option(
        "--ticket", arguments.ticket,
        "Ticket for this one machine; - reads it from standard input");
    app.add_subcommand("status", "Show how the agent on this machine is");
    auto* examining = app.add_subcommand("doctor", "Try every probe and the connection");
    add_place(*examining, arguments);
    auto* taking = app.add_subcommand("snapshot", "Write what the probes find into a file");
    taking->add_option("--out", arguments.out, "The file")->required();
    if (has_service_control())
        app.add_subcommand("service", "Install, remove or be the service of Windows")
            ->add_option("what", arguments.service, "install, remove or run")
            ->required()
            ->check(CLI::IsMember{{"install", "remove", "run"}});
    app.add_subcommand("sample-config", "Print a configuration file with all settings");
    app.add_subcommand("version", "Show the version");
    app.require_subcommand(0, 1);
    app.failure_message(mistake_text);
    try
    {
        std::reverse(words.begin(), words.end()); // CLI11 takes them from behind.
        app.parse(std::move(words));
    }
    catch (const CLI::ParseError& error)
    {
        const bool was_asked = app.exit(error) == exit_done; // --help
        return was_asked ? exit_done : exit_unusable;
    }
    if (app.get_subcommands().empty())
    {
        std::cerr << app.help();
        return exit_unusable;
    }
    return dispatch(app, arguments);
}

} // namespace
} // namespace mimamori::agent::app

int main(int argc, char** argv)
{
    return mimamori::agent::app::main(mimamori::agent::app::arguments_of(argc, argv));
}
