#pragma once

#include "collector/directory/account_state.hpp"
#include "collector/directory/directory_settings.hpp"
#include "collector/directory/socket_guard.hpp"
#include "common/base/result.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace mimamori::collector::directory {

/// When to give up: each question after some time, all of them after more, everything at once when
/// the collector stops.
class Patience
{
public:
    Patience(
        std::chrono::milliseconds step_max,
        std::chrono::milliseconds whole_max,
        const std::atomic<bool>& stopped);

    /// How long the next step may take. Errors: timeout, cancelled.
    Result<std::chrono::milliseconds> next() const;

    std::chrono::steady_clock::time_point end() const { return end_; }

    const std::atomic<bool>& stopped() const { return *stopped_; }

private:
    std::chrono::milliseconds step_max_;
    std::chrono::steady_clock::time_point end_;
    const std::atomic<bool>* stopped_;
};

enum class Scope
{
    entry, ///< The one that is named.
    below  ///< It and everything below.
};

/// A connection to one server of the directory, whose certificate is for its name and signed by the
/// CA of the settings. Its calls block. Referrals are not followed.
class Connection
{
public:
    /// Errors: unavailable when nothing answers there; forbidden when TLS fails, which is mostly a
    /// certificate; timeout; cancelled.
    static Result<Connection> open(
        const DirectorySettings& settings, const std::string& host, Patience patience);

    /// Says who we are. An empty name or password is refused before anything is sent: servers take
    /// it for nobody and say yes (RFC 4513, 5.1.2). Errors: unauthenticated when the server refuses
    /// it; unavailable, timeout, cancelled.
    Result<void> bind(const std::string& dn, const std::string& password);

    /// Errors: not_found when there is no `base`; too_large when more than `count_max` entries fit;
    /// invalid_input for a filter that the server cannot read; forbidden when it may not be read;
    /// unavailable, also for a referral; timeout; cancelled.
    Result<std::vector<Entry>> search(
        const std::string& base,
        Scope scope,
        const std::string& filter,
        const std::vector<std::string>& attributes,
        int count_max);

    ~Connection();
    Connection(Connection&& other) noexcept;
    Connection& operator=(Connection&& other) noexcept;

private:
    struct Parts;

    Connection(std::unique_ptr<Parts> parts, Patience patience);

    /// The whole answer to `message`. Errors: unavailable, timeout, cancelled.
    Result<void*> wait_for(int message);

    std::unique_ptr<Parts> parts_;
    Patience patience_;
};

} // namespace mimamori::collector::directory
