#include "collector/storage/sought.hpp"

#include <boost/asio/ip/address.hpp>

#include <utility>

namespace mimamori::collector::storage {

std::string network_key(std::string_view address)
{
    boost::system::error_code failed;
    auto parsed = boost::asio::ip::make_address(std::string{address}, failed);
    if (failed)
        return {};
    if (parsed.is_v6() && parsed.to_v6().is_v4_mapped())
        parsed = boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, parsed.to_v6());
    std::string key;
    if (parsed.is_v4())
    {
        const auto bytes = parsed.to_v4().to_bytes();
        key.assign(bytes.begin(), bytes.begin() + 3);
        return key;
    }
    const auto bytes = parsed.to_v6().to_bytes();
    key.assign(bytes.begin(), bytes.begin() + 8);
    return key;
}

void Sought::set(const std::vector<SoughtDevice>& devices)
{
    std::map<std::string, std::vector<std::string>, std::less<>> by_network;
    std::map<std::string, Place, std::less<>> by_mac;
    for (const SoughtDevice& device : devices)
    {
        const std::string network = network_key(device.address);
        if (network.empty())
            continue;
        auto& macs = by_network[network];
        for (const std::string& mac : device.macs)
        {
            if (macs.size() >= wire::ReportLimits::sightings_max)
                break;
            macs.push_back(mac);
            by_mac.emplace(mac, Place{device.device, device.heard_at});
        }
    }
    const std::lock_guard lock{mutex_};
    by_network_ = std::move(by_network);
    by_mac_ = std::move(by_mac);
    any_ = !by_mac_.empty();
}

std::vector<std::string> Sought::near(std::string_view address) const
{
    if (!any_)
        return {};
    const std::string network = network_key(address);
    const std::lock_guard lock{mutex_};
    const auto found = by_network_.find(network);
    return found != by_network_.end() ? found->second : std::vector<std::string>{};
}

void Sought::saw(
    const DeviceId& by, std::span<const wire::NeighbourSighting> sightings, Timestamp received_at)
{
    const std::lock_guard lock{mutex_};
    for (const wire::NeighbourSighting& sighting : sightings)
    {
        const auto place = by_mac_.find(sighting.mac);
        if (place == by_mac_.end() || place->second.device == by)
            continue;
        const Timestamp seen_at = received_at - std::chrono::seconds{sighting.age_s};
        const auto& [device, heard_at] = place->second;
        if (seen_at >= heard_at + after_report)
            seen_.try_emplace(device, SeenDevice{device, by, seen_at, heard_at});
    }
}

std::vector<SeenDevice> Sought::take_seen()
{
    std::map<DeviceId, SeenDevice> seen;
    {
        const std::lock_guard lock{mutex_};
        seen.swap(seen_);
    }
    std::vector<SeenDevice> all;
    for (auto& [device, one] : seen)
        all.push_back(std::move(one));
    return all;
}

} // namespace mimamori::collector::storage
