// mimamori-collector: takes reports, judges them, shows pages.

#include "collector/app/collector.hpp"
#include "collector/app/settings.hpp"
#include "common/log/log.hpp"
#include "common/platform/notify_socket.hpp"
#include "common/settings/document.hpp"
#include "common/settings/toml.hpp"

#include <fmt/format.h>

#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <string>

namespace {

using namespace mimamori;
using namespace mimamori::collector;

// The unit does not try again after 2 and 3.
constexpr int exit_failed = 1;
constexpr int exit_usage = 2;
constexpr int exit_config = 3;

Result<app::Settings> load_settings(const std::string& file)
{
    auto loaded = settings::load_file(app::settings_table(), file);
    if (!loaded)
        return loaded.error();
    return loaded->values;
}

int fail(const Error& error, int code)
{
    fmt::print(stderr, "mimamori-collector: {}\n", error.message);
    return code;
}

/// Runs until SIGTERM or SIGINT.
int run(const app::Settings& settings)
{
    // Blocked here, before any thread exists, so that sigwait below gets them.
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    ::umask(0077);

    log::Options log_options;
    log_options.least = settings.log_level;
    log_options.file = settings.log_file.string();
    log::start(log_options);

    auto collector = app::Collector::start(settings);
    if (!collector)
    {
        log::error("{}", collector.error().message);
        log::flush();
        return exit_failed;
    }
    platform::notify_service("READY=1");
    int signal = 0;
    sigwait(&ends, &signal);
    log::info("collector stops: signal {}", signal);
    platform::notify_service("STOPPING=1");
    const bool all = (*collector)->stop();
    log::flush();
    if (!all)
        std::_Exit(1); // A part that hangs would keep the destructors waiting for ever.
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App program{"Takes the reports of mimamori agents, judges them and shows pages."};
    program.require_subcommand(1);
    program.fallthrough(); // --config may stand behind the verb; verbs added from here on see it.
    program.footer([] { return "Settings:\n" + settings::help_text(app::settings_table()); });
    std::string config = "/etc/mimamori/collector.toml";
    program.add_option("--config", config, "Configuration file")->capture_default_str();
    auto* run_verb = program.add_subcommand("run", "Run until SIGTERM or SIGINT");
    auto* check_verb = program.add_subcommand("check-config", "Check the configuration file");
    auto* sample_verb = program.add_subcommand("sample-config", "Print the sample configuration");
    auto* version_verb = program.add_subcommand("version", "Print the version");
    try
    {
        program.parse(argc, argv);
    }
    catch (const CLI::ParseError& error)
    {
        return program.exit(error) == 0 ? 0 : exit_usage;
    }

    if (*version_verb)
    {
        fmt::print("mimamori-collector {}\n", MIMAMORI_VERSION);
        return 0;
    }
    if (*sample_verb)
    {
        fmt::print("{}", settings::sample_file(app::settings_table()));
        return 0;
    }
    const auto loaded = load_settings(config);
    if (!loaded)
        return fail(loaded.error(), exit_config);
    if (*check_verb)
    {
        fmt::print("{}: good\n", config);
        return 0;
    }
    return *run_verb ? run(*loaded) : exit_usage;
}
