#include "collector/storage/stream_marks.hpp"

#include <boost/test/unit_test.hpp>

#include <limits>
#include <vector>

namespace mimamori::collector::storage {
namespace {

using Kind = Placement::Kind;

/// A stream with reports 1 to 10 (digest = number * 100) and events 1 to 20.
StreamMarks ten_reports()
{
    StreamMarks marks;
    for (std::uint64_t seq = 1; seq <= 10; ++seq)
        marks.recent.add(seq, static_cast<std::int64_t>(seq) * 100);
    marks.last_seq = 10;
    marks.event_high = 20;
    marks.boot_id = "boot 2";
    marks.boot_id_before = "boot 1";
    return marks;
}

/// A report with what it says about its place.
struct Numbers
{
    std::uint64_t seq{11};
    std::int64_t digest{1100};
    std::vector<std::uint64_t> events{};
    std::vector<LostNumbers> lost{};
    std::string boot_id{"boot 2"};

    Placement place(const StreamMarks& marks = ten_reports()) const
    {
        return place_report(marks, {seq, digest, boot_id, events, lost});
    }
};

void check_refused(const Placement& placement, IncidentKind kind)
{
    BOOST_TEST((placement.kind == Kind::refused));
    BOOST_TEST_REQUIRE(placement.incident.has_value());
    BOOST_TEST(to_text(placement.incident->kind) == to_text(kind));
    BOOST_TEST(!placement.incident->detail.empty());
}

BOOST_AUTO_TEST_SUITE(stream_marks)

BOOST_AUTO_TEST_CASE(the_next_report_goes_on)
{
    const auto placement = Numbers{}.place();
    BOOST_TEST((placement.kind == Kind::next));
    BOOST_TEST(!placement.incident.has_value());
    BOOST_TEST(placement.event_high == 20U);
}

BOOST_AUTO_TEST_CASE(the_same_report_again_is_a_repeat)
{
    for (std::uint64_t seq = 3; seq <= 10; ++seq)
    {
        const auto placement =
            Numbers{.seq = seq, .digest = static_cast<std::int64_t>(seq) * 100}.place();
        BOOST_TEST((placement.kind == Kind::repeat), seq);
        BOOST_TEST(placement.event_high == 20U);
    }
}

BOOST_AUTO_TEST_CASE(a_known_number_with_other_content_is_refused)
{
    check_refused(Numbers{.seq = 10, .digest = 999}.place(), IncidentKind::content_differs);
}

BOOST_AUTO_TEST_CASE(a_number_from_long_ago_went_back)
{
    // Eight reports are remembered: 3 to 10.
    check_refused(Numbers{.seq = 2, .digest = 200}.place(), IncidentKind::stream_went_back);
}

BOOST_AUTO_TEST_CASE(missing_reports_are_remembered_and_absurd_steps_refused)
{
    const auto small = Numbers{.seq = 12}.place();
    BOOST_TEST((small.kind == Kind::next));
    BOOST_TEST_REQUIRE(small.incident.has_value());
    BOOST_TEST((small.incident->kind == IncidentKind::sequence_gap));

    const std::uint64_t last_believed = 11 + StreamLimits::missing_reports_max;
    BOOST_TEST((Numbers{.seq = last_believed}.place().kind == Kind::next));
    check_refused(Numbers{.seq = last_believed + 1}.place(), IncidentKind::sequence_gap);
    check_refused(Numbers{.seq = std::uint64_t{1} << 62}.place(), IncidentKind::sequence_gap);
}

BOOST_AUTO_TEST_CASE(events_go_on_without_a_gap)
{
    const auto placement = Numbers{.events = {21, 22, 23}}.place();
    BOOST_TEST((placement.kind == Kind::next));
    BOOST_TEST(placement.event_high == 23U);
    BOOST_TEST(placement.known_events == 0U);
}

BOOST_AUTO_TEST_CASE(known_events_are_counted_for_comparison)
{
    const auto placement = Numbers{.events = {19, 20, 21}}.place();
    BOOST_TEST((placement.kind == Kind::next));
    BOOST_TEST(placement.known_events == 2U);
    BOOST_TEST(placement.event_high == 21U);
}

BOOST_AUTO_TEST_CASE(a_gap_in_events_is_refused_unless_it_is_counted_as_lost)
{
    check_refused(Numbers{.events = {22}}.place(), IncidentKind::sequence_gap);
    check_refused(Numbers{.events = {21, 23}}.place(), IncidentKind::sequence_gap);
    BOOST_TEST(Numbers{.events = {24}}.place().incident->events == 3U);

    const auto told = Numbers{.events = {21, 25}, .lost = {{22, 24}}}.place();
    BOOST_TEST((told.kind == Kind::next));
    BOOST_TEST(told.event_high == 25U);
}

BOOST_AUTO_TEST_CASE(lost_events_alone_move_the_mark)
{
    const auto placement = Numbers{.lost = {{21, 30}, {31, 31}}}.place();
    BOOST_TEST((placement.kind == Kind::next));
    BOOST_TEST(placement.event_high == 31U);
}

BOOST_AUTO_TEST_CASE(losses_that_were_told_before_change_nothing)
{
    const auto placement = Numbers{.events = {21}, .lost = {{5, 8}}}.place();
    BOOST_TEST((placement.kind == Kind::next));
    BOOST_TEST(placement.event_high == 21U);
}

BOOST_AUTO_TEST_CASE(a_loss_that_begins_below_the_mark_counts_from_there)
{
    const auto placement = Numbers{.events = {26}, .lost = {{18, 25}}}.place();
    BOOST_TEST((placement.kind == Kind::next));
    BOOST_TEST(placement.event_high == 26U);
}

BOOST_AUTO_TEST_CASE(losses_with_a_hole_before_them_are_refused)
{
    check_refused(Numbers{.lost = {{22, 30}}}.place(), IncidentKind::sequence_gap);
    check_refused(Numbers{.events = {21}, .lost = {{23, 30}}}.place(), IncidentKind::sequence_gap);
}

BOOST_AUTO_TEST_CASE(an_event_cannot_be_lost_and_here)
{
    check_refused(
        Numbers{.events = {21, 23}, .lost = {{22, 24}}}.place(), IncidentKind::content_differs);
}

BOOST_AUTO_TEST_CASE(absurd_event_numbers_are_refused_even_when_they_are_explained)
{
    const std::uint64_t farthest = 20 + StreamLimits::event_step_max;
    BOOST_TEST((Numbers{.lost = {{21, farthest}}}.place().kind == Kind::next));
    check_refused(Numbers{.lost = {{21, farthest + 1}}}.place(), IncidentKind::sequence_gap);
    check_refused(
        Numbers{.lost = {{21, std::numeric_limits<std::uint64_t>::max()}}}.place(),
        IncidentKind::sequence_gap);
    check_refused(Numbers{.events = {std::uint64_t{1} << 62}}.place(), IncidentKind::sequence_gap);
}

BOOST_AUTO_TEST_CASE(a_new_stream_begins_at_one)
{
    BOOST_TEST((Numbers{.seq = 1, .events = {1, 2}}.place(StreamMarks{}).kind == Kind::next));
    check_refused(
        Numbers{.seq = 1, .events = {2}}.place(StreamMarks{}), IncidentKind::sequence_gap);
}

BOOST_AUTO_TEST_CASE(a_boot_id_that_comes_back_shows_two_machines)
{
    BOOST_TEST(!Numbers{.boot_id = "boot 2"}.place().boot_returned);
    BOOST_TEST(!Numbers{.boot_id = "boot 3"}.place().boot_returned);
    BOOST_TEST(!Numbers{.boot_id = ""}.place().boot_returned);
    BOOST_TEST(Numbers{.boot_id = "boot 1"}.place().boot_returned);
}

BOOST_AUTO_TEST_CASE(recent_reports_survive_as_text)
{
    RecentReports recent;
    for (int i = 1; i <= 11; ++i)
        recent.add(static_cast<std::uint64_t>(i), -i);
    const auto again = RecentReports::from_text(recent.to_text());
    BOOST_TEST(again.to_text() == recent.to_text());
    BOOST_TEST(!again.digest_of(3).has_value());
    BOOST_TEST(again.digest_of(4).value() == -4);
    BOOST_TEST(again.digest_of(11).value() == -11);
    BOOST_TEST(!again.digest_of(0).has_value());
    BOOST_TEST(RecentReports::from_text("x 1: :2 3:zz 4:1f").to_text() == "4:1f");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::storage
