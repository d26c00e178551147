#include "tests/fleetsim/options.hpp"

#include <CLI/CLI.hpp>
#include <map>

namespace mimamori::fleetsim {

std::optional<Options> read_options(int count, char** values, int& exit_code)
{
    Options options;
    CLI::App program{
        "Simulated agents with keys, certificates and connections of their own, which report to a "
        "collector over the real protocol.\nEnds with 0 when the run is valid, 1 when it is not, "
        "2 when it could not begin.",
        "mimamori-fleetsim"};
    const std::map<std::string, Mode> modes{
        {"steady", Mode::steady}, {"new", Mode::fresh},           {"storm", Mode::storm},
        {"replay", Mode::replay}, {"malformed", Mode::malformed}, {"hold", Mode::hold}};
    program.add_option("--server", options.server, "The collector: address:port")
        ->capture_default_str();
    program.add_option("--ca-fingerprint", options.ca_fingerprint, "Of the site's root");
    program.add_option("--key-file", options.key_file, "A file with an enrolment key (approves)");
    program.add_option("--folder", options.folder, "Keeps keys and certificates for the next run")
        ->required();
    program.add_option(
        "--database", options.database, "The collector's file, to compare rows with");
    program
        .add_option(
            "--mode", options.mode,
            "steady, new (connection a report), storm, replay, "
            "malformed or hold")
        ->transform(CLI::CheckedTransformer(modes).description(""));
    program.add_option("--agents", options.agents, "How many")
        ->capture_default_str()
        ->check(CLI::Range(1, 200'000));
    program.add_option("--interval", options.interval_s, "Seconds between reports; 0: no pause")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 86'400.0));
    program.add_option("--warm-up", options.warm_up_s, "Seconds that are not measured")
        ->capture_default_str();
    program.add_option("--duration", options.duration_s, "Seconds; 0: until a signal comes")
        ->capture_default_str();
    program.add_option("--event-percent", options.event_percent, "Of reports with an event")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 100.0));
    program.add_option("--change-percent", options.change_percent, "Of reports with a new section")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 100.0));
    bool plain = false;
    program.add_flag("--plain", plain, "Bodies are not packed");
    program.add_flag("--bare", options.bare, "The server is no collector: any 2xx is an answer");
    program.add_flag("--lifelike", options.lifelike, "Some devices are switched off");
    program.add_flag(
        "--failures-allowed", options.failures_allowed, "They are counted, the run stays valid");
    program.add_option("--lag-max-ms", options.lag_max_ms, "How late the generator itself may be")
        ->capture_default_str();
    program.add_option("--retry", options.retry_s, "Seconds to wait after a first failure")
        ->capture_default_str();
    program
        .add_option("--handshakes", options.handshakes, "At a time while the fleet is brought up")
        ->capture_default_str();
    program.add_option("--watch-pid", options.watched, "Processes of the server to measure");
    program.add_option("--json", options.json, "A file for the figures");
    try
    {
        program.parse(count, values);
    }
    catch (const CLI::ParseError& problem)
    {
        exit_code = program.exit(problem) == 0 ? 0 : 2;
        return std::nullopt;
    }
    options.packed = !plain;
    return options;
}

} // namespace mimamori::fleetsim
