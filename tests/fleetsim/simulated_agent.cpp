#include "tests/fleetsim/simulated_agent.hpp"

#include "common/crypto/random.hpp"
#include "common/wire/digest.hpp"
#include "common/wire/json_writer.hpp"
#include "tests/fleetsim/chance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mimamori::fleetsim {
namespace {

/// Bodies in one report; what is more goes with the next.
constexpr std::size_t bodies_bytes_max = 256U * 1024;

wire::Footprint footprint_of(std::size_t index, std::uint64_t seq)
{
    Chance chance{index, "footprint"};
    wire::Footprint self;
    self.up_s = 86'400 + seq * 60;
    self.cpu_ms = 12'000 + seq * 4;
    self.rss_bytes = (11U << 20) + chance.below(1U << 20);
    self.pss_bytes = (5U << 20) + chance.below(1U << 20);
    self.threads = 3;
    self.handles = 21 + chance.below(6);
    self.spool_bytes = 20'480;
    self.sent_bytes = 123'456 + seq * 1'900;
    self.received_bytes = 23'456 + seq * 400;
    self.probe_ms_max = 38 + chance.below(30);
    self.probe_slowest = "software";
    return self;
}

} // namespace

SimulatedAgent::SimulatedAgent(const MadeUpSite& site, std::size_t index, AgentId id)
    : site_{site}
    , index_{index}
    , id_{std::move(id)}
    , boot_id_{crypto::random_id_text()}
{
    begin_stream();
    const MadeUpDevice device{site_, index_};
    for (std::size_t i = 0; i < wire::section_count; ++i)
        renew_digest(device, i);
}

void SimulatedAgent::begin_stream()
{
    streams_.push_back({crypto::random_id<StreamId>(), 0, 0});
    next_seq_ = 1;
    last_event_ = 0;
    waiting_.clear();
    waiting_events_ = 0;
    on_the_way_.reset();
}

void SimulatedAgent::renew_digest(const MadeUpDevice& device, std::size_t section)
{
    const std::string digest = wire::digest_of(device.section_body(section, versions_[section]));
    std::copy(digest.begin(), digest.end(), digests_[section].begin());
}

const std::string& SimulatedAgent::report(Timestamp now, Happenings happened)
{
    if (!waiting_.empty())
        return waiting_;
    const MadeUpDevice device{site_, index_};
    const Timestamp device_time = now + device.clock_offset();
    if (happened.change)
    {
        const std::size_t changed = MadeUpDevice::changing_section(index_ + changes_++);
        ++versions_[changed];
        renew_digest(device, changed);
        owed_.set(changed); // An agent knows what it has not sent.
    }

    wire::Report report;
    report.agent_id = id_;
    report.agent_version = "0.1.0";
    report.boot_id = boot_id_;
    report.stream = streams_.back().stream;
    report.seq = next_seq_;
    report.sent_at = device_time;
    report.self = footprint_of(index_, next_seq_);
    if (happened.event)
        report.events.push_back(device.event(++last_event_, device_time));
    std::size_t bytes = 0;
    const auto names = wire::section_names();
    for (std::size_t i = 0; i < wire::section_count; ++i)
    {
        wire::SectionReport section;
        section.name = names[i];
        section.digest.assign(digests_[i].data(), digests_[i].size());
        if (owed_.test(i) && bytes < bodies_bytes_max)
        {
            section.body.text = device.section_body(i, versions_[i]);
            bytes += section.body.text.size();
            on_the_way_.set(i);
        }
        report.sections.push_back(std::move(section));
    }
    waiting_ = wire::to_json(report);
    waiting_events_ = last_event_;
    return waiting_;
}

Result<void> SimulatedAgent::settle(const wire::Receipt& receipt)
{
    AckedStream& stream = streams_.back();
    if (waiting_.empty() || receipt.stream != stream.stream)
        return Error{Errc::invalid_input, "a receipt for another stream"};
    if (receipt.new_stream)
    {
        begin_stream();
        return Error{Errc::conflict, "the collector ordered a new stream"};
    }
    if (receipt.seq != next_seq_ || receipt.ack != waiting_events_)
        return Error{
            Errc::invalid_input, fmt::format(
                                     "report {} with events up to {} was answered with {} and {}",
                                     next_seq_, waiting_events_, receipt.seq, receipt.ack)};
    stream.reports = receipt.seq;
    stream.events = receipt.ack;
    ++next_seq_;
    waiting_.clear();
    waiting_.shrink_to_fit();
    owed_ &= ~on_the_way_;
    on_the_way_.reset();
    for (const std::string& name : receipt.want)
    {
        if (const auto section = wire::section_index(name))
            owed_.set(*section);
    }
    return {};
}

void SimulatedAgent::settle_unseen()
{
    wire::Receipt receipt;
    receipt.stream = streams_.back().stream;
    receipt.seq = next_seq_;
    receipt.ack = waiting_events_;
    static_cast<void>(settle(receipt));
}

} // namespace mimamori::fleetsim
