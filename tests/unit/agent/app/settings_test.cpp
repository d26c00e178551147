#include "agent/app/settings.hpp"
#include "common/platform/file.hpp"
#include "common/settings/document.hpp"
#include "common/settings/toml.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

namespace mimamori::agent::app {
namespace {

Result<mimamori::settings::Loaded<Settings>> load_text(std::string_view text)
{
    auto layer = mimamori::settings::read_toml(text, "agent.toml");
    BOOST_TEST_REQUIRE(layer.has_value());
    return mimamori::settings::load(settings_table(), {std::move(*layer)});
}

BOOST_AUTO_TEST_SUITE(agent_settings)

BOOST_AUTO_TEST_CASE(the_sample_in_conf_is_the_one_that_the_program_prints)
{
    const auto committed = platform::read_file(MIMAMORI_SOURCE_DIR "/conf/agent.toml");
    BOOST_TEST_REQUIRE(committed.has_value());
    BOOST_TEST(
        (*committed == mimamori::settings::sample_file(settings_table())),
        "make it anew: mimamori-agent sample-config > conf/agent.toml");
}

BOOST_AUTO_TEST_CASE(the_sample_as_it_is_changes_nothing)
{
    const auto loaded = load_text(mimamori::settings::sample_file(settings_table()));
    BOOST_TEST_REQUIRE(loaded.has_value());
    for (const auto& shown : mimamori::settings::in_force(settings_table(), *loaded))
        BOOST_TEST(
            (shown.origin.source == mimamori::settings::Source::built_in),
            shown.key << " is set by the sample");
}

BOOST_AUTO_TEST_CASE(what_must_be_set_can_be_set)
{
    const auto loaded = load_text(
        "[collector]\n"
        "address = \"collector.example:8444\"\n"
        "ca_fingerprint = \""
        + std::string(64, 'a') + "\"\n");
    BOOST_TEST_REQUIRE(loaded.has_value(), loaded.error().message);
    BOOST_TEST(loaded->values.collector_address == "collector.example:8444");
}

BOOST_AUTO_TEST_CASE(an_inventory_as_often_as_the_heartbeat_is_allowed_but_not_more_often)
{
    BOOST_TEST(load_text("[report]\nheartbeat = \"2m\"\ninventory = \"2m\"\n").has_value());
    const auto refused = load_text("[report]\nheartbeat = \"121s\"\ninventory = \"2m\"\n");
    BOOST_TEST_REQUIRE(refused.has_error());
    BOOST_TEST(
        refused.error().message.find("report.inventory: must not be shorter than report.heartbeat")
            != std::string::npos,
        refused.error().message);
}

struct Range
{
    const char* key;
    const char* too_little;
    const char* least;
    const char* most;
    const char* too_much;
};

std::ostream& operator<<(std::ostream& out, const Range& range)
{
    return out << range.key;
}

const Range ranges[] = {
    {"report.heartbeat", "\"4s\"", "\"5s\"", "\"15m\"", "\"3601s\""},
    {"report.inventory", "\"59s\"", "\"60s\"", "\"24h\"", "\"86401s\""},
    {"report.start_spread", "\"-1s\"", "\"0s\"", "\"15m\"", "\"901s\""},
    {"spool.size_mib", "0", "1", "1024", "1025"},
    {"limits.memory_mib", "63", "64", "4096", "4097"},
    {"limits.probe_cpu", "\"99ms\"", "\"100ms\"", "\"60s\"", "\"60001ms\""},
    {"limits.probe_time", "\"999ms\"", "\"1s\"", "\"10m\"", "\"600001ms\""},
};

std::string setting_text(const std::string& key, const std::string& value)
{
    const auto dot = key.find('.');
    return '[' + key.substr(0, dot) + "]\n" + key.substr(dot + 1) + " = " + value + '\n';
}

BOOST_DATA_TEST_CASE(limits_hold_from_the_first_to_the_last_allowed, ranges, range)
{
    BOOST_TEST(load_text(setting_text(range.key, range.too_little)).has_error());
    BOOST_TEST(load_text(
                   setting_text(range.key, range.least)
                   + (std::string{range.key} == "report.inventory" ? "heartbeat = \"60s\"\n" : ""))
                   .has_value());
    BOOST_TEST(load_text(setting_text(range.key, range.most)).has_value());
    BOOST_TEST(load_text(setting_text(range.key, range.too_much)).has_error());
}

struct PlaceCase
{
    const char* text;
    const char* host; ///< Empty: the text is no place.
    std::uint16_t port;
};

std::ostream& operator<<(std::ostream& out, const PlaceCase& place)
{
    return out << place.text;
}

const PlaceCase places[] = {
    {"collector.example:8444", "collector.example", 8444},
    {"10.1.2.3:1", "10.1.2.3", 1},
    {"[fd00::1]:65535", "fd00::1", 65535},
    {"fd00::1:8444", "", 0}, // Where does the port begin?
    {"collector", "", 0},
    {":8444", "", 0},
    {"[]:8444", "", 0},
    {"collector:", "", 0},
    {"collector:0", "", 0},
    {"collector:65536", "", 0},
    {"collector:8444x", "", 0},
    {"collector:+1", "", 0},
    {"two words:1", "", 0},
    {"user@collector:1", "", 0},
    {"https://collector:1", "", 0},
    {"", "", 0},
};

BOOST_DATA_TEST_CASE(a_place_is_a_host_and_a_port, places, expected)
{
    const auto place = parse_place(expected.text);
    BOOST_TEST(place.has_value() == (expected.port != 0));
    if (place)
    {
        BOOST_TEST(place->host == expected.host);
        BOOST_TEST(place->port == expected.port);
    }
}

BOOST_AUTO_TEST_CASE(a_fingerprint_has_64_digits_and_may_have_colons)
{
    const auto with = [](const std::string& text) {
        return load_text("[collector]\nca_fingerprint = \"" + text + "\"\n").has_value();
    };
    BOOST_TEST(with(""));
    BOOST_TEST(with(std::string(64, 'F')));
    std::string colons;
    for (int i = 0; i < 32; ++i)
        colons += (i == 0 ? "0a" : ":0a");
    BOOST_TEST(with(colons));
    BOOST_TEST(!with(std::string(63, 'f')));
    BOOST_TEST(!with(std::string(65, 'f')));
    BOOST_TEST(!with(std::string(63, 'f') + 'g'));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::app
