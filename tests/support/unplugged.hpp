#pragma once

#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::tests {

/// A source that is taken away, and all that may change by it.
struct Unplugged
{
    std::string_view probe;
    std::vector<std::string_view> removed;  ///< Paths in the recorded Debian 12.
    std::string_view fact;                  ///< What must be unknown then…
    std::string_view source;                ///< …because of this.
    std::set<std::string> members;          ///< Members of the section that may be gone.
    std::set<std::string> other_sections{}; ///< Sections that read the same source.

    friend std::ostream& operator<<(std::ostream& out, const Unplugged& row)
    {
        return out << row.probe << " without " << row.removed.front();
    }
};

/// Sources of the recorded Debian 12, at least one for each probe of the registry.
const std::vector<Unplugged>& unplugged_sources();

} // namespace mimamori::tests
