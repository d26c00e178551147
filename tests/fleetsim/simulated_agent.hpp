#pragma once

#include "common/base/id.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/wire/report.hpp"
#include "tests/fleetsim/made_up_device.hpp"

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mimamori::fleetsim {

/// What was acknowledged in one stream; the database must hold the same.
struct AckedStream
{
    StreamId stream;
    std::uint64_t reports{0}; ///< Also the highest number: they rise by 1.
    std::uint64_t events{0};  ///< The same.
};

/// What happened since the last report.
struct Happenings
{
    bool event{false};
    bool change{false}; ///< Of one section.
};

/// The agent's side of the protocol without a network: makes reports, takes receipts, keeps what is
/// not acknowledged and sends it again unchanged.
class SimulatedAgent
{
public:
    SimulatedAgent(const MadeUpSite& site, std::size_t index, AgentId id);

    /// The JSON of the report to send: the one that waits for its receipt, else a new one.
    const std::string& report(Timestamp now, Happenings happened);

    /// Whether a report waits for its receipt.
    bool is_waiting() const { return !waiting_.empty(); }

    /// Bodies that the collector asked for go with the next report, which is due at once.
    bool owes_bodies() const { return owed_.any(); }

    /// Takes the receipt of the report that waits. Errors: invalid_input for one that an agent must
    /// not believe; conflict when the collector ordered a new stream, which has then begun.
    Result<void> settle(const wire::Receipt& receipt);

    /// For a server that is no collector: takes the report that waits for acknowledged.
    void settle_unseen();

    /// The collector ordered it in answer to something that is not ours to wait for.
    void begin_stream();

    /// The digest of each section as the collector must have it now.
    using Digest = std::array<char, 32>;

    const std::array<Digest, wire::section_count>& digests() const { return digests_; }

    const AgentId& id() const { return id_; }

    /// The newest stream is last.
    const std::vector<AckedStream>& acked() const { return streams_; }

    /// Event numbers given in the newest stream, acknowledged or not.
    std::uint64_t last_event() const { return last_event_; }

    MadeUpDevice device() const { return MadeUpDevice{site_, index_}; }

    std::size_t index() const { return index_; }

private:
    void renew_digest(const MadeUpDevice& device, std::size_t section);

    const MadeUpSite& site_; ///< Outlives the agent.
    std::size_t index_;
    AgentId id_;
    std::string boot_id_;
    std::vector<AckedStream> streams_;
    std::uint64_t next_seq_{1};
    std::uint64_t last_event_{0};
    std::uint64_t changes_{0};
    std::array<std::uint16_t, wire::section_count> versions_{};
    std::array<Digest, wire::section_count> digests_{};
    std::bitset<wire::section_count> owed_;
    std::bitset<wire::section_count> on_the_way_;
    std::string waiting_;
    std::uint64_t waiting_events_{0}; ///< The highest event number in it.
};

} // namespace mimamori::fleetsim
