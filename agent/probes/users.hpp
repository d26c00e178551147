#pragma once

#include "agent/probes/tree.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::agent::probes {

/// One line of passwd(5).
struct PasswdEntry
{
    std::string name;
    std::uint32_t user{0};
    std::uint32_t group{0};
    std::string home;
    std::string shell;

    friend bool operator==(const PasswdEntry&, const PasswdEntry&) = default;
};

/// The well-formed lines of a passwd(5) file, at most `entries_max`.
std::vector<PasswdEntry> parse_passwd(std::string_view text, std::size_t entries_max = 20'000);

/// Names of local users by number. Directory services (NSS) are not asked: they may wait for a
/// network.
class UserNames
{
public:
    /// Reads /etc/passwd again if it changed since the last call.
    void refresh(const Tree& tree);

    /// The name, or "uid 1234".
    std::string name_of(std::uint32_t user) const;

private:
    std::map<std::uint32_t, std::string> names_;
    FileStatus read_from_;
};

} // namespace mimamori::agent::probes
