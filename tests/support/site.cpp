#include "tests/support/site.hpp"

#include "common/crypto/random.hpp"

#include <boost/json/serialize.hpp>
#include <boost/test/results_collector.hpp>
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <exception>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <utility>

namespace mimamori::tests {
namespace {

constexpr std::size_t log_bytes_shown = 6000;
constexpr const char* administrator = "admin";

/// All of 127.0.0.0/8 is this machine: an address of its own lets sites run side by side on the
/// usual ports.
std::string random_loopback()
{
    const std::uint64_t random = crypto::random_u64();
    return fmt::format(
        "127.{}.{}.{}", 1 + random % 250, (random >> 8) % 250, 1 + (random >> 16) % 250);
}

/// What follows "name: " in what a program printed.
std::string value_after(const std::string& printed, const std::string& name)
{
    const auto at = printed.find(name + ": ");
    if (at == std::string::npos)
        throw std::runtime_error{"no '" + name + "' in: " + printed};
    const auto begin = at + name.size() + 2;
    return printed.substr(begin, printed.find('\n', begin) - begin);
}

void write_text(const std::filesystem::path& file, const std::string& text)
{
    std::ofstream{file, std::ios::binary} << text;
}

std::string this_host()
{
    std::array<char, 256> name{};
    ::gethostname(name.data(), name.size() - 1);
    return name.data();
}

bool case_has_failed()
{
    namespace ut = boost::unit_test;
    const auto& results = ut::results_collector.results(ut::framework::current_test_case_id());
    return std::uncaught_exceptions() > 0 || results.p_assertions_failed > 0;
}

std::string end_of(const std::string& text)
{
    return text.size() <= log_bytes_shown ? text : "…" + text.substr(text.size() - log_bytes_shown);
}

} // namespace

Site::Site(SiteOptions options)
    : options_{std::move(options)}
    , address_{random_loopback()}
    , settings_{folder() / "collector.toml"}
{
    constexpr const char* form = R"([site]
hospital = "あおば病院"
utc_offset = "9h"
[storage]
folder = "{0}/collector"
[agents]
address = "{1}"
port = {2}
names = ["{1}"]
heartbeat = "{4}"
inventory = "{5}"
[web]
address = "{1}"
port = {3}
[metrics]
port = 0
{6})";
    write_text(
        settings_, fmt::format(
                       form, folder().string(), address_, agents_port, web_port, options_.heartbeat,
                       options_.inventory, options_.more));
    const std::string printed = ctl({"init", "--admin", administrator});
    fingerprint_ = value_after(printed, "ca fingerprint");
    password_ = value_after(printed, "first-day password");
    add_log(folder() / "collector.log");
}

Site::~Site()
{
    if (case_has_failed())
        show_logs();
}

std::vector<std::string> Site::command(const char* program) const
{
    return {program, "--config", settings_.string()};
}

void Site::start_collector()
{
    const auto log = folder() / "collector.log";
    const auto begin = text_of(log).size();
    auto words = command(MIMAMORI_COLLECTOR);
    words.emplace_back("run");
    web_.reset();
    collector_ = std::make_unique<ChildProcess>(words, log);
    constexpr std::string_view sign = "metrics 127.0.0.1:";
    const auto listens = [&] {
        if (const auto ended = collector_->exit_code())
            throw std::runtime_error{fmt::format("the collector ended with {}", *ended)};
        const auto text = text_of(log).substr(begin);
        const auto at = text.find(sign);
        if (at == std::string::npos || text.find('\n', at) == std::string::npos)
            return false;
        metrics_port_ = static_cast<std::uint16_t>(std::stoul(text.substr(at + sign.size())));
        return true;
    };
    wait_until("the collector", listens);
}

void Site::stop_collector()
{
    const int code = collector_->stop();
    BOOST_TEST(code == 0, "the collector ended with " << code);
}

void Site::kill_collector()
{
    collector_->kill();
}

WebClient& Site::web()
{
    if (!web_)
    {
        web_ = std::make_unique<WebClient>(
            fmt::format("https://{}:{}", address_, web_port),
            folder() / "collector/web/web_ca-1.pem");
        web_->sign_in(administrator, password_);
    }
    return *web_;
}

std::string Site::ctl(std::vector<std::string> arguments) const
{
    auto output = run_program(ctl_command(arguments));
    if (output.exit_code != 0)
        throw std::runtime_error{fmt::format(
            "mimamorictl {} ended with {}: {}", arguments.front(), output.exit_code, output.text)};
    return std::move(output.text);
}

std::vector<std::string> Site::ctl_command(const std::vector<std::string>& arguments) const
{
    auto words = command(MIMAMORICTL);
    words.insert(words.end(), arguments.begin(), arguments.end());
    return words;
}

