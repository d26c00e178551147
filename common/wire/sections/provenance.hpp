#pragma once

#include <boost/describe/class.hpp>

#include <string>
#include <vector>

namespace mimamori::wire {

/// One fact that a probe could not find out. Shown as unknown, never as good.
struct UnknownFact
{
    std::string fact; ///< Member of the section, e.g. "esu"; empty: the whole section.
    std::string why;  ///< "read /etc/os-release: Permission denied": names the source and reason.

    friend bool operator==(const UnknownFact&, const UnknownFact&) = default;
};
BOOST_DESCRIBE_STRUCT(UnknownFact, (), (fact, why))

/// Where the facts of a section came from. Each section has one, as its member `from`.
struct Provenance
{
    std::vector<std::string> sources; ///< Files, keys or interfaces that answered.
    std::vector<UnknownFact> unknown; ///< What they did not tell.

    friend bool operator==(const Provenance&, const Provenance&) = default;
};
BOOST_DESCRIBE_STRUCT(Provenance, (), (sources, unknown))

} // namespace mimamori::wire
