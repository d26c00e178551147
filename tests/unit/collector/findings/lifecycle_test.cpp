#include "collector/findings/actions.hpp"
#include "collector/findings/alerting.hpp"
#include "collector/findings/lifecycle.hpp"

#include <boost/describe/enum_to_string.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <ostream>

namespace mimamori::collector::findings {
namespace {

using namespace std::chrono_literals;
using rules::Bad;
using rules::Finding;
using rules::Good;
using rules::NotApplicable;
using rules::Severity;
using rules::Unknown;
using std::chrono::days;

const Timestamp now = parse_rfc3339("2026-03-10T12:00:00Z").value();

Finding wrong(Severity severity = Severity::warning, std::string subject = {})
{
    Finding finding;
    finding.subject = std::move(subject);
    finding.severity = severity;
    finding.evidence.set("what", "it");
    return finding;
}

RuleOutcome bad(std::vector<Finding> findings)
{
    return {"a_rule", Bad{std::move(findings)}};
}

FindingRecord record(FindingState state, std::string subject = {})
{
    FindingRecord made;
    made.no = 7;
    made.id = "F";
    made.rule = "a_rule";
    made.subject = std::move(subject);
    made.state = state;
    made.severity = Severity::warning;
    made.evidence.set("what", "it");
    made.first_seen_at = made.opened_at = now - days{2};
    made.last_seen_at = now - 1min;
    if (state == FindingState::snoozed || state == FindingState::waived)
        made.until = now + days{1};
    if (state == FindingState::waived)
        made.reason = "isolated";
    if (state == FindingState::resolved)
    {
        made.resolved_at = now - days{1};
        made.resolved_by = resolved_by_facts;
    }
    return made;
}

Change only(const std::vector<Change>& changes)
{
    BOOST_TEST_REQUIRE(changes.size() == 1);
    return changes.front();
}

Change advance_one(
    FindingRecord before, RuleOutcome outcome, Resolving resolving = Resolving::allowed)
{
    return only(advance({std::move(before)}, {std::move(outcome)}, resolving, now));
}

std::string text(ChangeKind kind)
{
    return boost::describe::enum_to_string(kind, "?");
}

std::string text(FindingState state)
{
    return boost::describe::enum_to_string(state, "?");
}

BOOST_AUTO_TEST_SUITE(lifecycle)

BOOST_AUTO_TEST_CASE(what_is_wrong_for_the_first_time_opens)
{
    const Change change = only(advance({}, {bad({wrong()})}, Resolving::allowed, now));
    BOOST_TEST(text(change.kind) == "opened");
    BOOST_TEST(change.store);
    BOOST_TEST(change.record.rule == "a_rule");
    BOOST_TEST(text(change.record.state) == "open");
    BOOST_TEST((change.record.first_seen_at == now));
    BOOST_TEST((change.record.opened_at == now));
    BOOST_TEST(*change.record.evidence.find("what") == "it");
    BOOST_TEST(change.record.no == 0);
}

struct EndCase
{
    const char* name;
    rules::Verdict verdict;
    Resolving resolving;
    bool ends;

