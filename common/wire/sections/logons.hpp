#pragma once

#include "common/base/time.hpp"
#include "common/wire/sections/provenance.hpp"

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <vector>

/// Who used the machine, from its own log.
namespace mimamori::wire {

/// The last logon of one user in one way from one place.
struct Logon
{
    std::string user;
    std::string kind;   ///< "interactive", "remote" (RDP, SSH), "network".
    std::string source; ///< Address or terminal.
    std::optional<Timestamp> last_at;

    friend bool operator==(const Logon&, const Logon&) = default;
};
BOOST_DESCRIBE_STRUCT(Logon, (), (user, kind, source, last_at))

/// Section `logons`.
struct LogonsSection
{
    Provenance from;
    std::vector<Logon> logons; ///< At most 200, newest first.

    friend bool operator==(const LogonsSection&, const LogonsSection&) = default;
};
BOOST_DESCRIBE_STRUCT(LogonsSection, (), (from, logons))

} // namespace mimamori::wire
