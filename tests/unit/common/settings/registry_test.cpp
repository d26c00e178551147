#include "common/settings/registry.hpp"
#include "tests/unit/common/settings/sample_settings.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

namespace mimamori::settings {
namespace {

using namespace std::chrono_literals;

constexpr const char* place = "HKLM\\Policy";

Loaded<SampleSettings> load_values(const RegistryValues& values, std::vector<Layer> before = {})
{
    before.push_back(registry_layer(sample_table().entries(), values, Source::policy, place));
    auto loaded = load(sample_table(), before);
    BOOST_TEST_REQUIRE(loaded.has_value(), loaded.error().message);
    return std::move(*loaded);
}

BOOST_AUTO_TEST_SUITE(settings_registry)

BOOST_AUTO_TEST_CASE(every_kind_of_value_is_read)
{
    const auto loaded = load_values({
        {"device.watch", std::uint64_t{0}},
        {"device.name", "x線室 2"},
        {"device.networks", std::vector<std::string>{"192.168.1.0/24"}},
        {"log.level", "debug"},
        {"paths.data", "/srv/mimamori"},
        {"report.heartbeat", std::uint64_t{90}},
        {"report.patience", std::uint64_t{1500}},
        {"report.port", std::uint64_t{1}},
    });
    const auto& values = loaded.values;
    BOOST_TEST(!values.watch);
    BOOST_TEST(values.name == "x線室 2");
    BOOST_TEST(values.networks.size() == 1U);
    BOOST_TEST((values.level == SampleSettings::Level::debug));
    BOOST_TEST(values.data == "/srv/mimamori");
    BOOST_TEST((values.heartbeat == 90s));
    BOOST_TEST((values.patience == 1500ms));
    BOOST_TEST(values.port == 1);
    BOOST_TEST(loaded.passed_over.empty());
    BOOST_TEST((loaded.origins.at("report.port").source == Source::policy));
    BOOST_TEST(loaded.origins.at("report.port").place == "HKLM\\Policy\\report.port");
}

BOOST_AUTO_TEST_CASE(a_time_may_be_written_with_its_unit)
{
    BOOST_TEST((load_values({{"report.heartbeat", "15m"}}).values.heartbeat == 15min));
}

BOOST_AUTO_TEST_CASE(names_are_read_in_any_case_and_the_nameless_value_is_nobodys)
{
    const auto loaded = load_values({{"Report.PORT", std::uint64_t{7}}, {"", "x"}});
    BOOST_TEST(loaded.values.port == 7);
    BOOST_TEST(loaded.passed_over.empty());
}

/// A value that is not allowed, and how that is told.
struct Mistake
{
    const char* name;
    RegistryValue value;
    const char* told;

