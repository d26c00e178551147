#pragma once

#include "collector/findings/lifecycle.hpp"
#include "collector/rules/verdict.hpp"

#include <boost/describe/enum.hpp>

#include <optional>

namespace mimamori::collector::findings {

/// Which findings may be told at all; routes decide about the rest.
struct AlertPolicy
{
    bool enabled{true};
    rules::Severity least{rules::Severity::info};
};

enum class AlertKind
{
    opened,
    resolved
};
BOOST_DESCRIBE_ENUM(AlertKind, opened, resolved)

/// Whether `change` is an alert; marks its record. Each opening is told, and again when it became
/// worse or woke after it was put off; the end is told only of what was told before.
std::optional<AlertKind> alert_of(Change& change, const AlertPolicy& policy);

} // namespace mimamori::collector::findings
