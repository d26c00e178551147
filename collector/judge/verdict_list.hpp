#pragma once

#include "collector/findings/lifecycle.hpp"
#include "common/base/result.hpp"

#include <boost/describe/class.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace mimamori::collector::judge {

/// What one rule said about a device, without its findings: what the device page shows beside them.
struct VerdictLine
{
    std::string rule;
    std::string verdict; ///< "good", "bad", "not_applicable", "unknown".
    std::string reason;  ///< Why not applicable or unknown, naming the source; a note to good.

    friend bool operator==(const VerdictLine&, const VerdictLine&) = default;
};
BOOST_DESCRIBE_STRUCT(VerdictLine, (), (rule, verdict, reason))

/// One line per rule, in the order of the outcomes.
std::vector<VerdictLine> verdict_lines(const std::vector<findings::RuleOutcome>& outcomes);

/// As it is stored in table `judged`.
std::string to_json(const std::vector<VerdictLine>& lines);

/// Errors: invalid_input.
Result<std::vector<VerdictLine>> verdict_lines_from_json(std::string_view text);

} // namespace mimamori::collector::judge
