#pragma once

#include "common/base/time.hpp"
#include "common/wire/sections/provenance.hpp"

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <vector>

/// Programs that run, told apart by what is in the file.
namespace mimamori::wire {

/// One executable that was seen running: no pid, no counter, so the list is stable.
struct Program
{
    std::string path;
    std::string sha256; ///< Hex; empty while not yet read (bounded rate) or unreadable.
    std::string
        signer; ///< Windows: Authenticode subject. Linux: owning package, "dpkg:openssh-server".
    std::string product;
    std::string company;
    std::string version;
    std::string parent; ///< Path of the program that started it when first seen.
    std::string user;
    std::optional<Timestamp> first_seen_at; ///< By this agent.
    bool user_writable{false};              ///< A non-administrator may replace the file.
    std::string command_line;               ///< Only where the site enables it.

    friend bool operator==(const Program&, const Program&) = default;
};
BOOST_DESCRIBE_STRUCT(
    Program,
    (),
    (path,
     sha256,
     signer,
     product,
     company,
     version,
     parent,
     user,
     first_seen_at,
     user_writable,
     command_line))

/// Section `processes`: the distinct executables of the last days, not a snapshot of one moment.
struct ProcessesSection
{
    Provenance from;
    std::vector<Program> programs;
    std::string watch; ///< "events" (kernel tells) or "polling"; how short-lived ones are caught.

    friend bool operator==(const ProcessesSection&, const ProcessesSection&) = default;
};
BOOST_DESCRIBE_STRUCT(ProcessesSection, (), (from, programs, watch))

} // namespace mimamori::wire
