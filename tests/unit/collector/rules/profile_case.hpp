#pragma once

#include "collector/rules/profile_facts.hpp"
#include "tests/unit/collector/rules/rule_case.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace mimamori::collector::rules::test {

/// A device of a model that is not being learned any more.
struct Compared : Case
{
    Compared()
    {
        device.model = "Maker M1";
        for (const ItemKind kind : {ItemKind::port, ItemKind::service, ItemKind::peer})
            site.learning_until[kind] = now;
    }

    void add(ItemKind kind, std::string key)
    {
        site.unusual.push_back({kind, std::move(key), 3, 41, now - days{2}});
    }

    void listen(const char* protocol, const char* address, std::uint16_t port, const char* program)
    {
        if (!device.facts.listeners)
            device.facts.listeners.emplace();
        device.facts.listeners->listeners.push_back({protocol, address, port, program, {}});
    }
};

inline wire::Service service(std::string name, std::string command, std::string start = "automatic")
{
    wire::Service made;
    made.name = std::move(name);
    made.command = std::move(command);
    made.start_type = std::move(start);
    return made;
}

} // namespace mimamori::collector::rules::test
