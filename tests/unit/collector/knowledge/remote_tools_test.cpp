#include "collector/knowledge/remote_tools.hpp"

#include <boost/test/unit_test.hpp>

namespace mimamori::collector::knowledge {
namespace {

const RemoteTools& table()
{
    static const RemoteTools tools = RemoteTools::parse(embedded_knowledge("remote_tools")).value();
    return tools;
}

} // namespace

BOOST_AUTO_TEST_SUITE(remote_tools)

BOOST_AUTO_TEST_CASE(a_tool_is_found_by_its_program_whatever_the_case)
{
    const auto matches = table().by_process("TEAMVIEWER_service.exe");
    BOOST_REQUIRE(matches.size() == 1);
    BOOST_TEST(matches.front().tool->name == "TeamViewer");
    BOOST_TEST(!matches.front().needs_second_sign);
}

BOOST_AUTO_TEST_CASE(a_generic_or_shared_name_needs_a_second_sign)
{
    for (const ToolMatch& match : table().by_process("client32.exe"))
        BOOST_TEST(match.needs_second_sign);
    BOOST_TEST(!table().by_process("client32.exe").empty());
    const auto shared = table().by_process("Remote Workforce Client.exe");
    BOOST_REQUIRE(!shared.empty());
    BOOST_TEST(shared.front().needs_second_sign);
}

BOOST_AUTO_TEST_CASE(what_nobody_verified_needs_a_second_sign)
{
    const auto matches = table().by_process("x11vnc");
    BOOST_REQUIRE(matches.size() == 1);
    BOOST_TEST(matches.front().needs_second_sign);
}

BOOST_AUTO_TEST_CASE(an_ordinary_program_is_no_remote_tool)
{
    BOOST_TEST(table().by_process("notepad.exe").empty());
    BOOST_TEST(table().by_process("").empty());
    BOOST_TEST(table().by_service("Spooler").empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace mimamori::collector::knowledge
