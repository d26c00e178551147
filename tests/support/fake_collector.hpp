#pragma once

#include "agent/report/uplink.hpp"
#include "common/wire/report.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mimamori::tests {

/// A collector with a memory and without a network. It holds agents to the protocol: what breaks
/// it stands in `complaints`.
class FakeCollector final : public agent::report::Uplink
{
public:
    enum class Mood
    {
        answers,
        loses_answers, ///< Stores, but the answer never arrives.
        is_away,
        is_busy, ///< 503 with Retry-After 120.
        says_new_stream
    };

    /// Takes one report. Nothing when the answer was lost or never given.
    agent::report::Delivery take(const std::string& text);

    awaitable<agent::report::Delivery> send(const std::string& report) override;
    awaitable<void> close() override;

    Traffic traffic() const override { return {}; }

    Mood mood{Mood::answers};
    std::function<bool(const wire::Report&)> refuses;                ///< Empty: takes everything.
    std::function<void(wire::Receipt&, const wire::Report&)> amends; ///< Changes receipts.
    std::optional<std::uint64_t> acks_at_most;

    std::vector<wire::Event> events; ///< All that were stored, in order, once each.
    std::vector<wire::LostEvents> lost;
    std::vector<wire::Report> reports;           ///< New ones, not retries.
    std::map<std::string, std::string> sections; ///< Name to body.
    std::vector<std::string> complaints;
    int attempts{0};
    int closed{0};

    std::vector<std::string> texts() const;

private:
    struct Stream
    {
        std::map<std::uint64_t, std::string> reports;
        std::map<std::uint64_t, std::string> events;
        std::uint64_t told_until{0}; ///< All numbers up to here are stored or lost.
    };

    void store(Stream& stream, const wire::Report& report, wire::Receipt& receipt);

    std::map<std::string, Stream> streams_;
    std::map<std::string, std::string> digests_;
};

} // namespace mimamori::tests
