#include "collector/judge/review.hpp"
#include "tests/unit/collector/judge/judge_fixture.hpp"

namespace mimamori::collector::judge {
namespace {

using namespace test;

BOOST_AUTO_TEST_SUITE(review)

BOOST_FIXTURE_TEST_CASE(unknown_and_learned_programs_can_be_listed, ProgramSite)
{
    const auto a = add_device("a");
    const auto b = add_device("b");
    put(a, "processes",
        processes({program("/usr/bin/l", 'l'), program("/tmp/x", 'x'), program("/tmp/y", 'y')}));
    put(b, "processes", processes({program("/usr/bin/m", 'm'), program("/tmp/x", 'x')}));
    for (int i = 0; i < 2; ++i)
    {
        judge(a);
        judge(b);
    }
    const auto unknown =
        read([&](storage::Session& session) -> Result<std::vector<UnknownProgram>> {
            return unknown_programs(session);
        });
    BOOST_TEST_REQUIRE(unknown.size() == 2);
    BOOST_TEST(unknown[0].row.program.path == "/tmp/y"); // On the fewest devices first.
    BOOST_TEST(unknown[0].remark == "user_folder");
    BOOST_TEST(unknown[1].row.program.path == "/tmp/x");
    BOOST_TEST(unknown[1].found_on.size() == 2);
    BOOST_TEST(unknown[1].devices_total == 2);

    ProgramKnowledge knowledge{options.policy, remote_tools()};
    const auto review = [&](std::int64_t after, std::size_t rows_max) {
        return read([&](storage::Session& session) -> Result<LearnedPage> {
            knowledge.forget();
            return learned_programs(session, knowledge, after, rows_max, clock.now());
        });
    };
    auto page = review(0, 10);
    BOOST_TEST_REQUIRE(page.programs.size() == 2);
    BOOST_TEST(page.programs[0].row.program.path == "/usr/bin/l");
    BOOST_TEST(page.programs[0].devices == 1);
    BOOST_TEST(page.programs[0].models == Lines{"Maker M1"});
    BOOST_TEST(page.programs[1].row.program.path == "/usr/bin/m");
    BOOST_TEST(!page.next.has_value());

    page = review(0, 1);
    BOOST_TEST_REQUIRE(page.programs.size() == 1);
    BOOST_TEST_REQUIRE(page.next.has_value());
    const auto second = review(*page.next, 1);
    BOOST_TEST_REQUIRE(second.programs.size() == 1);
    BOOST_TEST(second.programs[0].row.program.path == "/usr/bin/m");
    BOOST_TEST(!second.next.has_value());

    BOOST_TEST_REQUIRE(decide(allow(page.programs[0].row.no)).has_value());
    page = review(0, 10);
    BOOST_TEST_REQUIRE(page.programs.size() == 1);
    BOOST_TEST(page.programs[0].row.program.path == "/usr/bin/m");

    const auto standing =
        read([&](storage::Session& session) -> Result<std::vector<DecidedProgram>> {
            return decided_programs(session);
        });
    BOOST_TEST_REQUIRE(standing.size() == 1);
    BOOST_TEST_REQUIRE(standing[0].program.has_value());
    BOOST_TEST(standing[0].program->program.path == "/usr/bin/l");
    BOOST_TEST(standing[0].devices == 1);
}

BOOST_FIXTURE_TEST_CASE(a_program_that_two_models_learned_is_reviewed_once, ProgramSite)
{
    const auto a = add_device("a", "M1");
    const auto b = add_device("b", "M2");
    for (const auto& device : {a, b})
    {
        put(device, "processes", processes({program("/usr/bin/l", 'l')}));
        judge(device);
    }
    ProgramKnowledge knowledge{options.policy, remote_tools()};
    const auto page = read([&](storage::Session& session) -> Result<LearnedPage> {
        return learned_programs(session, knowledge, 0, 10, clock.now());
    });
    BOOST_TEST_REQUIRE(page.programs.size() == 1);
    BOOST_TEST(page.programs[0].models == (Lines{"Maker M1", "Maker M2"}));
    BOOST_TEST(page.programs[0].devices == 2);
    BOOST_TEST(page.programs[0].some_devices.size() == 2);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::judge
