#pragma once

#include "common/base/time.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <unordered_map>

namespace mimamori::collector::people {

/// Decides whether a try to sign in may be made now. No I/O, no clock: the caller says the time.
///
/// Wrong passwords are counted three times: for the name from that address, for the address, and
/// for the name from anywhere. After some free tries the next one must wait `first_wait`, doubling
/// with each further failure up to `longest_wait`. So guessing is slow for everybody. Somebody who
/// has signed in from an address before is not held up there by guesses from elsewhere, so nobody
/// can be locked out by others. Names are told apart without case, as the database does. All tables
/// are bounded: the oldest entries go first.
class LoginThrottle
{
public:
    struct Config
    {
        std::size_t free_tries{5};             ///< Of one name from one address.
        std::size_t free_tries_of_address{30}; ///< A ward's PCs may share one address.
        std::size_t free_tries_of_name{50};    ///< From anywhere: guessing with many addresses.
        std::chrono::seconds first_wait{10};
        std::chrono::seconds longest_wait{std::chrono::minutes{15}};
        std::size_t entries_max{10'000}; ///< Of each table.
    };

    LoginThrottle() = default;

    explicit LoginThrottle(const Config& config)
        : config_{config}
    {}

    /// How long this try must wait; zero: go ahead.
    std::chrono::seconds wait(
        const std::string& name, const std::string& address, Timestamp now) const;

    /// Call after a wrong name or password.
    void failed(const std::string& name, const std::string& address, Timestamp now);

    /// Call after a right one.
    void succeeded(const std::string& name, const std::string& address, Timestamp now);

private:
    struct Failures
    {
        std::size_t count{0};
        Timestamp last{};
        bool proven{false}; ///< A right password came from there.
    };

    using Table = std::unordered_map<std::string, Failures>;

    std::chrono::seconds wait_in(
        const Table& table, const std::string& key, std::size_t free_tries, Timestamp now) const;
    Failures& entry(Table& table, const std::string& key);
    void count(Table& table, const std::string& key, Timestamp now);

    Config config_;
    Table pairs_; ///< Name and address.
    Table addresses_;
    Table names_;
};

} // namespace mimamori::collector::people
