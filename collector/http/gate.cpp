#include "collector/http/gate.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace mimamori::collector::http {
namespace {

using namespace std::chrono_literals;

/// Senders remembered at once for the request limit; beyond, the count starts anew.
constexpr std::size_t senders_max{65'536};

} // namespace

std::uint64_t sender_key(const boost::asio::ip::address& address)
{
    if (address.is_v4())
        return address.to_v4().to_uint();
    if (address.to_v6().is_v4_mapped())
    {
        const auto v4 =
            boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6());
        return v4.to_uint();
    }
    const auto bytes = address.to_v6().to_bytes();
    std::uint64_t key = 0;
    for (std::size_t i = 0; i < 8; ++i)
        key = (key << 8) | bytes[i];
    return key;
}

bool Gate::enter(std::uint64_t sender)
{
    std::size_t& count = pending_[sender];
    if (count >= limits_.pending_per_sender_max)
        return false;
    ++count;
    ++pending_total_;
    return true;
}

void Gate::leave(std::uint64_t sender)
{
    const auto place = pending_.find(sender);
    assert(place != pending_.end() && place->second > 0);
    --pending_total_;
    if (--place->second == 0)
        pending_.erase(place);
}

bool Gate::begin_handshake(std::uint64_t sender)
{
    if (handshakes_total_ >= limits_.handshakes_max)
        return false;
    std::size_t& count = handshakes_[sender];
    if (count >= (limits_.handshakes_max + 1) / 2)
        return false;
    ++count;
    ++handshakes_total_;
    return true;
}

void Gate::end_handshake(std::uint64_t sender)
{
    const auto place = handshakes_.find(sender);
    assert(place != handshakes_.end() && place->second > 0);
    --handshakes_total_;
    if (--place->second == 0)
        handshakes_.erase(place);
}

bool Gate::admit_request(std::uint64_t sender, Time now)
{
    if (limits_.requests_per_minute == 0)
        return true;
    if (now - minute_ >= 1min || requests_.size() >= senders_max)
    {
        requests_.clear();
        minute_ = now;
    }
    return ++requests_[sender] <= limits_.requests_per_minute;
}

bool RefusalLog::admits(std::uint64_t sender, Time now)
{
    begin_minute(now);
    const bool full = lines_ >= lines_per_minute;
    if (full || senders_[sender] >= lines_per_sender_and_minute)
    {
        ++left_out_now_;
        return false;
    }
    ++lines_;
    ++senders_[sender];
    return true;
}

std::optional<std::size_t> RefusalLog::left_out(Time now)
{
    begin_minute(now);
    const std::size_t count = std::exchange(left_out_before_, 0);
    return count > 0 ? std::optional{count} : std::nullopt;
}

void RefusalLog::begin_minute(Time now)
{
    if (now - minute_ < 1min)
        return;
    minute_ = now;
    lines_ = 0;
    senders_.clear();
    left_out_before_ += std::exchange(left_out_now_, 0);
}

} // namespace mimamori::collector::http