    friend std::ostream& operator<<(std::ostream& out, const Mistake& mistake)
    {
        return out << mistake.name;
    }
};

const Mistake mistakes[] = {
    {"device.watch", std::uint64_t{2}, "2 is not allowed; allowed: true or false"},
    {"device.watch", "true", "\"true\" is not allowed; allowed: true or false"},
    {"device.name", std::uint64_t{5}, "5 is not allowed; allowed: a text of 1 to 16 bytes"},
    {"device.name", std::string{"a\0b", 3},
     "\"a�b\" is not allowed; allowed: a text of 1 to 16 bytes"},
    {"device.name", Other{"a text that is not UTF-16"},
     "a text that is not UTF-16 is not allowed; allowed: a text of 1 to 16 bytes"},
    {"log.level", "loud", "\"loud\" is not allowed; allowed: \"info\" or \"debug\""},
    {"report.port", std::uint64_t{0}, "0 is not allowed; allowed: a whole number from 1 to 65535"},
    {"report.port", "8444", "\"8444\" is not allowed; allowed: a whole number from 1 to 65535"},
    {"report.port", ~std::uint64_t{0},
     "a number that large is not allowed; allowed: a whole number from 1 to 65535"},
    {"report.port", Other{"binary data"},
     "binary data is not allowed; allowed: a whole number from 1 to 65535"},
    {"report.heartbeat", std::uint64_t{9},
     "\"9s\" is not allowed; allowed: a time in units of 1s from 10s to 1h"},
    {"report.heartbeat", std::uint64_t{9'223'372'036'854'775'807},
     "a time that long is not allowed; allowed: a time in units of 1s from 10s to 1h"},
    {"report.prot", std::uint64_t{1}, "no such setting; did you mean report.port?"},
};

BOOST_DATA_TEST_CASE(
    a_mistake_is_told_and_what_was_before_stands, boost::unit_test::data::make(mistakes), one)
{
    const Layer file{
        Source::file, "f", {{"report.port", std::int64_t{9000}, "f:1"}}, Mistakes::refuse};
    const auto loaded = load_values({{one.name, one.value}}, {file});
    BOOST_TEST_REQUIRE(loaded.passed_over.size() == 1U);
    BOOST_TEST(loaded.passed_over[0].key == one.name);
    BOOST_TEST(
        loaded.passed_over[0].text
        == std::string{place} + '\\' + one.name + ": " + one.name + ": " + one.told);
    BOOST_TEST(loaded.values.port == 9000);
    BOOST_TEST(loaded.values.watch);
    BOOST_TEST((loaded.values.heartbeat == 60s));
    const auto origin = loaded.origins.find(one.name);
    if (origin != loaded.origins.end())
        BOOST_TEST((origin->second.source != Source::policy));
}

BOOST_AUTO_TEST_CASE(what_does_not_go_with_the_rest_is_told_and_the_others_stand)
{
    // 60 s is the heartbeat that is built in: a patience below it is allowed, one as long is not.
    const auto below = load_values({{"report.patience", std::uint64_t{59'999}}});
    BOOST_TEST((below.values.patience == 59'999ms));

    const auto loaded =
        load_values({{"report.patience", std::uint64_t{60'000}}, {"log.level", "debug"}});
    BOOST_TEST((loaded.values.patience == 250ms));
    BOOST_TEST((loaded.values.level == SampleSettings::Level::debug));
    BOOST_TEST_REQUIRE(loaded.passed_over.size() == 1U);
    BOOST_TEST(
        loaded.passed_over[0].text
        == "HKLM\\Policy\\report.patience: does not go with the rest: report.patience must be "
           "shorter than report.heartbeat");
}

BOOST_AUTO_TEST_CASE(a_file_that_contradicts_itself_is_refused_whatever_the_policy_says)
{
    const Layer file{
        Source::file,
        "f",
        {{"report.patience", std::string{"20s"}, "f:1"},
         {"report.heartbeat", std::string{"10s"}, "f:2"}},
        Mistakes::refuse};
    const auto layer = registry_layer(
        sample_table().entries(), {{"report.port", std::uint64_t{1}}}, Source::policy, place);
    const auto refused = load(sample_table(), {file, layer});
    BOOST_TEST_REQUIRE(refused.has_error());
    BOOST_TEST(
        refused.error().message == "f:1: report.patience: must be shorter than report.heartbeat");
}

BOOST_AUTO_TEST_CASE(a_secret_is_in_force_and_never_shown)
{
    auto rows = sample_rows();
    rows.push_back(setting(
        "paths.key", &SampleSettings::peer, Text{.bytes_max = 8}, "The key.", Presence::optional,
        Secrecy::secret));
    const Table<SampleSettings> table{"sample", std::move(rows)};
    const auto shown_with = [&](const char* key) {
        const auto layer =
            registry_layer(table.entries(), {{"paths.key", key}}, Source::policy, place);
        const auto loaded = load(table, {layer});
        BOOST_TEST_REQUIRE(loaded.has_value());
        return std::pair{in_force(table, *loaded).back().text, loaded->passed_over};
    };
    BOOST_TEST(shown_with("").first == "\"\"");
    BOOST_TEST(shown_with("12345678").first == "(not shown)");
    const auto refused = shown_with("123456789").second;
    BOOST_TEST_REQUIRE(refused.size() == 1U);
    BOOST_TEST(refused[0].text.find("what it says is not allowed") != std::string::npos);
    BOOST_TEST(refused[0].text.find("123456789") == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::settings
