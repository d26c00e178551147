#pragma once

#include "collector/findings/texts.hpp"

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <string>
#include <string_view>
#include <vector>

/// Whom to phone about a finding, and what to say: for people who are no experts and speak with
/// somebody who is.
namespace mimamori::collector::findings {

enum class Whom
{
    department, ///< Who uses the device.
    supplier,   ///< Who made or services it.
    network     ///< Who looks after network and collector.
};
BOOST_DESCRIBE_ENUM(Whom, department, supplier, network)

struct Call
{
    std::string rule;
    Whom whom{Whom::department};
    Bilingual say;
};
BOOST_DESCRIBE_STRUCT(Call, (), (rule, whom, say))

/// Of each rule one; what is compiled in.
const std::vector<Call>& all_calls();

/// nullptr for a rule that is not known.
const Call* call_about(std::string_view rule);

} // namespace mimamori::collector::findings
