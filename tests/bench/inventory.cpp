// One full inventory of this machine: CPU, wall and peak memory of every probe and of all together.
//
//     inventory [--root FOLDER] [--print] [--rounds N]
//
// The first round starts with nothing remembered, as after the installation of the agent; the later
// ones are what the agent does every few minutes. Programs are hashed as in the agent: a little at
// once, the rest at a bounded rate that is not part of this. Prints one JSON line a round.
#include "agent/probes/probe.hpp"
#include "common/wire/json_writer.hpp"

#include <boost/mp11/algorithm.hpp>

#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

using namespace mimamori;

double cpu_ms()
{
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto ms = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) * 1000.0 + static_cast<double>(time.tv_usec) / 1e3;
    };
    return ms(usage.ru_utime) + ms(usage.ru_stime);
}

long peak_kib()
{
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

void print_sections(const wire::Facts& facts)
{
    boost::mp11::mp_for_each<wire::FactsMembers>([&](auto member) {
        if (facts.*member.pointer)
            std::printf("%s %s\n", member.name, wire::to_json(*(facts.*member.pointer)).c_str());
    });
}

} // namespace

int main(int argc, char** argv)
{
    std::string root = "/";
    int rounds = 3;
    bool print = false;
    for (int i = 1; i < argc; ++i)
    {
        if (std::strcmp(argv[i], "--print") == 0)
            print = true;
        else if (std::strcmp(argv[i], "--root") == 0 && i + 1 < argc)
            root = argv[++i];
        else if (std::strcmp(argv[i], "--rounds") == 0 && i + 1 < argc)
            rounds = std::atoi(argv[++i]);
        else
        {
            std::fprintf(stderr, "usage: inventory [--root FOLDER] [--print] [--rounds N]\n");
            return 2;
        }
    }
    SystemClock clock;
    const agent::probes::RunningSystem live;
    agent::probes::Memory memory{{}, root, clock};
    const agent::probes::ProbeContext context{root, clock, live, memory, {}};
    std::size_t bytes = 0;
    for (int round = 1; round <= rounds; ++round)
    {
        wire::Facts facts;
        std::string parts;
        const double begin = cpu_ms();
        const auto wall = std::chrono::steady_clock::now();
        for (const auto& probe : agent::probes::all_probes())
        {
            const double before = cpu_ms();
            probe.run(context, facts);
            char part[96];
            std::snprintf(
                part, sizeof part, "%s\"%s\":%.2f", parts.empty() ? "" : ",",
                std::string{probe.name}.c_str(), cpu_ms() - before);
            parts += part;
        }
        boost::mp11::mp_for_each<wire::FactsMembers>([&](auto member) {
            if (facts.*member.pointer)
                bytes += wire::to_json(*(facts.*member.pointer)).size();
        });
        const double took = cpu_ms() - begin;
        const auto wall_ms =
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - wall);
        std::printf(
            "{\"bench\":\"inventory\",\"round\":%d,\"cpu_ms\":%.1f,\"wall_ms\":%.1f,"
            "\"peak_rss_kib\":%ld,\"json_bytes\":%zu,\"probes_ms\":{%s}}\n",
            round, took, wall_ms.count(), peak_kib(), bytes, parts.c_str());
        bytes = 0;
        if (print && round == rounds)
            print_sections(facts);
    }
    return 0;
}