std::string Site::agent_place() const
{
    return fmt::format("{}:{}", address_, agents_port);
}

std::string Site::collector_log() const
{
    return text_of(folder() / "collector.log");
}

std::uint64_t Site::metric(const std::string& name) const
{
    WebClient plain{fmt::format("http://127.0.0.1:{}", metrics_port_), {}};
    const auto answer = plain.get("/metrics");
    const auto at = answer.body.find('\n' + name + ' ');
    if (answer.status != 200 || at == std::string::npos)
        throw std::runtime_error{"no " + name + " in the metrics"};
    return std::stoull(answer.body.substr(at + name.size() + 2));
}

void Site::add_log(const std::filesystem::path& log)
{
    logs_.push_back(log);
}

void Site::show_logs() const
{
    for (const auto& log : logs_)
        std::cerr << "--- the end of " << log.filename().string() << '\n'
                  << end_of(text_of(log)) << '\n';
}

boost::json::value Site::device(const std::string& id)
{
    return web().json("/api/v1/devices/" + id);
}

std::vector<boost::json::object> Site::findings(const std::string& device, const std::string& rule)
{
    const auto answer = web().json("/api/v1/devices/" + device);
    std::vector<boost::json::object> found;
    for (const auto& finding : answer.at("findings").as_array())
        if (finding.at("rule").as_string() == rule)
            found.push_back(finding.as_object());
    return found;
}

std::vector<boost::json::object> Site::events(const std::string& device)
{
    std::vector<boost::json::object> all;
    std::string after;
    for (;;)
    {
        const auto page =
            web().json("/api/v1/devices/" + device + "/events?limit=500" + after).as_object();
        for (const auto& item : page.at("items").as_array())
            all.push_back(item.as_object());
        const auto& next = page.at("next");
        if (next.is_null())
            break;
        after = "&after=" + std::string{next.as_string()};
    }
    // The API shows the newest first.
    std::reverse(all.begin(), all.end());
    return all;
}

SiteAgent::SiteAgent(Site& site, const std::string& name, AgentOptions options)
    : site_{site}
    , name_{name}
    , options_{std::move(options)}
    , data_{site.folder() / name}
    , settings_{site.folder() / (name + ".toml")}
    , log_{site.folder() / (name + ".log")}
{
    constexpr const char* form = R"([collector]
address = "{}"
ca_fingerprint = "{}"
[agent]
data_folder = "{}"
[report]
start_spread = "0s"
[watch]
{}{})";
    write_text(
        settings_, fmt::format(
                       form, site.agent_place(), site.fingerprint(), data_.string(), options_.watch,
                       options_.more));
    site.add_log(log_);
}

std::vector<std::string> SiteAgent::command(const std::vector<std::string>& words) const
{
    auto all = options_.prefix;
    all.insert(all.end(), {MIMAMORI_AGENT, "--config", settings_.string()});
    all.insert(all.end(), words.begin(), words.end());
    return all;
}

ProgramOutput SiteAgent::verb(const std::vector<std::string>& words) const
{
    return run_program(command(words));
}

void SiteAgent::enrol()
{
    const auto printed = site_.ctl({"ticket", "create", "--hostname", this_host()});
    const std::string ticket = printed.substr(0, printed.find('\n'));
    const auto output = verb({"enroll", "--ticket", ticket});
    if (output.exit_code != 0)
        throw std::runtime_error{"not enrolled: " + output.text};
    agent_id_ = value_after(verb({"status"}).text, "agent id");
    agent_id_.erase(0, agent_id_.find_first_not_of(' '));
}

void SiteAgent::start()
{
    process_ = std::make_unique<ChildProcess>(command({"run"}), log_);
}

int SiteAgent::stop()
{
    return process_->stop();
}

void SiteAgent::kill()
{
    process_->kill();
}

const std::string& SiteAgent::device_id()
{
    const auto look = [this] {
        const auto page = site_.web().json("/api/v1/agents");
        for (const auto& agent : page.at("items").as_array())
            if (agent.at("id").as_string() == agent_id_)
                device_id_ = agent.at("device_id").as_string().c_str();
        return !device_id_.empty();
    };
    if (device_id_.empty())
        wait_until("the device of " + name_, look);
    return device_id_;
}

std::string SiteAgent::log() const
{
    return text_of(log_);
}

std::string text(const boost::json::object& object, std::string_view member)
{
    const auto* value = object.if_contains(member);
    return value != nullptr && value->is_string() ? std::string{value->get_string()}
                                                  : std::string{};
}

} // namespace mimamori::tests
