#include "agent/app/command_line.hpp"
#include "agent/app/output.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>

namespace mimamori::agent::app {
namespace {

using Words = std::vector<std::string>;

CommandLine sample()
{
    CommandLine line{"tool", "Does things.", {{"--config", "FILE", "The settings"}}};
    line.add({"run", "Run it"});
    line.add(
        {"take", "Take it", {{"--out", "FILE", "The file", true}, {"--name", "NAME", "Its name"}}});
    line.add({"service", "Be it", {{"what", "WHAT", "install or run", true, {"install", "run"}}}});
    return line;
}

Said said(const Words& words)
{
    auto read = sample().read(words);
    BOOST_TEST_REQUIRE(read.has_value(), read.error().message);
    return *read;
}

std::string mistake(const Words& words)
{
    const auto read = sample().read(words);
    BOOST_TEST_REQUIRE(read.has_error());
    BOOST_TEST((read.error().code == Errc::invalid_input));
    BOOST_TEST(
        read.error().message.ends_with("\nThe verbs are: run take service. --help says more."));
    return read.error().message.substr(0, read.error().message.find('\n'));
}

BOOST_AUTO_TEST_SUITE(agent_command_line)

BOOST_AUTO_TEST_CASE(options_stand_behind_their_verb_and_common_ones_anywhere)
{
    const auto before = said({"--config", "a.toml", "take", "--out", "x"});
    BOOST_TEST(before.verb == "take");
    BOOST_TEST(before.value_of("--config") == "a.toml");
    BOOST_TEST(before.value_of("--out") == "x");
    BOOST_TEST(before.value_of("--name") == "");
    BOOST_TEST(!before.wants_help);
    const auto behind = said({"take", "--name=-", "--out", "-", "--config=a=b"});
    BOOST_TEST(behind.value_of("--name") == "-");
    BOOST_TEST(behind.value_of("--out") == "-");
    BOOST_TEST(behind.value_of("--config") == "a=b");
    BOOST_TEST(said({"service", "run"}).value_of("what") == "run");
    BOOST_TEST(said({}).verb == "");
}

BOOST_AUTO_TEST_CASE(a_mistake_is_named_with_the_word_that_was_wrong)
{
    const std::string unexpected = "The following argument was not expected: ";
    BOOST_TEST(mistake({"rnu"}) == unexpected + "rnu");
    BOOST_TEST(mistake({"run", "run"}) == unexpected + "run");
    BOOST_TEST(mistake({"--out", "x", "take"}) == unexpected + "--out");
    BOOST_TEST(mistake({"run", "--out", "x"}) == unexpected + "--out");
    BOOST_TEST(mistake({"service", "run", "run"}) == unexpected + "run");
    BOOST_TEST(mistake({"-x"}) == unexpected + "-x");
    BOOST_TEST(mistake({"take"}) == "--out is required");
    BOOST_TEST(mistake({"take", "--out="}) == "--out is required");
    BOOST_TEST(mistake({"service"}) == "what is required");
    BOOST_TEST(mistake({"take", "--out"}) == "--out: FILE is missing");
    BOOST_TEST(mistake({"take", "--out", "--name", "n"}) == "--out: FILE is missing");
    BOOST_TEST(mistake({"take", "--out", "a", "--out", "b"}) == "--out was said twice");
    BOOST_TEST(mistake({"service", "stop"}) == "what: stop is none of install, run");
}

BOOST_AUTO_TEST_CASE(help_is_given_wherever_it_is_asked_for)
{
    BOOST_TEST(said({"--help"}).wants_help);
    BOOST_TEST(said({"take", "-h"}).wants_help); // What is required is not asked for then.
    BOOST_TEST(said({"take", "--help"}).verb == "take");
    const auto all = sample().help_text();
    for (const auto* part :
         {"Does things.\n", "--config FILE", "Subcommands:\n  run ", "Take it\n"})
        BOOST_TEST(all.find(part) != std::string::npos, all);
    BOOST_TEST(all.find("--out") == std::string::npos);
    const auto one = sample().help_text("service");
    for (const auto* part : {"Be it\n", "Usage: tool service WHAT [OPTIONS]\n", "install or run\n"})
        BOOST_TEST(one.find(part) != std::string::npos, one);
}

BOOST_AUTO_TEST_CASE(texts_letters_and_numbers_are_put_out_as_they_are)
{
    TextOutput out;
    out << "a " << std::string{"b"} << ' ' << -1 << ' ' << std::uint64_t{18446744073709551615U}
        << '\n';
    BOOST_TEST(out.text() == "a b -1 18446744073709551615\n");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::app
