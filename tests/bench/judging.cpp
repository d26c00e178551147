// What judging costs: a site of N devices, judged for the first time, then again without news (as
// at a restart), after policies were changed, then again after a day has passed.
//
//     judging FOLDER [DEVICES] [PROGRAMS]
//
// Each device has os, patches, antivirus, usb, security, neighbours and PROGRAMS programs, most of
// them the same on all devices, as on the clients of a hospital.

#include "collector/judge/evaluator.hpp"
#include "collector/judge/policy_decisions.hpp"
#include "collector/knowledge/os_lifecycle.hpp"
#include "collector/knowledge/windows_builds.hpp"
#include "collector/storage/database.hpp"
#include "collector/storage/device_store.hpp"
#include "collector/storage/section_store.hpp"
#include "common/wire/digest.hpp"
#include "common/wire/json_writer.hpp"

#include <fmt/format.h>

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
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

DeviceId device_id(int number)
{
    return DeviceId{fmt::format("{:026}", number)};
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
    product.pattern_built_at = now - std::chrono::days{number % 20 == 0 ? 30 : 0};
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

void put_device(storage::Session& session, int number, int programs, Timestamp now)
{
    const DeviceId id = device_id(number);
    const AgentId agent{fmt::format("A{:025}", number)};
    storage::add_device(session, {id, {}, {}, {}, {}}, now).value();
    storage::add_agent(session, {agent, id, storage::AgentStatus::approved}, now).value();
    const auto no = storage::device_no_of(session, id).value();
    const wire::Facts facts = facts_of(number, programs, now);
    const auto put = [&](std::string_view name, const auto& section) {
        const std::string json = wire::to_json(section);
        const auto packed =
            storage::pack_section(*wire::section_index(name), wire::digest_of(json), json);
        storage::put_section(session, no, packed, now);
    };
    put("os", *facts.os);
    put("patches", *facts.patches);
    put("antivirus", *facts.antivirus);
    put("usb", *facts.usb);
    put("security", *facts.security);
    put("hardware", *facts.hardware);
    put("neighbours", *facts.neighbours);
    put("processes", *facts.processes);
    storage::update_summary(session, no, facts, now);
}

struct Pass
{
    int stored{0};
    double cpu{0};
    double wall{0};
};

Pass judge_all(storage::Database& database, judge::Evaluator& evaluator, int devices, Timestamp now)
{
    constexpr int batch = 16; // As in judge.cpp.
    Pass pass;
    const double cpu_before = cpu_s();
    const auto begin = std::chrono::steady_clock::now();
    for (int first = 0; first < devices; first += batch)
    {
        const int last = std::min(first + batch, devices);
        auto look = [&](storage::Session& session) -> Result<std::vector<judge::Looked>> {
            std::vector<judge::Looked> all;
            for (int i = first; i < last; ++i)
                all.push_back(evaluator.look(session, device_id(i), now).value());
            return all;
        };
        auto looked = database.read_and_wait(std::move(look)).value();
        auto store = [&](storage::Session& session) -> Result<int> {
            int stored = 0;
            for (judge::Looked& one : looked)
            {
                if (!one.to_store)
                    continue;
                evaluator.store(session, std::move(one), now).value();
                ++stored;
            }
            return stored;
        };
        bool any = false;
        for (const judge::Looked& one : looked)
            any = any || one.to_store;
        if (any)
            pass.stored += database.write_and_wait(std::move(store)).value();
    }
    pass.cpu = cpu_s() - cpu_before;
    pass.wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return pass;
}

void print(const char* what, const Pass& pass, int devices)
{
    fmt::print(
        "{:<28} {:>7.2f} CPU-s {:>7.2f} s, {:>6} of {} stored, {:.0f} us CPU a device\n", what,
        pass.cpu, pass.wall, pass.stored, devices, pass.cpu / devices * 1e6);
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 2)
    {
        fmt::print("usage: judging FOLDER [DEVICES] [PROGRAMS]\n");
        return 2;
    }
    const int devices = argc > 2 ? std::stoi(argv[2]) : 20'000;
    const int programs = argc > 3 ? std::stoi(argv[3]) : 120;
    const Timestamp now = SystemClock{}.now();
    auto database =
        storage::Database::open({.file = std::filesystem::path{argv[1]} / "judging.db"}).value();
    for (int first = 0; first < devices; first += 200)
    {
        auto work = [&](storage::Session& session) -> Result<bool> {
            for (int i = first; i < std::min(first + 200, devices); ++i)
                put_device(session, i, programs, now);
            return true;
        };
        database->write_and_wait(std::move(work)).value();
    }

    const auto lifecycle =
        knowledge::OsLifecycle::parse(knowledge::embedded_knowledge("os_lifecycle")).value();
    const auto builds =
        knowledge::WindowsBuilds::parse(knowledge::embedded_knowledge("windows_builds")).value();
    const auto tools =
        knowledge::RemoteTools::parse(knowledge::embedded_knowledge("remote_tools")).value();
    const storage::Liveness liveness{now};
    judge::EvaluatorOptions options;
    options.alerts.enabled = true;
    {
        judge::Evaluator evaluator{options, liveness, {lifecycle, builds}, tools};
        print("first judgement", judge_all(*database, evaluator, devices, now), devices);
        print("again, nothing changed", judge_all(*database, evaluator, devices, now), devices);
    }
    judge::Evaluator evaluator{options, liveness, {lifecycle, builds}, tools};
    print("after a restart", judge_all(*database, evaluator, devices, now), devices);
    // For all of them, and for a twentieth of the models.
    auto change = [&](storage::Session& session) -> Result<void> {
        storage::PolicyRow root;
        root.scope_value = "root";
        root.reason = "bench";
        root.settings = {{"av_stale_warning_days", "31"}, {"av_stale_action_days", "60"}};
        root.set_at = now;
        if (auto done = judge::set_policy(session, root, options.policy); !done)
            return done;
        storage::PolicyRow model = root;
        model.scope = storage::PolicyScope::model;
        model.scope_value = "Maker M7";
        model.settings = {{"rules_off", "patch_behind"}};
        return judge::set_policy(session, model, options.policy);
    };
    database->write_and_wait(std::move(change)).value();
    evaluator.forget();
    print("after a change of policy", judge_all(*database, evaluator, devices, now), devices);
    const Timestamp later = now + std::chrono::days{1};
    print("a day later (all silent)", judge_all(*database, evaluator, devices, later), devices);
    fmt::print(
        "largest resident size {} KiB, database {} KiB\n", rss_max_kib(),
        std::filesystem::file_size(database->file()) / 1024);
    return 0;
}
