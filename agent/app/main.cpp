#include "agent/app/command_line.hpp"
#include "agent/app/console.hpp"
#include "agent/app/output.hpp"
#include "agent/app/service_control.hpp"
#include "agent/app/settings.hpp"
#include "agent/app/verbs.hpp"
#include "agent/app/version.hpp"
#include "common/settings/document.hpp"

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

namespace mimamori::agent::app {
namespace {

/// What was said on the command line of `enroll` wins over the file.
mimamori::settings::Layer command_line_layer(const Said& said)
{
    mimamori::settings::Layer layer;
    layer.source = mimamori::settings::Source::command_line;
    layer.name = "command line";
    for (const auto& [option, setting] :
         {std::pair{"--collector", "collector.address"},
          std::pair{"--ca-fingerprint", "collector.ca_fingerprint"}})
    {
        const std::string value{said.value_of(option)};
        if (!value.empty())
            layer.given.push_back({setting, value, option});
    }
    return layer;
}

CommandLine command_line()
{
    CommandLine line{
        "mimamori-agent",
        "Watches over this machine and reports to the collector. Only reads.",
        {{"--config", "FILE",
          "Configuration file, " + default_places().settings_file.string() + " unless said"}}};
    const Option collector{"--collector", "HOST:PORT", "The collector"};
    const Option fingerprint{
        "--ca-fingerprint", "DIGITS", "SHA-256 of the site's root certificate"};
    line.add({"run", "Run the agent (what the service does)"});
    line.add(
        {"enroll",
         "Ask the collector for a certificate",
         {collector,
          fingerprint,
          {"--ticket", "TICKET", "For this one machine; - reads it from standard input"}}});
    line.add({"status", "Show how the agent on this machine is"});
    line.add({"doctor", "Try every probe and the connection", {collector, fingerprint}});
    line.add(
        {"snapshot",
         "Write what the probes find into a file",
         {{"--out", "FILE", "The file", true}}});
    if (has_service_control())
        line.add(
            {"service",
             "Install, remove or be the service of Windows",
             {{"what", "WHAT", "install, remove or run", true, {"install", "remove", "run"}}}});
    line.add({"sample-config", "Print a configuration file with all settings"});
    line.add({"version", "Show the version"});
    return line;
}

int dispatch(const Said& said, Output& out, Output& trouble)
{
    const std::string_view verb = said.verb;
    if (verb == "version")
    {
        out << "mimamori-agent " << version() << ' ' << build() << ' ' << platform();
        if (!signature_state().empty())
            out << ' ' << signature_state();
        out << '\n';
        return exit_done;
    }
    if (verb == "sample-config")
    {
        out << mimamori::settings::sample_file(settings_table());
        return exit_done;
    }
    if (verb == "snapshot")
        return snapshot(std::string{said.value_of("--out")}, out);
    const std::string config{said.value_of("--config")};
    const SettingsRequest request{config, command_line_layer(said)};
    if (verb == "run")
        return run(request);
    if (verb == "service")
        return control_service(
            std::string{said.value_of("what")}, config, [&request] { return run(request); }, out);
    const auto loaded = load_settings(request);
    if (!loaded)
    {
        trouble << loaded.error().message << '\n';
        return exit_unusable;
    }
    if (verb == "enroll")
        return enroll(*loaded, std::string{said.value_of("--ticket")}, out);
    if (verb == "status")
        return print_status(*loaded, out);
    return doctor(*loaded, out);
}

int main(const std::vector<std::string>& words)
{
    const Console console;
    FileOutput out{stdout};
    FileOutput trouble{stderr};
    const CommandLine line = command_line();
    const auto said = line.read(words);
    if (!said)
    {
        trouble << said.error().message << '\n';
        return exit_unusable;
    }
    if (said->verb.empty() || said->wants_help)
    {
        std::string help = line.help_text(said->verb);
        if (said->verb.empty())
            help += "\nSettings:\n" + mimamori::settings::help_text(settings_table());
        (said->wants_help ? out : trouble) << help;
        return said->wants_help ? exit_done : exit_unusable;
    }
    return dispatch(*said, out, trouble);
}

} // namespace
} // namespace mimamori::agent::app

int main(int argc, char** argv)
{
    return mimamori::agent::app::main(mimamori::agent::app::arguments_of(argc, argv));
}
