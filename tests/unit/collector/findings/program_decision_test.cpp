#include "collector/findings/program_decision.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

namespace mimamori::collector::findings {
namespace {

using namespace std::chrono_literals;
using rules::Standing;
using std::chrono::days;

const Timestamp now = parse_rfc3339("2026-03-10T12:00:00Z").value();

wire::Program program(std::string path)
{
    wire::Program made;
    made.path = std::move(path);
    made.sha256 = std::string(64, 'a');
    return made;
}

ProgramDecision decision(DecisionKind kind, const wire::Program& about)
{
    ProgramDecision made;
    made.kind = kind;
    made.value = decision_value(about, kind);
    made.scope = DecisionScope::site;
    made.scope_value = "root";
    made.reason = "needed";
    return made;
}

BOOST_AUTO_TEST_SUITE(program_decision)

struct LearningCase
{
    bool learnable;
    std::uint32_t devices;
    std::uint32_t model_devices;
    std::chrono::milliseconds left;
    Standing expected;

    friend std::ostream& operator<<(std::ostream& out, const LearningCase& c)
    {
        return out << c.devices << " of " << c.model_devices << ", " << c.left.count();
    }
};

const LearningCase learning[] = {
    // Few devices: whatever runs while learning is learned, and stays so.
    {true, 1, 1, days{1}, Standing::learned},
    {true, 1, 4, 0ms, Standing::learned},
    // Five devices and more: what one has alone waits for a second, until learning ends.
    {true, 1, 5, 1ms, Standing::settling},
    {true, 1, 5, 0ms, Standing::unknown},
    {true, 2, 5, days{1}, Standing::learned},
    {true, 2, 400, 0ms, Standing::learned},
    // Seen only after learning.
    {true, 0, 1, 0ms, Standing::unknown},
    {true, 0, 400, 0ms, Standing::unknown},
    // Never learned, from the first second.
    {false, 1, 1, days{1}, Standing::unknown},
    {false, 400, 400, days{1}, Standing::unknown},
};

BOOST_DATA_TEST_CASE(what_a_model_learns, boost::unit_test::data::make(learning), c)
{
    const LearningFacts facts{c.learnable, now + c.left, c.devices, c.model_devices};
    BOOST_TEST((learned_standing(facts, {}, now) == c.expected));
}

BOOST_AUTO_TEST_CASE(learning_ends_after_two_weeks_or_when_a_person_says)
{
    BOOST_TEST((learning_end(now, {}, {}) == now + days{14}));
    BOOST_TEST((learning_end(now, now + 1h, {}) == now + 1h));
}

BOOST_AUTO_TEST_CASE(a_program_in_a_users_place_cannot_be_allowed_by_its_path)
{
    const auto there = program("/tmp/tool");
    const auto here = program("/opt/tool");
    BOOST_TEST(check_decision(decision(DecisionKind::path, there), there, now).has_error());
    BOOST_TEST(check_decision(decision(DecisionKind::path, here), here, now).has_value());
    BOOST_TEST(check_decision(decision(DecisionKind::hash, there), there, now).has_value());
    auto writable = here;
    writable.user_writable = true;
    BOOST_TEST(check_decision(decision(DecisionKind::path, writable), writable, now).has_error());
    auto refused = decision(DecisionKind::path, there);
    refused.decision = Decision::refuse;
    BOOST_TEST(check_decision(refused, there, now).has_value());
}

BOOST_AUTO_TEST_CASE(a_decision_needs_a_reason_a_scope_and_something_to_know_it_by)
{
    const auto tool = program("/opt/tool");
    auto made = decision(DecisionKind::hash, tool);
    made.reason.clear();
    BOOST_TEST(check_decision(made, tool, now).has_error());
    made = decision(DecisionKind::hash, tool);
    made.scope_value.clear();
    BOOST_TEST(check_decision(made, tool, now).has_error());
    made = decision(DecisionKind::hash, tool);
    made.until = now;
    BOOST_TEST(check_decision(made, tool, now).has_error());
    made.until = now + 1ms;
    BOOST_TEST(check_decision(made, tool, now).has_value());
    BOOST_TEST(check_decision(decision(DecisionKind::signer, tool), tool, now).has_error());
    auto unread = tool;
    unread.sha256.clear();
    BOOST_TEST(check_decision(decision(DecisionKind::hash, unread), unread, now).has_error());
}

BOOST_AUTO_TEST_CASE(versions_of_a_signed_program_are_one_line)
{
    auto first = program("/usr/sbin/sshd");
    first.signer = "dpkg:openssh-server";
    auto second = first;
    second.sha256 = std::string(64, 'b');
    BOOST_TEST(line_of(first, false) == line_of(second, false));
    // Where people can put it, the content counts, and a copy of a known one is another.
    BOOST_TEST(line_of(first, true) != line_of(second, true));
    BOOST_TEST(line_of(first, true) != line_of(first, false));
    auto elsewhere = first;
    elsewhere.path = "/opt/sshd";
    BOOST_TEST(line_of(first, false) != line_of(elsewhere, false));
    auto other_signer = first;
    other_signer.signer = "dpkg:dropbear";
    BOOST_TEST(line_of(first, false) != line_of(other_signer, false));
}

BOOST_AUTO_TEST_CASE(unsigned_programs_are_told_by_content_then_by_path)
{
    const auto here = program("/opt/a");
    const auto there = program("/opt/b");
    BOOST_TEST(line_of(here, false) == line_of(there, false));
    auto unread = here;
    unread.sha256.clear();
    auto unread_too = there;
    unread_too.sha256.clear();
    BOOST_TEST(line_of(unread, false) != line_of(unread_too, false));
    BOOST_TEST(line_of(unread, false) != line_of(here, false));
}

struct ScopeCase
{
    DecisionScope scope;
    const char* value;
    bool fits;

