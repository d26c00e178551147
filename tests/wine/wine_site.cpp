#include "tests/wine/wine_site.hpp"

#include "tests/support/wait_until.hpp"

#include <boost/json/array.hpp>
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <unistd.h>

#include <array>
#include <fstream>

namespace mimamori::tests {
namespace {

constexpr auto patience = std::chrono::seconds{120};

std::string this_host()
{
    std::array<char, 256> name{};
    ::gethostname(name.data(), name.size() - 1);
    return name.data();
}

} // namespace

WinePc::WinePc(Site& site, const std::string& fingerprint)
    : site_{site}
    , prefix_{site.folder() / "prefix"}
{
    const auto settings = data().parent_path() / "agent.toml";
    std::filesystem::create_directories(settings.parent_path());
    std::ofstream{settings, std::ios::binary} << fmt::format(
        R"([collector]
address = "{}"
ca_fingerprint = "{}"
[report]
start_spread = "0s"
)",
        site.agent_place(), fingerprint.empty() ? site.fingerprint() : fingerprint);
    site.add_log(data() / "agent.log");
}

WinePc::WinePc(Site& site, Told /*told*/)
    : site_{site}
    , prefix_{site.folder() / "prefix"}
{
    // By itself it waits up to a minute, so that a thousand PCs do not come at once.
    const auto settings = data().parent_path() / "agent.toml";
    std::filesystem::create_directories(settings.parent_path());
    std::ofstream{settings, std::ios::binary} << "[report]\nstart_spread = \"0s\"\n";
    site.add_log(data() / "agent.log");
}

std::string WinePc::ticket() const
{
    const auto printed = site_.ctl({"ticket", "create", "--hostname", this_host()});
    return printed.substr(0, printed.find('\n'));
}

ProgramOutput WinePc::agent(const std::vector<std::string>& words) const
{
    std::vector<std::string> all{windows_build().agent};
    all.insert(all.end(), words.begin(), words.end());
    return prefix_.run(all);
}

ProgramOutput WinePc::enrol() const
{
    return agent({"enroll", "--ticket", ticket()});
}

void WinePc::start_service()
{
    prefix_.stay_on();
    const auto installed = agent({"service", "install"});
    BOOST_TEST_REQUIRE(installed.exit_code == 0, installed.text);
    const auto started = prefix_.run({"sc", "start", "mimamori-agent"});
    BOOST_TEST_REQUIRE(started.exit_code == 0, started.text);
    wait_until(
        "the start of the service", [this] { return service_state() == "RUNNING"; }, patience);
}

void WinePc::stop_service()
{
    prefix_.run({"sc", "stop", "mimamori-agent"});
    wait_until(
        "the end of the service", [this] { return service_state() == "STOPPED"; }, patience);
}

std::string WinePc::service_state() const
{
    const auto said = prefix_.run({"sc", "query", "mimamori-agent"});
    const auto& text = said.text;
    if (said.exit_code != 0) // Wine's says nothing more.
        return "absent";
    for (const std::string state : {"START_PENDING", "STOP_PENDING", "RUNNING", "STOPPED"})
        if (text.find(state) != std::string::npos)
            return state;
    return text;
}

std::filesystem::path WinePc::data() const
{
    return prefix_.drive_c() / "ProgramData/mimamori/agent";
}

std::string WinePc::log() const
{
    return text_of(data() / "agent.log");
}

std::string WinePc::device_id()
{
    std::string id;
    const auto look = [&] {
        const auto page = site_.web().json("/api/v1/agents");
        for (const auto& agent : page.at("items").as_array())
            id = agent.at("device_id").as_string().c_str();
        return !id.empty();
    };
    wait_until("the PC's device", look, patience);
    return id;
}

} // namespace mimamori::tests
