#pragma once

#include "collector/rules/evidence.hpp"
#include "common/base/time.hpp"

#include <boost/describe/enum.hpp>

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace mimamori::collector::rules {

/// How much a finding matters. Info never changes the state of a device.
enum class Severity
{
    info,
    warning, ///< 注意
    action   ///< 要対応
};
BOOST_DESCRIBE_ENUM(Severity, info, warning, action)

/// Something about one device that a person should put right, as a rule sees it now.
struct Finding
{
    /// What on the device it is about; empty when the rule can only find one thing on a device.
    /// With device and rule it is the identity of the stored finding.
    std::string subject;

    Severity severity{Severity::warning};
    Evidence evidence;

    /// For things that happen rather than last (a stick was plugged in): when it last happened. A
    /// finding that a person has closed opens again only by something that happened later.
    std::optional<Timestamp> happened_at;

    /// The day of the knowledge it rests on, where it rests on any.
    std::optional<Date> data_date;

    friend bool operator==(const Finding&, const Finding&) = default;
};

/// The rule looked, and all is well.
struct Good
{
    std::string note; ///< Of an answer that needs a word; mostly empty.

    friend bool operator==(const Good&, const Good&) = default;
};

/// The rule looked, and this is wrong; nothing else of its subject matter is.
struct Bad
{
    std::vector<Finding> findings; ///< Never empty; subjects differ.

    friend bool operator==(const Bad&, const Bad&) = default;
};

/// The facts say that the rule is not about this device.
struct NotApplicable
{
    std::string reason;

    friend bool operator==(const NotApplicable&, const NotApplicable&) = default;
};

/// The facts do not say. Never shown as good, and never closes a finding.
struct Unknown
{
    std::string reason;

    friend bool operator==(const Unknown&, const Unknown&) = default;
};

using Verdict = std::variant<Good, Bad, NotApplicable, Unknown>;

/// A verdict, and until when it holds if the facts do not change.
struct Judgement
{
    Verdict verdict;

    /// The first moment at which the passing of time may give another verdict or severity.
    std::optional<Timestamp> look_again_at;

    friend bool operator==(const Judgement&, const Judgement&) = default;
};

/// Bad with a single finding.
Verdict bad(Finding finding);

/// Moves `look_again_at` to `moment` when that is after `now` and earlier than what is there.
void look_again(Judgement& judgement, Timestamp moment, Timestamp now);

} // namespace mimamori::collector::rules