    friend std::ostream& operator<<(std::ostream& out, const ScopeCase& c)
    {
        return out << c.value;
    }
};

const ScopeCase scopes[] = {
    {DecisionScope::device, "device-1", true}, {DecisionScope::device, "device-2", false},
    {DecisionScope::model, "Maker M1", true},  {DecisionScope::model, "Maker M2", false},
    {DecisionScope::site, "lab", true},        {DecisionScope::site, "hospital", true},
    {DecisionScope::site, "root", true},       {DecisionScope::site, "ward", false},
    {DecisionScope::site, "device-1", false},
};

const DevicePlace place{
    DeviceId{"device-1"}, "Maker M1", {SiteId{"lab"}, SiteId{"hospital"}, SiteId{"root"}}};

BOOST_DATA_TEST_CASE(a_decision_holds_in_its_scope, boost::unit_test::data::make(scopes), c)
{
    ProgramDecision made = decision(DecisionKind::hash, program("/opt/a"));
    made.scope = c.scope;
    made.scope_value = c.value;
    BOOST_TEST(decide({&made}, place, now).decision.has_value() == c.fits);
}

BOOST_AUTO_TEST_CASE(a_decision_ends_on_time_or_when_a_person_ends_it)
{
    ProgramDecision made = decision(DecisionKind::hash, program("/opt/a"));
    made.until = now + 1ms;
    BOOST_TEST(decide({&made}, place, now).decision.has_value());
    BOOST_TEST((decide({&made}, place, now).until == now + 1ms));
    made.until = now;
    BOOST_TEST(!decide({&made}, place, now).decision.has_value());
    made.until.reset();
    made.ended_at = now - 1ms;
    BOOST_TEST(!decide({&made}, place, now).decision.has_value());
}

BOOST_AUTO_TEST_CASE(a_refusal_is_stronger_than_any_permission)
{
    ProgramDecision allowed = decision(DecisionKind::hash, program("/opt/a"));
    ProgramDecision refused = allowed;
    refused.decision = Decision::refuse;
    BOOST_TEST((decide({&allowed, &refused}, place, now).decision == Decision::refuse));
    BOOST_TEST((decide({&refused, &allowed}, place, now).decision == Decision::refuse));
    BOOST_TEST((decide({&allowed}, place, now).decision == Decision::allow));
    BOOST_TEST(!decide({}, place, now).decision.has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::findings
