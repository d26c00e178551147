#pragma once

// A whole site made of the shipped programs: mimamori-collector, mimamorictl, mimamori-agent, a
// mail server. Everything lies in one temporary folder and listens on one loopback address.

#include "tests/support/child_process.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/support/wait_until.hpp"
#include "tests/support/web_client.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mimamori::tests {

/// Lines of a settings file that a story changes.
struct SiteOptions
{
    std::string heartbeat{"2s"};
    std::string inventory{"10s"};
    std::string more{}; ///< More sections for collector.toml.
};

/// The collector's side of a site.
class Site
{
public:
    static constexpr std::uint16_t agents_port = 8444;
    static constexpr std::uint16_t web_port = 8443;

    explicit Site(SiteOptions options = {});

    /// Ends what was started. Shows the logs when the test case has failed.
    ~Site();

    Site(const Site&) = delete;
    Site& operator=(const Site&) = delete;

    /// Starts the collector and waits until it listens.
    void start_collector();

    /// By SIGTERM; requires that it ends with 0.
    void stop_collector();

    void kill_collector();

    ChildProcess& collector() { return *collector_; }

    /// Signed in as administrator; until the collector is started again.
    WebClient& web();

    /// Runs `mimamorictl` and returns what it printed; throws when it failed.
    std::string ctl(std::vector<std::string> arguments) const;

    /// The words that run `mimamorictl` for this site.
    std::vector<std::string> ctl_command(const std::vector<std::string>& arguments) const;

    const std::filesystem::path& folder() const { return folder_.path(); }

    const std::string& address() const { return address_; }

    std::string agent_place() const;

    const std::string& fingerprint() const { return fingerprint_; }

    /// The administrator's, made by init.
    const std::string& password() const { return password_; }

    std::string collector_log() const;

    /// The value of one line of /metrics, such as "mimamori_reports_stored_total".
    std::uint64_t metric(const std::string& name) const;

    /// Shown when the case fails.
    void add_log(const std::filesystem::path& log);

    // The API.

    boost::json::value device(const std::string& id);
    std::vector<boost::json::object> findings(const std::string& device, const std::string& rule);

    /// All events of a device in the order in which they were stored.
    std::vector<boost::json::object> events(const std::string& device);

private:
    std::vector<std::string> command(const char* program) const;
    void show_logs() const;

    TempFolder folder_;
    SiteOptions options_;
    std::string address_;
    std::filesystem::path settings_;
    std::string fingerprint_;
    std::string password_;
    std::uint16_t metrics_port_{0};
    std::unique_ptr<ChildProcess> collector_;
    std::unique_ptr<WebClient> web_;
    std::vector<std::filesystem::path> logs_;
};

/// How an agent of a story is set.
struct AgentOptions
{
    std::string watch{"programs = \"off\"\nusb = false\nnetwork = false\n"}; ///< Section [watch].
    std::string more{};                ///< More sections of agent.toml.
    std::vector<std::string> prefix{}; ///< Put before the command: what prepares its surroundings.
};

/// One mimamori-agent on this very machine, with a data folder of its own.
class SiteAgent
{
public:
    SiteAgent(Site& site, const std::string& name, AgentOptions options = {});

    /// With a ticket, by the verb `enroll`.
    void enrol();

    void start();
    int stop();
    void kill();

    ChildProcess& process() { return *process_; }

    /// Runs a verb to its end.
    ProgramOutput verb(const std::vector<std::string>& words) const;

    std::filesystem::path data() const { return data_; }

    const std::string& agent_id() const { return agent_id_; }

    /// Waits for the device in the API.
    const std::string& device_id();

    std::string log() const;

private:
    std::vector<std::string> command(const std::vector<std::string>& words) const;

    Site& site_;
    std::string name_;
    AgentOptions options_;
    std::filesystem::path data_;
    std::filesystem::path settings_;
    std::filesystem::path log_;
    std::string agent_id_;
    std::string device_id_;
    std::unique_ptr<ChildProcess> process_;
};

/// Text of a member; empty when it is not there or null.
std::string text(const boost::json::object& object, std::string_view member);

} // namespace mimamori::tests
