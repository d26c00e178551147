#include "common/settings/document.hpp"
#include "common/settings/toml.hpp"
#include "tests/unit/common/settings/sample_settings.hpp"

#include <boost/test/unit_test.hpp>

namespace mimamori::settings {
namespace {

using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(settings_table)

void expect_refused(Setting<SampleSettings> row, const std::string& why)
{
    auto rows = sample_rows();
    rows.push_back(std::move(row));
    const auto says_why = [&](const std::logic_error& error) { return error.what() == why; };
    BOOST_CHECK_EXCEPTION(
        (Table<SampleSettings>{"sample", std::move(rows)}), std::logic_error, says_why);
}

BOOST_AUTO_TEST_CASE(a_table_that_contradicts_itself_is_a_bug)
{
    using S = SampleSettings;
    expect_refused(
        setting("paths", &S::data, Path{}, "P."), "paths: a key is section.name in lower case");
    expect_refused(
        setting("paths.Data", &S::data, Path{}, "P."),
        "paths.Data: a key is section.name in lower case");
    expect_refused(
        setting("paths.data", &S::data, Path{}, "P."), "paths.data: stands twice in the table");
    expect_refused(
        setting("log.file", &S::data, Path{}, "P."), "log.file: its section is in two places");
    expect_refused(
        setting("paths.more", &S::data, Path{}, "more"), "paths.more: the help must be a sentence");
    expect_refused(
        setting("paths.more", &S::certificate, Path{}, "M."),
        "paths.more: its own default is not allowed");
    expect_refused(
        setting("paths.port", &S::port, Whole{1, 8443}, "P."),
        "paths.port: its own default is not allowed");
    expect_refused(
        setting("paths.level", &S::level, Choice<S::Level>{{{"debug", S::Level::debug}}}, "L."),
        "paths.level: its own default is not allowed");
}

BOOST_AUTO_TEST_CASE(a_range_must_fit_its_member)
{
    BOOST_CHECK_THROW(
        setting("a.b", &SampleSettings::port, Whole{0, 65536}, "P."), std::logic_error);
    BOOST_CHECK_THROW(
        setting("a.b", &SampleSettings::port, Whole{-1, 65535}, "P."), std::logic_error);
}

BOOST_AUTO_TEST_CASE(the_sample_file_says_every_setting_and_changes_none)
{
    const auto text = sample_file(sample_table());
    BOOST_TEST(
        text.starts_with("# Settings of sample. A line that is commented out shows the default.\n"
                         "# Made from the program's own table; a test keeps it so.\n"
                         "\n"
                         "[log]\n"
                         "\n"
                         "# How much is written.\n"
                         "# Allowed: \"info\" or \"debug\"\n"
                         "#level = \"info\"\n"));

    const auto layer = read_toml(text, "sample.toml");
    BOOST_TEST_REQUIRE(layer.has_value());
    const auto loaded = load(sample_table(), {*layer});
    BOOST_TEST_REQUIRE(loaded.has_value());
    for (const auto& [key, origin] : loaded->origins)
        BOOST_TEST((origin.source == Source::built_in), key);
}

BOOST_AUTO_TEST_CASE(the_sample_file_without_its_comments_is_the_defaults)
{
    std::string text = sample_file(sample_table());
    // "#name = value" is a setting, "# text" is prose.
    for (std::size_t at = text.find("\n#"); at != std::string::npos; at = text.find("\n#", at + 1))
    {
        if (text[at + 2] != ' ')
            text.erase(at + 1, 1);
    }
    const auto layer = read_toml(text, "sample.toml");
    BOOST_TEST_REQUIRE(layer.has_value());
    BOOST_TEST(layer->given.size() == sample_table().entries().size());
    const auto loaded = load(sample_table(), {*layer});
    BOOST_TEST_REQUIRE(loaded.has_value(), loaded.error().message);
    BOOST_TEST(loaded->values.name == "ward \"3\"");
    BOOST_TEST((loaded->values.heartbeat == 60s));
}

BOOST_AUTO_TEST_CASE(help_says_default_sentence_and_limits)
{
    const auto text = help_text(sample_table());
    const std::string expected = "  report.heartbeat = \"1m\"\n"
                                 "      How often to report.\n"
                                 "      Allowed: a time in units of 1s from 10s to 1h\n";
    BOOST_TEST(text.find(expected) != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(long_sentences_are_broken_into_lines)
{
    std::string help = "It";
    for (int i = 0; i < 60; ++i)
        help += " goes on";
    const Table<SampleSettings> table{
        "sample", {setting("a.b", &SampleSettings::watch, Flag{}, help + '.')}};
    const auto text = sample_file(table);
    std::size_t longest = 0;
    for (std::size_t begin = 0, end = 0; end != std::string::npos; begin = end + 1)
    {
        end = text.find('\n', begin);
        longest = std::max(longest, std::min(end, text.size()) - begin);
    }
    BOOST_TEST(longest <= 100U);
    BOOST_TEST(longest > 90U);
}

BOOST_AUTO_TEST_CASE(status_tells_where_each_value_came_from)
{
    const Layer file{Source::file, "f.toml", {{"report.port", std::int64_t{1}, "f.toml:3"}}};
    const auto loaded = load(sample_table(), {file});
    BOOST_TEST_REQUIRE(loaded.has_value());
    const auto text = shown_text(in_force(sample_table(), *loaded));
    BOOST_TEST(text.find("report.port       = 1  (file, f.toml:3)\n") != std::string::npos, text);
    BOOST_TEST(text.find("report.heartbeat  = \"1m\"  (built in)\n") != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(durations_are_a_number_and_a_unit)
{
    BOOST_TEST((parse_duration("250ms") == 250ms));
    BOOST_TEST((parse_duration("60s") == 60s));
    BOOST_TEST((parse_duration("15m") == 15min));
    BOOST_TEST((parse_duration("1h") == 1h));
    BOOST_TEST((parse_duration("7d") == std::chrono::days{7}));
    BOOST_TEST((parse_duration("0s") == 0ms));
    for (const char* text :
         {"", "s", "60", "60 s", " 60s", "60S", "-1s", "+1s", "1.5s", "1h30m", "60s ",
          "99999999999999999999s", "9223372036854775807s", "0x10s"})
        BOOST_TEST(!parse_duration(text), text);
    BOOST_TEST(duration_text(90s) == "90s");
    BOOST_TEST(duration_text(1500ms) == "1500ms");
    BOOST_TEST(duration_text(48h) == "2d");
    BOOST_TEST(duration_text(0ms) == "0s");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::settings
