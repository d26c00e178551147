// What many reports leave behind in a process that sends them: sends so many, one right after the
// other, to the collector that the agent of this machine is enrolled at, looks at the machine with
// all probes in between, and prints what the process costs meanwhile.
//
// usage: wine_cycles REPORTS REPORTS_BETWEEN_LOOKS

#include "agent/app/load_settings.hpp"
#include "agent/app/probe_run.hpp"
#include "agent/app/resources.hpp"
#include "agent/app/section_text.hpp"
#include "agent/report/report_loop.hpp"
#include "agent/report/spool.hpp"
#include "agent/uplink/collector_link.hpp"
#include "agent/uplink/https_uplink.hpp"
#include "agent/uplink/identity_store.hpp"
#include "agent/uplink/machine.hpp"
#include "common/async/task_group.hpp"
#include "common/http/resolver.hpp"
#include "common/platform/system_windows.hpp"

#include <boost/asio/io_context.hpp>

#include <windows.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace mimamori::agent::app {
namespace {

/// After so many reports everything that is made once has been made.
constexpr std::uint64_t reports_between_lines = 100;

/// Open handles of this process, from the list of all handles of the system: Wine has no
/// GetProcessHandleCount that counts.
std::uint64_t count_handles()
{
    struct Entry // SYSTEM_HANDLE_TABLE_ENTRY_INFO_EX
    {
        void* object;
        ULONG_PTR process;
        ULONG_PTR handle;
        ULONG access;
        USHORT trace;
        USHORT type;
        ULONG attributes;
        ULONG reserved;
    };

    struct Head
    {
        ULONG_PTR count;
        ULONG_PTR reserved;
    };

    constexpr int all_handles = 64; // SystemExtendedHandleInformation
    using Query = LONG NTAPI(int, void*, ULONG, ULONG*);
    auto* const query = platform::newer_function<Query>(L"ntdll.dll", "NtQuerySystemInformation");
    static std::vector<std::max_align_t> room(1U << 20U); // Made once: it is no growth.
    const auto bytes = static_cast<ULONG>(room.size() * sizeof(room.front()));
    if (query == nullptr || query(all_handles, room.data(), bytes, nullptr) < 0)
        throw std::runtime_error{"the system does not list its handles"};
    const auto* const head = reinterpret_cast<const Head*>(room.data());
    const auto* const entries = reinterpret_cast<const Entry*>(head + 1);
    const auto own = ::GetCurrentProcessId();
    return static_cast<std::uint64_t>(std::count_if(
        entries, entries + head->count, [&](const Entry& one) { return one.process == own; }));
}

template <class Value>
Value required(Result<Value> result)
{
    if (!result)
        throw std::runtime_error{result.error().message};
    return std::move(*result);
}

class Cycles
{
public:
    Cycles(std::uint64_t reports, std::uint64_t reports_between_looks)
        : settings_{required(load_settings({})).settings}
        , address_{collector_of(settings_)}
        , store_{required(uplink::IdentityStore::open(settings_.data_folder))}
        , time_{store_.load_time()}
        , link_{{io_.get_executor(), resolver_, time_}, address_}
        , spool_{required(report::Spool::open(settings_.data_folder, clock_))}
        , alarm_{io_.get_executor()}
        , reports_{reports}
        , reports_between_looks_{reports_between_looks}
    {}

    void run()
    {
        auto identity = required(store_.load(address_.root_fingerprint));
        if (!identity)
            throw std::runtime_error{"this machine is not enrolled"};
        const AgentId agent = identity->agent;
        uplink_ = required(uplink::HttpsUplink::open(
            {store_, link_, time_, clock_, [this] { return uplink::machine_facts_of(facts_); },
             "cycles"},
            std::move(*identity)));
        report::ReportSchedule::Config rhythm;
        rhythm.start_spread = std::chrono::milliseconds{0};
        loop_ = std::make_unique<report::ReportLoop>(
            parts(), report::ReportSchedule{rhythm, alarm_.now(), 1});
        look();
        async::TaskGroup tasks{
            io_.get_executor(), [](const std::string& task, const std::exception& failure) {
                std::cerr << task << ": " << failure.what() << '\n';
                std::_Exit(EXIT_FAILURE);
            }};
        tasks.spawn("reports", loop_->run(agent, *uplink_));
        io_.run();
    }

private:
    static uplink::CollectorAddress collector_of(const Settings& settings)
    {
        const auto place = parse_place(settings.collector_address);
        if (!place)
            throw std::runtime_error{"no collector"};
        return {
            place->host, place->port, required(uplink::parse_fingerprint(settings.ca_fingerprint))};
    }

    report::ReportLoop::Parts parts()
    {
        return {
            *spool_,
            alarm_,
            clock_,
            &report::time_since_boot,
            "cycles",
            boot_id(),
            &measure_footprint,
            [](const std::vector<std::string>&) {},
            [](const wire::AgentOrders&) {},
            [](const std::vector<std::string>&) {},
            [] {},
            [this](const report::Contact& contact) { one_more(contact); }};
    }

    /// All probes, and what they found into the spool, as in the agent's round.
    void look()
    {
        facts_ = run_probes({}, {}, clock_);
        for (const std::string_view name : wire::section_names())
        {
            auto section = section_text(facts_, name);
            if (!section.text.empty())
                loop_->found(name, std::move(section.text));
        }
        loop_->inventory_done();
    }

    void one_more(const report::Contact& contact)
    {
        if (!contact.trouble.empty())
        {
            std::cerr << "report not delivered: " << contact.trouble << '\n';
            std::_Exit(EXIT_FAILURE);
        }
        done_ += 1;
        if (done_ % reports_between_lines == 0)
        {
            release_memory(0);
            const auto cost = measure_footprint();
            std::cout << "reports " << done_ << " handles " << count_handles() << " threads "
                      << cost.threads << " resident " << cost.rss_bytes << std::endl;
        }
        if (done_ >= reports_)
            std::_Exit(EXIT_SUCCESS); // Nothing is to be wound up: the measuring is over.
        if (done_ % reports_between_looks_ == 0)
            look();
        else
            loop_->inventory_done();
    }

    asio::io_context io_{1};
    SystemClock clock_;
    Settings settings_;
    http::SystemResolver resolver_;
    uplink::CollectorAddress address_;
    uplink::IdentityStore store_;
    uplink::CollectorClock time_;
    uplink::CollectorLink link_;
    std::unique_ptr<report::Spool> spool_;
    report::TimerAlarm alarm_;
    std::uint64_t reports_;
    std::uint64_t reports_between_looks_;
    std::unique_ptr<uplink::HttpsUplink> uplink_;
    std::unique_ptr<report::ReportLoop> loop_;
    wire::Facts facts_;
    std::uint64_t done_{0};
};

} // namespace
} // namespace mimamori::agent::app

int main(int count, char** words)
{
    if (count != 3)
    {
        std::cerr << "usage: wine_cycles REPORTS REPORTS_BETWEEN_LOOKS\n";
        return EXIT_FAILURE;
    }
    try
    {
        mimamori::agent::app::Cycles{std::stoull(words[1]), std::stoull(words[2])}.run();
    }
    catch (const std::exception& failure)
    {
        std::cerr << failure.what() << '\n';
    }
    return EXIT_FAILURE; // It ends by itself when all reports are stored.
}
