#pragma once

#include "common/base/time.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <unordered_map>

namespace mimamori::collector::people {

/// Decides whether a try to sign in may be made now. No I/O, no clock: the caller says the time.
///
/// Wrong passwords are counted for each name and for each address. After `free_tries` in a row the
/// next try must wait `first_wait`, doubling with each further failure up to `longest_wait`; a
/// right password clears the name. So guessing is slow for everybody, and nobody can be locked out
/// for good by somebody else. Both tables are bounded: the oldest entries go first.
class LoginThrottle
{
public:
    struct Config
    {
        std::size_t free_tries{5};
        std::size_t free_tries_of_address{30}; ///< A ward's PCs may share one address.
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
    void succeeded(const std::string& name);

private:
    struct Failures
    {
        std::size_t count{0};
        Timestamp last{};
    };

    using Table = std::unordered_map<std::string, Failures>;

    std::chrono::seconds penalty(std::size_t count, std::size_t free_tries) const;
    std::chrono::seconds wait_in(
        const Table& table, const std::string& key, std::size_t free_tries, Timestamp now) const;
    void count(Table& table, const std::string& key, Timestamp now);

    Config config_;
    Table names_;
    Table addresses_;
};

} // namespace mimamori::collector::people