    friend std::ostream& operator<<(std::ostream& out, const EndCase& c) { return out << c.name; }
};

const EndCase ends[] = {
    {"good", Good{}, Resolving::allowed, true},
    {"not applicable", NotApplicable{"gone"}, Resolving::allowed, true},
    {"bad about another subject", Bad{{wrong(Severity::warning, "other")}}, Resolving::allowed,
     true},
    {"unknown", Unknown{"not read"}, Resolving::allowed, false},
    {"good of a cloned device", Good{}, Resolving::held, false},
    {"not applicable of a cloned device", NotApplicable{"gone"}, Resolving::held, false},
};

BOOST_DATA_TEST_CASE(only_a_rule_that_looked_resolves, boost::unit_test::data::make(ends), c)
{
    for (const auto state :
         {FindingState::open, FindingState::acknowledged, FindingState::snoozed,
          FindingState::waived})
    {
        const auto changes = advance({record(state)}, {{"a_rule", c.verdict}}, c.resolving, now);
        const Change& change = changes.back();
        BOOST_TEST(change.record.subject == "");
        BOOST_TEST((change.kind == ChangeKind::resolved) == c.ends);
        BOOST_TEST(text(change.record.state) == text(c.ends ? FindingState::resolved : state));
        BOOST_TEST(change.record.resolved_at.has_value() == c.ends);
        BOOST_TEST(change.record.resolved_by == (c.ends ? "facts" : ""));
    }
}

BOOST_AUTO_TEST_CASE(a_finding_of_a_rule_that_no_longer_exists_is_resolved)
{
    const Change change = advance_one(record(FindingState::open), {"another_rule", Unknown{"?"}});
    BOOST_TEST(text(change.kind) == "resolved");
}

BOOST_AUTO_TEST_CASE(what_was_resolved_and_is_good_is_left_alone)
{
    BOOST_TEST(
        advance({record(FindingState::resolved)}, {{"a_rule", Good{}}}, Resolving::allowed, now)
            .empty());
}

BOOST_AUTO_TEST_CASE(what_stays_the_same_is_not_stored_before_an_hour_has_passed)
{
    FindingRecord before = record(FindingState::open);
    before.last_seen_at = now - 1h + 1ms;
    BOOST_TEST(!advance_one(before, bad({wrong()})).store);
    before.last_seen_at = now - 1h;
    const Change change = advance_one(before, bad({wrong()}));
    BOOST_TEST(change.store);
    BOOST_TEST(text(change.kind) == "kept");
    BOOST_TEST((change.record.last_seen_at == now));
}

BOOST_AUTO_TEST_CASE(new_evidence_is_stored_and_tells_nobody)
{
    Finding finding = wrong();
    finding.evidence.set("what", "something else");
    const Change change = advance_one(record(FindingState::acknowledged), bad({finding}));
    BOOST_TEST(text(change.kind) == "kept");
    BOOST_TEST(change.store);
    BOOST_TEST(text(change.record.state) == "acknowledged");
    BOOST_TEST(*change.record.evidence.find("what") == "something else");
}

struct SeverityCase
{
    FindingState state;
    Severity severity;
    const char* kind;
    const char* state_after;

    friend std::ostream& operator<<(std::ostream& out, const SeverityCase& c)
    {
        return out << text(c.state) << ' ' << static_cast<int>(c.severity);
    }
};

const SeverityCase severities[] = {
    {FindingState::open, Severity::action, "worsened", "open"},
    {FindingState::acknowledged, Severity::action, "worsened", "open"},
    {FindingState::snoozed, Severity::action, "worsened", "open"},
    {FindingState::waived, Severity::action, "worsened", "waived"},
    {FindingState::open, Severity::info, "eased", "open"},
    {FindingState::acknowledged, Severity::info, "eased", "acknowledged"},
    {FindingState::snoozed, Severity::info, "eased", "snoozed"},
    {FindingState::acknowledged, Severity::warning, "kept", "acknowledged"},
};

BOOST_DATA_TEST_CASE(
    who_put_it_off_is_asked_again_when_it_worsens, boost::unit_test::data::make(severities), c)
{
    const Change change = advance_one(record(c.state), bad({wrong(c.severity)}));
    BOOST_TEST(text(change.kind) == c.kind);
    BOOST_TEST(text(change.record.state) == c.state_after);
    BOOST_TEST((change.record.severity == c.severity));
}

struct AgainCase
{
    FindingState state;
    std::chrono::milliseconds later;
    const char* kind;
    const char* state_after;

