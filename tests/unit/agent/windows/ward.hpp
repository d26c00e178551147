#pragma once

#include "agent/probes/windows/process_list.hpp"
#include "agent/probes/windows/sections.hpp"
#include "tests/support/recorded_tree.hpp"
#include "tests/support/recorded_windows.hpp"
#include "tests/support/unplugged_windows.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mimamori::agent::probes::windows::test {

using tests::FakeClock;
using tests::RecordedWindows;

inline const Timestamp now = parse_rfc3339("2026-11-22T10:00:00Z").value();

/// The probes on the PC of a ward.
struct Ward
{
    Ward()
        : clock{now}
        , memory{{}, std::make_unique<ProcessList>(machine.machine()), clock}
        , context{{}, clock, machine, memory}
    {
        tests::add_ward(machine);
    }

    /// Everything that the probes find out.
    wire::Facts facts() const
    {
        wire::Facts all;
        for (const Probe& probe : windows::all_probes())
            probe.run(context, all);
        return all;
    }

    FakeClock clock;
    RecordedWindows machine;
    Memory memory;
    ProbeContext context;
};

inline std::string why(const wire::Provenance& from, std::string_view fact)
{
    for (const auto& unknown : from.unknown)
    {
        if (unknown.fact == fact)
            return unknown.why;
    }
    return {};
}

inline std::string text(const std::optional<Timestamp>& at)
{
    return at ? to_rfc3339(*at) : "none";
}

template <class List, class Fits>
const typename List::value_type& only(const List& list, Fits fits)
{
    BOOST_TEST_REQUIRE(std::count_if(list.begin(), list.end(), fits) == 1);
    return *std::find_if(list.begin(), list.end(), fits);
}

template <class List>
const typename List::value_type& named(const List& list, std::string_view name)
{
    return only(list, [&](const auto& one) { return one.name == name; });
}

} // namespace mimamori::agent::probes::windows::test
