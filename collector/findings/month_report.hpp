#pragma once

#include "common/base/time.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What the director reads once a month. The structs are the JSON of the API and of the database.
namespace mimamori::collector::findings {

/// How the devices of a site were on the last day that counts, and at the end of the month before.
struct MonthScore
{
    std::string site; ///< Empty: all together.
    std::string name;
    std::int64_t devices{0};
    std::optional<std::int64_t> score;
    std::optional<std::int64_t> before;
};
BOOST_DESCRIBE_STRUCT(MonthScore, (), (site, name, devices, score, before))

/// The score of one day.
struct MonthDay
{
    Date day{};
    std::int64_t score{0};
};
BOOST_DESCRIBE_STRUCT(MonthDay, (), (day, score))

/// What became of the findings of one rule that are more than information.
struct MonthRule
{
    std::string rule;
    std::int64_t before{0};   ///< Not resolved when the month began.
    std::int64_t now{0};      ///< Not resolved at its end; accepted risks are not counted.
    std::int64_t opened{0};   ///< In the month.
    std::int64_t resolved{0}; ///< In the month.
};
BOOST_DESCRIBE_STRUCT(MonthRule, (), (rule, before, now, opened, resolved))

/// A risk that is accepted.
struct MonthWaiver
{
    std::string device;
    std::string rule;
    std::string reason;
    std::optional<Timestamp> until;
};
BOOST_DESCRIBE_STRUCT(MonthWaiver, (), (device, rule, reason, until))

/// Devices whose support has ended or ends before the end of the next fiscal year.
struct MonthSupport
{
    std::string os;
    std::optional<Date> until;
    std::int64_t devices{0};
    bool extended_only{false}; ///< A paid extension may prolong it.
};
BOOST_DESCRIBE_STRUCT(MonthSupport, (), (os, until, devices, extended_only))

/// The report of one month.
struct MonthReport
{
    std::string month; ///< "2026-10"
    Date from{};
    Date last{}; ///< Last day that it tells of.
    Timestamp made_at{};
    bool complete{false}; ///< The month has ended; the report does not change any more.

    MonthScore all;
    std::int64_t action{0};
    std::int64_t warning{0};
    std::int64_t silent{0};
    std::int64_t unknown{0};
    std::int64_t good{0};
    std::vector<MonthDay> days;    ///< The thirteen weeks up to `last`.
    std::vector<MonthScore> sites; ///< The greatest change for the worse first.
    std::vector<MonthRule> rules;  ///< The greatest change for the worse first.
    std::int64_t opened{0};
    std::int64_t resolved{0};
    std::int64_t resolved_by_people{0}; ///< Of these, by a person's word.
    std::vector<MonthWaiver> waivers;   ///< The first to end first; at most 12.
    std::int64_t waivers_total{0};
    std::vector<MonthSupport> support;

    // The newest entry of the record of changes: noted on paper, it shows later whether the record
    // was rewritten.
    std::int64_t audit_no{0};
    std::string audit_hash;
};
BOOST_DESCRIBE_STRUCT(
    MonthReport,
    (),
    (month,
     from,
     last,
     made_at,
     complete,
     all,
     action,
     warning,
     silent,
     unknown,
     good,
     days,
     sites,
     rules,
     opened,
     resolved,
     resolved_by_people,
     waivers,
     waivers_total,
     support,
     audit_no,
     audit_hash))

} // namespace mimamori::collector::findings
