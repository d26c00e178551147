#pragma once

#include "collector/findings/lifecycle.hpp"
#include "collector/rules/verdict.hpp"

#include <boost/describe/enum.hpp>

#include <optional>
#include <string>
#include <vector>

namespace mimamori::collector::findings {

/// Which findings people are told about without asking.
struct AlertPolicy
{
    bool enabled{false}; ///< Somebody is there to be told.
    rules::Severity least{rules::Severity::action};
    std::vector<std::string> always{"av_stale"}; ///< Rules whose findings of any severity count.
};

enum class AlertKind
{
    opened,
    resolved
};
BOOST_DESCRIBE_ENUM(AlertKind, opened, resolved)

/// Whether `change` is an alert; marks its record so that each opening and each end is told once.
/// The end is told only of what was told before.
std::optional<AlertKind> alert_of(Change& change, const AlertPolicy& policy);

} // namespace mimamori::collector::findings
