// What judging costs through the collector's own judge and database: a site of N devices, judged
// for the first time, then again without news, after a restart, after policies were saved, and
// when days have passed.
//
//     judging FOLDER [DEVICES] [PROGRAMS] [SERVICES] [RUNS]
//
// What follows the first judgement is done RUNS times (1), each time on a copy of the database.
//
// Each device has os, patches, antivirus, usb, security, neighbours and PROGRAMS programs, most of
// them the same on all devices, as on the clients of a hospital; with SERVICES also so many
// services, as many peers, and five open ports. About one device in twenty gets a service more when
// the learning is over.

#include "collector/judge/decision_service.hpp"
#include "collector/judge/judge.hpp"
#include "collector/knowledge/os_lifecycle.hpp"
#include "collector/knowledge/windows_builds.hpp"
#include "collector/storage/database.hpp"
#include "collector/storage/device_store.hpp"
#include "collector/storage/section_store.hpp"
#include "common/async/task_group.hpp"
#include "common/wire/digest.hpp"
#include "common/wire/json_writer.hpp"

#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace mimamori;
using namespace mimamori::collector;

double cpu_s()
{
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

long rss_max_kib()
{
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return used.ru_maxrss;
}

/// As true ones are, in no order.
DeviceId device_id(int number)
{
    const auto scattered = static_cast<std::uint64_t>(number) * 0x9E3779B97F4A7C15U;
    return DeviceId{fmt::format("{:026}", scattered)};
}

std::string hash_of(int number)
{
    return fmt::format("{:064x}", number);
}

wire::Facts facts_of(int number, int programs, Timestamp now)
{
    wire::Facts facts;
    auto& os = facts.os.emplace();
    os.family = "linux";
    os.distribution = "debian";
    os.product = "Debian GNU/Linux 12 (bookworm)";
    os.version = "12";
    os.hostname = fmt::format("pc-{}", number);
    auto& patches = facts.patches.emplace();
    patches.pending_security_count = 0;
    patches.lists_updated_at = now;
    auto& product = facts.antivirus.emplace().products.emplace_back();
    product.id = "shield";
    product.name = "Shield";
    product.has_pattern = true;
    product.realtime = wire::Switch::on;
    // One in twenty is stale.
    product.pattern_built_at = now - std::chrono::days{number % 20 == 0 ? 30 : 3};
    facts.usb.emplace();
    facts.security.emplace().time_source = "ntp.example";
    auto& hardware = facts.hardware.emplace();
    hardware.vendor = "Maker";
    hardware.model = fmt::format("M{}", number % 20);
    auto& neighbours = facts.neighbours.emplace();
    for (int i = 0; i < 10; ++i)
        neighbours.neighbours.push_back(
            {"10.0.0.1", fmt::format("02:00:00:00:00:{:02x}", (number + i) % 200), "eth0"});
    auto& list = facts.processes.emplace();
    for (int i = 0; i < programs; ++i)
    {
        wire::Program program;
        // The last few are this device's own.
        const int which = i < programs - 2 ? i : 100'000 + number * 2 + i;
        program.path = fmt::format("/usr/lib/hospital/program-{}", which);
        program.sha256 = hash_of(which);
        if (i % 3 != 0)
            program.signer = fmt::format("dpkg:package-{}", which);
        list.programs.push_back(std::move(program));
    }
    return facts;
}

wire::ServicesSection services_of(int services)
{
    wire::ServicesSection section;
    for (int i = 0; i < services; ++i)
    {
        wire::Service& service = section.services.emplace_back();
        const char letters[] = {
            static_cast<char>('a' + i / 26 % 26), static_cast<char>('a' + i % 26), '\0'};
        service.name = fmt::format("hospital-{}.service", letters);
        service.display_name = fmt::format("Service {} of the hospital's clients", letters);
        service.start_type = "automatic";
        service.state = "running";
        service.account = "root";
        service.command = fmt::format("/usr/lib/hospital/service-{} --foreground", letters);
    }
    return section;
}

wire::PeersSection peers_of(int number, int peers)
{
    wire::PeersSection section;
    for (int i = 0; i < peers; ++i)
        section.peers.push_back(
            {fmt::format("10.0.{}.{}", i % 4, number % 250),
             static_cast<std::uint16_t>(100 + i % 10), "out", "/usr/lib/hospital/viewer"});
    return section;
}

wire::ListenersSection listeners_of()
{
    wire::ListenersSection section;
    for (const std::uint16_t port : std::vector<std::uint16_t>{22, 111, 445, 631, 5353})
        section.listeners.push_back({"tcp", "0.0.0.0", port, "/usr/sbin/server", "root"});
    return section;
}

template <class Section>
void put_section(
    storage::Session& session,
    std::int64_t device_no,
    std::string_view name,
    const Section& section,
    Timestamp now)
{
    const std::string json = wire::to_json(section);
    const auto packed =
        storage::pack_section(*wire::section_index(name), wire::digest_of(json), json);
    storage::put_section(session, device_no, packed, now);
}

void put_device(storage::Session& session, int number, int programs, int services, Timestamp now)
{
    const DeviceId id = device_id(number);
    const AgentId agent{fmt::format("A{:025}", number)};
    storage::add_device(session, {id, {}, {}, {}, {}}, now).value();
    storage::add_agent(session, {agent, id, storage::AgentStatus::approved}, now).value();
    const auto no = storage::device_no_of(session, id).value();
    const wire::Facts facts = facts_of(number, programs, now);
    const auto put = [&](std::string_view name, const auto& section) {
        put_section(session, no, name, section, now);
    };
    put("os", *facts.os);
    put("patches", *facts.patches);
    put("antivirus", *facts.antivirus);
    put("usb", *facts.usb);
    put("security", *facts.security);
    put("hardware", *facts.hardware);
    put("neighbours", *facts.neighbours);
    put("processes", *facts.processes);
    if (services > 0)
    {
        put("services", services_of(services));
        put("peers", peers_of(number, services));
        put("listeners", listeners_of());
    }
    storage::update_summary(session, no, facts, now);
}

struct Pass
{
    std::uint64_t judged{0};
    std::uint64_t stored{0};
    std::uint64_t findings{0};
    double cpu{0};
    double wall{0};
};

/// The system's clock, which can be put forward.
class LaterClock final : public Clock
{
public:
    Timestamp now() const override { return system_.now() + later_; }

    void put_forward(std::chrono::milliseconds by) { later_ += by; }

private:
    SystemClock system_;
    std::chrono::milliseconds later_{0};
};

/// The tables that rules look things up in.
struct Tables
{
    knowledge::OsLifecycle lifecycle =
        knowledge::OsLifecycle::parse(knowledge::embedded_knowledge("os_lifecycle")).value();
    knowledge::WindowsBuilds builds =
        knowledge::WindowsBuilds::parse(knowledge::embedded_knowledge("windows_builds")).value();
    knowledge::RemoteTools tools =
        knowledge::RemoteTools::parse(knowledge::embedded_knowledge("remote_tools")).value();
};

/// The judge as the collector runs it, from its start on.
class Run
{
public:
    Run(storage::Database& database, const Tables& tables, const Clock& clock)
        : liveness_{clock.now()}
        , judge_{
              io_.get_executor(),
              judge::Judge::Parts{
                  .database = database,
                  .liveness = liveness_,
                  .clock = clock,
                  .knowledge = {tables.lifecycle, tables.builds},
                  .remote_tools = tables.tools,
                  .alerts_queued = {},
                  .device_changed = {}},
              options()}
        , decisions_{database, judge_, clock}
    {}

    ~Run()
    {
        ending_.spawn("end", end());
        io_.run();
    }

    /// What it costs until `devices` were judged after its start.
    Pass first(std::uint64_t devices)
    {
        tasks_.spawn("judge", judge_.run());
        return until_judged(devices);
    }

    /// The same after a policy was saved, as the page saves it.
    Pass after_policy(storage::PolicyRow row, std::uint64_t devices)
    {
        tasks_.spawn("policy", save(std::move(row)));
        return until_judged(devices);
    }

    Pass after_asking(std::uint64_t devices)
    {
        judge_.decided_for_all();
        return until_judged(devices);
    }

private:
    static void failed(const std::string& task, const std::exception& failure)
    {
        fmt::print(stderr, "{}: {}\n", task, failure.what());
        std::exit(1);
    }

    static judge::EvaluatorOptions options()
    {
        judge::EvaluatorOptions options;
        options.alerts.enabled = true;
        return options;
    }

    awaitable<void> save(storage::PolicyRow row)
    {
        const rules::Policy base;
        const auto saved = co_await decisions_.set_policy(std::move(row), base, "bench");
        saved.value();
    }

    awaitable<void> end()
    {
        const auto grace = std::chrono::seconds(5);
        const bool ended = co_await tasks_.stop(grace);
        if (!ended)
            fmt::print(stderr, "the judge did not end\n");
    }

    Pass until_judged(std::uint64_t devices)
    {
        const auto before = judge_.counters();
        const double cpu_before = cpu_s();
        const auto began = std::chrono::steady_clock::now();
        while (judge_.counters().devices_judged < before.devices_judged + devices)
            io_.run_one_for(std::chrono::seconds{1});
        const auto after = judge_.counters();
        Pass pass;
        pass.judged = after.devices_judged - before.devices_judged;
        pass.stored = after.devices_stored - before.devices_stored;
        pass.findings = after.findings_changed - before.findings_changed;
        pass.cpu = cpu_s() - cpu_before;
        pass.wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
        if (after.failures != 0)
            fmt::print(stderr, "{} failures\n", after.failures);
        return pass;
    }

    asio::io_context io_;
    async::TaskGroup tasks_{io_.get_executor(), failed};
    async::TaskGroup ending_{io_.get_executor(), failed};
    storage::Liveness liveness_;
    judge::Judge judge_;
    judge::DecisionService decisions_;
};

void print(const char* what, const Pass& pass)
{
    fmt::print(
        "{:<34} {:>7.2f} CPU-s {:>7.2f} s, {} judged, {} stored, {} findings changed, {:.0f} us CPU"
        " a device\n",
        what, pass.cpu, pass.wall, pass.judged, pass.stored, pass.findings,
        pass.cpu / static_cast<double>(pass.judged) * 1e6);
    std::fflush(stdout);
}

storage::PolicyRow policy(std::vector<rules::PolicySetting> settings)
{
    storage::PolicyRow row;
    row.scope_value = "root";
    row.reason = "bench";
    row.settings = std::move(settings);
    return row;
}

void fill(storage::Database& database, int devices, int programs, int services, Timestamp now)
{
    constexpr int at_once = 200;
    for (int first = 0; first < devices; first += at_once)
    {
        auto work = [&](storage::Session& session) -> Result<bool> {
            for (int i = first; i < std::min(first + at_once, devices); ++i)
                put_device(session, i, programs, services, now);
            return true;
        };
        database.write_and_wait(std::move(work)).value();
    }
}

/// About one device in twenty gets a service that no device of its model had.
void add_service(storage::Database& database, int devices, int services, Timestamp now)
{
    wire::ServicesSection section = services_of(services);
    section.services.push_back(section.services.front());
    section.services.back().name = "new.service";
    auto work = [&](storage::Session& session) -> Result<bool> {
        for (int i = 0; i < devices; i += 19) // Of all models.
        {
            const auto no = storage::device_no_of(session, device_id(i)).value();
            put_section(session, no, "services", section, now);
        }
        return true;
    };
    database.write_and_wait(std::move(work)).value();
}

/// Policies are saved, days pass, and the learning ends.
void try_policies(
    storage::Database& database, const Tables& tables, std::uint64_t devices, int services)
{
    LaterClock clock;
    {
        Run run{database, tables, clock};
        print("after a restart", run.first(devices));
        auto some = policy({{"av_stale_warning_days", "31"}, {"av_stale_action_days", "60"}});
        print("policy that ends most findings", run.after_policy(some, devices));
        auto each = policy({{"av_stale_warning_days", "2"}, {"av_stale_action_days", "4"}});
        print("policy that warns on each device", run.after_policy(each, devices));
        clock.put_forward(std::chrono::days{1});
        print("a day later (all silent)", run.after_asking(devices));
    }
    // What only one device runs is unfamiliar now.
    clock.put_forward(std::chrono::days{30});
    if (services > 0)
        add_service(database, static_cast<int>(devices), services, clock.now());
    Run run{database, tables, clock};
    print("a month later, after a restart", run.first(devices));
    auto some = policy({{"av_stale_warning_days", "90"}, {"av_stale_action_days", "99"}});
    print("the same policy, learning over", run.after_policy(some, devices));
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 2)
    {
        fmt::print("usage: judging FOLDER [DEVICES] [PROGRAMS] [SERVICES] [RUNS]\n");
        return 2;
    }
    const int devices = argc > 2 ? std::stoi(argv[2]) : 20'000;
    const int programs = argc > 3 ? std::stoi(argv[3]) : 120;
    const int services = argc > 4 ? std::stoi(argv[4]) : 0;
    const int runs = argc > 5 ? std::stoi(argv[5]) : 1;
    const auto all = static_cast<std::uint64_t>(devices);
    const std::filesystem::path folder{argv[1]};
    const std::filesystem::path judged_once = folder / "judging.db";
    const std::filesystem::path copy = folder / "copy.db";
    const Tables tables;
    {
        const LaterClock clock;
        auto database = storage::Database::open({.file = judged_once}).value();
        fill(*database, devices, programs, services, clock.now());
        Run run{*database, tables, clock};
        print("first judgement", run.first(all));
        print("again, nothing changed", run.after_asking(all));
    }
    for (int i = 0; i < runs; ++i)
    {
        std::filesystem::copy_file(
            judged_once, copy, std::filesystem::copy_options::overwrite_existing);
        auto database = storage::Database::open({.file = copy}).value();
        try_policies(*database, tables, all, services);
    }
    fmt::print(
        "largest resident size {} KiB, database {} KiB\n", rss_max_kib(),
        std::filesystem::file_size(judged_once) / 1024);
    return 0;
}
