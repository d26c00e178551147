#pragma once

#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>

namespace mimamori::tests {

/// Waits for something that another process does. Throws when it has not come after `patience`,
/// which is there to end a test that waits in vain: it says nothing about how fast things are.
template <class Condition>
void wait_until(
    const std::string& what,
    Condition condition,
    std::chrono::milliseconds patience = std::chrono::seconds{60})
{
    constexpr std::chrono::milliseconds between{50};
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!condition())
    {
        if (std::chrono::steady_clock::now() >= end)
            throw std::runtime_error{"waited in vain for " + what};
        std::this_thread::sleep_for(between);
    }
}

} // namespace mimamori::tests
