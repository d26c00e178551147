#pragma once

#include "tests/support/recorded_windows.hpp"

#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::tests {

/// A source of a Windows machine that is taken away, and all that may change by it.
struct UnpluggedWindows
{
    std::string_view probe;
    std::string_view without; ///< What is taken away, for people.
    void (*take_away)(RecordedWindows&);
    std::string_view fact;                  ///< What must be unknown then…
    std::string_view why;                   ///< …with this in its reason.
    std::set<std::string> members;          ///< Members of the section that may be gone.
    std::set<std::string> other_sections{}; ///< Sections that read the same source.

    friend std::ostream& operator<<(std::ostream& out, const UnpluggedWindows& row)
    {
        return out << row.probe << " without " << row.without;
    }
};

/// Sources of the recorded PC of a ward (`add_ward`), at least one for each probe of Windows.
const std::vector<UnpluggedWindows>& unplugged_windows_sources();

/// Windows 10 22H2 with Defender and everything that a probe reads.
void add_ward(RecordedWindows& machine);

} // namespace mimamori::tests
