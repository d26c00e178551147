#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string_view>
#include <unordered_map>

namespace mimamori::collector::people {

/// Counts what one sign-in or token asks in a minute, so that one script in a loop, or one stolen
/// token, does not keep the collector from everybody else. No clock: the caller says the time. Any
/// thread.
class RequestRate
{
public:
    using Time = std::chrono::steady_clock::time_point;

    struct Config
    {
        std::size_t requests_per_minute{1'200}; ///< A page asks about ten when it is opened.
        std::size_t credentials_max{10'000};    ///< Beyond, the counts start anew.
    };

    RequestRate() = default;

    explicit RequestRate(const Config& config)
        : config_{config}
    {}

    /// Counts a request that shows this cookie or token. How long it must wait; zero: go ahead.
    std::chrono::seconds wait(std::string_view credential, Time now);

private:
    Config config_;
    std::mutex lock_;
    std::unordered_map<std::size_t, std::size_t> counts_; ///< In this minute, by a hash.
    Time minute_{};
};

} // namespace mimamori::collector::people