    friend std::ostream& operator<<(std::ostream& out, const AgainCase& c)
    {
        return out << text(c.state) << ' ' << c.later.count();
    }
};

const AgainCase agains[] = {
    {FindingState::open, 1ms, "kept", "open"},
    {FindingState::acknowledged, 0ms, "kept", "acknowledged"},
    {FindingState::acknowledged, 1ms, "woken", "open"},
    {FindingState::snoozed, 1ms, "woken", "open"},
    {FindingState::waived, 1ms, "kept", "waived"},
};

BOOST_DATA_TEST_CASE(
    who_put_it_off_is_asked_again_when_it_happens_again, boost::unit_test::data::make(agains), c)
{
    FindingRecord before = record(c.state);
    before.happened_at = now - 1h;
    Finding finding = wrong();
    finding.happened_at = now - 1h + c.later;
    const Change change = advance_one(before, bad({finding}));
    BOOST_TEST(text(change.kind) == c.kind);
    BOOST_TEST(text(change.record.state) == c.state_after);
    BOOST_TEST((change.record.happened_at == finding.happened_at));
}

BOOST_AUTO_TEST_CASE(snoozing_and_waivers_end_on_time)
{
    for (const auto state : {FindingState::snoozed, FindingState::waived})
    {
        FindingRecord before = record(state);
        before.until = now + 1ms;
        const Change early = advance_one(before, bad({wrong()}));
        BOOST_TEST(text(early.record.state) == text(state));
        BOOST_TEST((next_waking({before}, now) == now + 1ms));
        before.until = now;
        const Change change = advance_one(before, bad({wrong()}));
        BOOST_TEST(text(change.kind) == "woken");
        BOOST_TEST(change.store);
        BOOST_TEST(text(change.record.state) == "open");
        BOOST_TEST(!change.record.until.has_value());
        BOOST_TEST(change.record.reason == "");
        // Also while nothing is known about it.
        const Change unknown = advance_one(before, {"a_rule", Unknown{"not read"}});
        BOOST_TEST(text(unknown.kind) == "woken");
        BOOST_TEST(unknown.store);
    }
    BOOST_TEST(!next_waking({record(FindingState::open)}, now).has_value());
}

BOOST_AUTO_TEST_CASE(what_facts_resolved_opens_again_when_it_is_wrong_again)
{
    FindingRecord before = record(FindingState::resolved);
    before.alerted = true;
    before.due = parse_iso_date("2026-03-09");
    Finding finding = wrong(Severity::action);
    finding.happened_at = now - days{5}; // Long ago, but the facts said good meanwhile.
    const Change change = advance_one(before, bad({finding}));
    BOOST_TEST(text(change.kind) == "reopened");
    BOOST_TEST(text(change.record.state) == "open");
    BOOST_TEST(change.record.reopened == 1);
    BOOST_TEST(change.record.no == 7);
    BOOST_TEST(!change.record.alerted);
    BOOST_TEST(!change.record.resolved_at.has_value());
    BOOST_TEST(!change.record.due.has_value());
    BOOST_TEST((change.record.opened_at == now));
    BOOST_TEST((change.record.first_seen_at == now - days{2}));
    BOOST_TEST((change.record.severity == Severity::action));
}

BOOST_AUTO_TEST_CASE(what_a_person_closed_opens_again_only_by_what_happens_later)
{
    FindingRecord before = record(FindingState::resolved);
    before.resolved_by = "sato";
    Finding finding = wrong();
    finding.happened_at = *before.resolved_at;
    BOOST_TEST(advance({before}, {bad({finding})}, Resolving::allowed, now).empty());
    finding.happened_at = *before.resolved_at + 1ms;
    BOOST_TEST(text(advance_one(before, bad({finding})).kind) == "reopened");
    // A state that lasts still lasts.
    finding.happened_at.reset();
    BOOST_TEST(text(advance_one(before, bad({finding})).kind) == "reopened");
}

BOOST_AUTO_TEST_CASE(subjects_are_told_apart)
{
    const auto changes = advance(
        {record(FindingState::open, "a"), record(FindingState::open, "b")},
        {bad({wrong(Severity::warning, "b"), wrong(Severity::warning, "c")})}, Resolving::allowed,
        now);
    BOOST_TEST_REQUIRE(changes.size() == 3);
    std::vector<std::string> told;
    for (const Change& change : changes)
        told.push_back(change.record.subject + ' ' + text(change.kind));
    std::sort(told.begin(), told.end());
    BOOST_TEST(told[0] == "a resolved");
    BOOST_TEST(told[1] == "b kept");
    BOOST_TEST(told[2] == "c opened");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(actions)

Result<FindingRecord> act(FindingState state, const Action& action)
{
    return apply(record(state), action, "sato", now);
}

BOOST_AUTO_TEST_CASE(acknowledging_takes_it_over)
{
    const auto done = act(FindingState::open, Acknowledge{});
    BOOST_TEST_REQUIRE(done.has_value());
    BOOST_TEST(text(done->state) == "acknowledged");
    BOOST_TEST(done->owner == "sato");
}

BOOST_AUTO_TEST_CASE(snoozing_has_an_end_that_is_not_far)
{
    BOOST_TEST(act(FindingState::open, Snooze{now}).has_error());
    BOOST_TEST(act(FindingState::open, Snooze{now + 1ms}).has_value());
    BOOST_TEST(act(FindingState::open, Snooze{now + days{90}}).has_value());
    BOOST_TEST(act(FindingState::open, Snooze{now + days{90} + 1ms}).has_error());
}

BOOST_AUTO_TEST_CASE(a_waiver_has_a_reason_and_an_end)
{
    BOOST_TEST(act(FindingState::open, Waive{now + days{1}, ""}).has_error());
    BOOST_TEST(act(FindingState::open, Waive{now, "isolated"}).has_error());
    BOOST_TEST(act(FindingState::open, Waive{now + days{366} + 1ms, "isolated"}).has_error());
    BOOST_TEST(act(FindingState::open, Waive{now + days{1}, std::string(1'001, 'x')}).has_error());
    const auto done = act(FindingState::open, Waive{now + days{366}, "isolated"});
    BOOST_TEST_REQUIRE(done.has_value());
    BOOST_TEST(text(done->state) == "waived");
    BOOST_TEST(done->reason == "isolated");
    BOOST_TEST(!counts(*done));
    BOOST_TEST(is_active(*done));
}

BOOST_AUTO_TEST_CASE(closing_needs_a_reason_and_can_be_taken_back)
{
    BOOST_TEST(act(FindingState::open, Resolve{""}).has_error());
    const auto closed = act(FindingState::open, Resolve{"stick was ours"});
    BOOST_TEST_REQUIRE(closed.has_value());
    BOOST_TEST(closed->resolved_by == "sato");
    BOOST_TEST((closed->resolved_at == now));
    BOOST_TEST((apply(*closed, Acknowledge{}, "sato", now).error().code == Errc::conflict));
    const auto back = apply(*closed, Reopen{}, "sato", now);
    BOOST_TEST_REQUIRE(back.has_value());
    BOOST_TEST(text(back->state) == "open");
    BOOST_TEST(!back->resolved_at.has_value());
    BOOST_TEST((apply(*back, Reopen{}, "sato", now).error().code == Errc::conflict));
}

BOOST_AUTO_TEST_CASE(it_can_be_given_to_somebody)
{
    const auto given = act(FindingState::open, Assign{"tanaka", parse_iso_date("2026-03-20")});
    BOOST_TEST_REQUIRE(given.has_value());
    BOOST_TEST(given->owner == "tanaka");
    BOOST_TEST(given->due.has_value());
    BOOST_TEST(act(FindingState::open, Assign{std::string(201, 'x'), {}}).has_error());
    BOOST_TEST(name_of(Action{Assign{}}) == "assign");
    BOOST_TEST(name_of(Action{Acknowledge{}}) == "acknowledge");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(alerting)

struct AlertCase
{
    ChangeKind kind;
    FindingState state;
    Severity severity;
    const char* rule;
    bool alerted_before;
    bool enabled;
    const char* expected;

    friend std::ostream& operator<<(std::ostream& out, const AlertCase& c)
    {
        return out << text(c.kind) << ' ' << text(c.state) << ' ' << c.rule;
    }
};

const AlertCase alerts[] = {
    {ChangeKind::opened, FindingState::open, Severity::action, "x", false, true, "opened"},
    {ChangeKind::opened, FindingState::open, Severity::info, "x", false, true, "opened"},
    {ChangeKind::opened, FindingState::open, Severity::action, "x", false, false, "none"},
    {ChangeKind::reopened, FindingState::open, Severity::action, "x", false, true, "opened"},
    {ChangeKind::worsened, FindingState::open, Severity::action, "x", false, true, "opened"},
    {ChangeKind::worsened, FindingState::open, Severity::action, "x", true, true, "opened"},
    {ChangeKind::worsened, FindingState::waived, Severity::action, "x", false, true, "none"},
    {ChangeKind::woken, FindingState::open, Severity::action, "x", false, true, "opened"},
    {ChangeKind::woken, FindingState::open, Severity::action, "x", true, true, "opened"},
    {ChangeKind::reopened, FindingState::open, Severity::action, "x", true, true, "none"},
    {ChangeKind::kept, FindingState::open, Severity::action, "x", false, true, "none"},
    {ChangeKind::eased, FindingState::open, Severity::action, "x", false, true, "none"},
    {ChangeKind::resolved, FindingState::resolved, Severity::action, "x", true, true, "resolved"},
    {ChangeKind::resolved, FindingState::resolved, Severity::action, "x", false, true, "none"},
    {ChangeKind::resolved, FindingState::resolved, Severity::action, "x", true, false, "resolved"},
};

BOOST_DATA_TEST_CASE(
    openings_ends_and_what_became_worse_are_told, boost::unit_test::data::make(alerts), c)
{
    Change change{c.kind, false, record(c.state)};
    change.record.rule = c.rule;
    change.record.severity = c.severity;
    change.record.alerted = c.alerted_before;
    AlertPolicy policy;
    policy.enabled = c.enabled;
    const auto alert = alert_of(change, policy);
    const std::string told = alert ? boost::describe::enum_to_string(*alert, "?") : "none";
    BOOST_TEST(told == c.expected);
    if (alert == AlertKind::opened)
    {
        BOOST_TEST(change.record.alerted);
        BOOST_TEST(change.store);
        change.kind = ChangeKind::kept;
        BOOST_TEST(!alert_of(change, policy).has_value());
    }
    if (alert == AlertKind::resolved)
        BOOST_TEST(!change.record.alerted);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::findings
