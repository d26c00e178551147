#pragma once

#include "common/base/id.hpp"
#include "common/base/time.hpp"
#include "common/wire/report.hpp"

#include <atomic>
#include <cstddef>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::collector::storage {

/// A silent device that its neighbours are asked about.
struct SoughtDevice
{
    DeviceId device;
    Timestamp heard_at{}; ///< Its last report.
    std::string address;  ///< Where that came from.
    std::vector<std::string> macs;
};

/// What a neighbour answered.
struct SeenDevice
{
    DeviceId device;
    DeviceId by;
    Timestamp seen_at{};
    Timestamp heard_at{};
};

/// The network that an address is taken to be in: its first three numbers, of IPv6 its first eight
/// bytes. Empty for what is no address.
std::string network_key(std::string_view address);

/// Which silent devices are looked for, and who says to have seen them: in memory, since it is
/// asked with every report. Any thread.
class Sought
{
public:
    /// Replaces what is looked for. Of one network at most ReportLimits::sightings_max, the first.
    void set(const std::vector<SoughtDevice>& devices);

    /// What an agent that reports from there is asked to look for.
    std::vector<std::string> near(std::string_view address) const;

    /// What it answered at `received_at`; what nobody looks for is passed over.
    void saw(
        const DeviceId& by,
        std::span<const wire::NeighbourSighting> sightings,
        Timestamp received_at);

    /// Takes the answers out: the first one about each device.
    std::vector<SeenDevice> take_seen();

    /// What was certain so soon after the last report does not show that the agent stopped: the
    /// machine may have gone between two reports.
    static constexpr std::chrono::minutes after_report{3};

private:
    struct Place
    {
        DeviceId device;
        Timestamp heard_at{};
    };

    std::atomic<bool> any_{false};
    mutable std::mutex mutex_;
    std::map<std::string, std::vector<std::string>, std::less<>> by_network_;
    std::map<std::string, Place, std::less<>> by_mac_;
    std::map<DeviceId, SeenDevice> seen_;
};

} // namespace mimamori::collector::storage
