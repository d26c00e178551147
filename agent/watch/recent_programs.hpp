#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <unordered_map>

namespace mimamori::agent::watch {

/// The executables that were looked at lately, so that the thousandth start of one program costs a
/// look into a table. A program that is not in it is not new, only not looked at lately.
class RecentPrograms
{
public:
    using Time = std::chrono::steady_clock::time_point;

    static constexpr std::chrono::minutes remembered{10};
    static constexpr std::size_t programs_max{512};

    /// `key` stands for one state of one file. True when it was noted within the last ten minutes;
    /// otherwise it is noted now.
    bool was_seen(const std::string& key, Time now);

private:
    std::unordered_map<std::string, Time> seen_;
};

/// Holds the watch back when programs start so often that following each would cost too much.
class StartRate
{
public:
    using Time = std::chrono::steady_clock::time_point;

    static constexpr std::size_t starts_per_s_max{300}; ///< On average over `window`.
    static constexpr std::chrono::seconds window{10};

    /// Counts; true when there were too many in the window that just ended.
    bool is_too_high(std::size_t starts, Time now);

    /// Starts a second in the window that ended last.
    std::size_t last_rate() const { return last_rate_; }

private:
    Time begin_{};
    std::size_t count_{0};
    std::size_t last_rate_{0};
};

} // namespace mimamori::agent::watch
