#include "common/settings/toml.hpp"
#include "tests/unit/common/settings/sample_settings.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <ostream>

namespace mimamori::settings {
namespace {

using namespace std::chrono_literals;

Result<Loaded<SampleSettings>> load_text(std::string_view text)
{
    auto layer = read_toml(text, "test.toml");
    if (!layer)
        return std::move(layer).error();
    return load(sample_table(), {std::move(*layer)});
}

std::string refusal_of(std::string_view text)
{
    const auto loaded = load_text(text);
    BOOST_TEST_REQUIRE(loaded.has_error());
    BOOST_TEST((loaded.error().code == Errc::invalid_input));
    return loaded.error().message;
}

BOOST_AUTO_TEST_SUITE(settings_load)

BOOST_AUTO_TEST_CASE(an_empty_file_leaves_the_defaults)
{
    const auto loaded = load_text("");
    BOOST_TEST_REQUIRE(loaded.has_value());
    BOOST_TEST((loaded->values.heartbeat == 60s));
    BOOST_TEST(loaded->values.port == 8444);
    BOOST_TEST(loaded->values.certificate.empty());
    BOOST_TEST((loaded->origins.at("report.port").source == Source::built_in));
}

BOOST_AUTO_TEST_CASE(every_kind_of_value_is_read)
{
    const auto loaded = load_text(R"(
[log]
level = "debug"
[report]
heartbeat = "15m"
patience = "1500ms"
port = 1
peer = "a:1"
[device]
name = "x線室 2"
watch = false
networks = ["192.168.1.0/24", "10.1.0.0/16"]
[paths]
data = "/srv/mimamori"
certificate = "/etc/ssl/hospital.pem"
)");
    BOOST_TEST_REQUIRE(loaded.has_value(), loaded.error().message);
    const auto& values = loaded->values;
    BOOST_TEST((values.level == SampleSettings::Level::debug));
    BOOST_TEST((values.heartbeat == 15min));
    BOOST_TEST((values.patience == 1500ms));
    BOOST_TEST(values.port == 1);
    BOOST_TEST(values.peer == "a:1");
    BOOST_TEST(values.name == "x線室 2");
    BOOST_TEST(!values.watch);
    BOOST_TEST(values.networks.size() == 2U);
    BOOST_TEST(values.networks[1] == "10.1.0.0/16");
    BOOST_TEST(values.data == "/srv/mimamori");
    BOOST_TEST(values.certificate == "/etc/ssl/hospital.pem");
}

BOOST_AUTO_TEST_CASE(a_value_remembers_its_line)
{
    const auto loaded = load_text("[report]\n\n# why\nport = 9000\n");
    BOOST_TEST_REQUIRE(loaded.has_value());
    const auto& origin = loaded->origins.at("report.port");
    BOOST_TEST((origin.source == Source::file));
    BOOST_TEST(origin.place == "test.toml:4");
    BOOST_TEST(loaded->origins.size() == sample_table().entries().size());
}

/// A file with one mistake, and the whole answer to it.
struct Mistake
{
    std::string_view file;
    std::string_view answer;

    friend std::ostream& operator<<(std::ostream& out, const Mistake& mistake)
    {
        return out << mistake.file;
    }
};

const Mistake mistakes[] = {
    // Names.
    {"[report]\nprot = 1", "test.toml:2: report.prot: no such setting; did you mean report.port?"},
    {"port = 1", "test.toml:1: port: no such setting; did you mean report.port?"},
    {"[paths]\nqqqqqqqqqqqqqq = 1", "test.toml:2: paths.qqqqqqqqqqqqqq: no such setting"},
    {"[nothing_like_it]", "test.toml:1: nothing_like_it: no such setting"},
    // Wrong types.
    {"[device]\nwatch = \"yes\"",
     "test.toml:2: device.watch: \"yes\" is not allowed; allowed: true or false"},
    {"[report]\nport = \"8444\"",
     "test.toml:2: report.port: \"8444\" is not allowed; allowed: a whole number from 1 to 65535"},
    {"[report]\nport = 1.5",
     "test.toml:2: report.port: 1.5 is not allowed; allowed: a whole number from 1 to 65535"},
    {"[report]\nheartbeat = 60",
     "test.toml:2: report.heartbeat: 60 is not allowed; allowed: a time in units of 1s from 10s to "
     "1h"},
    {"[device]\nname = 2026-11-22",
     "test.toml:2: device.name: a date is not allowed; allowed: a text of 1 to 16 bytes"},
    {"[device]\nnetworks = \"10.0.0.0/8\"",
     "test.toml:2: device.networks: \"10.0.0.0/8\" is not allowed; allowed: a list of at most 3, "
     "each a text of 1 to 18 bytes"},
    {"[device]\nnetworks = [\"10.0.0.0/8\", 7]",
     "test.toml:2: device.networks: a list with a number, true or false in it is not allowed; "
     "allowed: a list of at most 3, each a text of 1 to 18 bytes"},
    {"[log.level]",
     "test.toml:1: log.level: an empty section is not allowed; allowed: \"info\" or \"debug\""},
    // Out of range.
    {"[report]\nport = 0",
     "test.toml:2: report.port: 0 is not allowed; allowed: a whole number from 1 to 65535"},
    {"[report]\nport = 65536",
     "test.toml:2: report.port: 65536 is not allowed; allowed: a whole number from 1 to 65535"},
    {"[report]\nheartbeat = \"9s\"", "test.toml:2: report.heartbeat: \"9s\" is not allowed; "
                                     "allowed: a time in units of 1s from 10s "
                                     "to 1h"},
    {"[report]\nheartbeat = \"10500ms\"",
     "test.toml:2: report.heartbeat: \"10500ms\" is not allowed; allowed: a time in units of 1s "
     "from 10s to 1h"},
    {"[report]\npeer = \"host\"",
     "test.toml:2: report.peer: \"host\" is not allowed; allowed: empty, or host:port, at most 20 "
     "bytes"},
    {"[log]\nlevel = \"loud\"",
     "test.toml:2: log.level: \"loud\" is not allowed; allowed: \"info\" or \"debug\""},
    {"[device]\nname = \"\"",
     "test.toml:2: device.name: \"\" is not allowed; allowed: a text of 1 to 16 bytes"},
    {"[device]\nname = \"a\\u0007b\"",
     "test.toml:2: device.name: \"a\\x07b\" is not allowed; allowed: a text of 1 to 16 bytes"},
    {"[device]\nnetworks = [\"1\", \"2\", \"3\", \"4\", \"5\"]",
     "test.toml:2: device.networks: [\"1\", \"2\", \"3\", \"4\", ...] is not allowed; allowed: a "
     "list of at most 3, each a text of 1 to 18 bytes"},
    {"[paths]\ndata = \"mimamori\"",
     "test.toml:2: paths.data: \"mimamori\" is not allowed; allowed: a full path"},
    {"[paths]\ndata = \"\"", "test.toml:2: paths.data: \"\" is not allowed; allowed: a full path"},
    // Between settings.
    {"[report]\nheartbeat = \"10s\"\npatience = \"10s\"",
     "test.toml:3: report.patience: must be shorter than report.heartbeat"},
};

BOOST_DATA_TEST_CASE(a_mistake_is_named_with_its_place, boost::unit_test::data::make(mistakes), one)
{
    BOOST_TEST(refusal_of(one.file) == one.answer);
}

BOOST_AUTO_TEST_CASE(values_on_their_limits_are_allowed)
{
    const char* const files[] = {
        "[report]\nport = 1",
        "[report]\nport = 65535",
        "[report]\nheartbeat = \"10s\"",
        "[report]\nheartbeat = \"3600s\"",
        "[report]\npatience = \"0s\"",
        "[device]\nname = \"1234567890123456\"",
        "[device]\nnetworks = []",
        "[device]\nnetworks = [\"1\", \"2\", \"3\"]",
        "[paths]\ncertificate = \"\"",
        "[log]\n[report]",
    };
    for (const char* file : files)
        BOOST_TEST(load_text(file).has_value(), file);
    BOOST_TEST(load_text("[device]\nname = \"12345678901234567\"").has_error());
}

BOOST_AUTO_TEST_CASE(all_mistakes_are_listed_at_once)
{
    const auto message = refusal_of("[log]\nlevel = 1\n[report]\nport = 0\nprot = 1\n");
    BOOST_TEST(std::count(message.begin(), message.end(), '\n') == 2);
    BOOST_TEST(message.find("test.toml:2: log.level") != std::string::npos);
    BOOST_TEST(message.find("test.toml:4: report.port") != std::string::npos);
    BOOST_TEST(message.find("test.toml:5: report.prot") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_thousand_mistakes_make_a_message_that_can_be_read)
{
    std::string file = "[device]\n";
    for (int i = 0; i < 1000; ++i)
        file += "unheard_of_" + std::to_string(i) + " = 1\n";
    const auto message = refusal_of(file);
    BOOST_TEST(std::count(message.begin(), message.end(), '\n') == 50);
    BOOST_TEST(message.ends_with("\nand 950 more"));
}

BOOST_AUTO_TEST_CASE(what_is_not_toml_is_refused_with_line_and_column)
{
    BOOST_TEST(refusal_of("[log\nlevel = 1").starts_with("test.toml:1: not understood at column "));
    BOOST_TEST(refusal_of("[log]\nlevel = \"info").starts_with("test.toml:2: not understood"));
    BOOST_TEST(refusal_of("[log]\nlevel = \"info\"\nlevel = \"info\"")
                   .starts_with("test.toml:3: not understood"));
    BOOST_TEST(refusal_of("[log]\nlevel = \"\xff\"").starts_with("test.toml:2: not understood"));
    BOOST_TEST(
        refusal_of("a = " + std::string(100'000, '[')).starts_with("test.toml:1: not understood"));
}

BOOST_AUTO_TEST_CASE(a_header_that_toml_itself_breaks_on_is_refused_with_its_line)
{
    BOOST_TEST(refusal_of("[=]") == "test.toml:1: not understood");
    BOOST_TEST(
        refusal_of("[log]\n\nlevel = \"info\"\n[[=]]\n[report]\nport = 1\n")
        == "test.toml:4: not understood");
    BOOST_TEST(refusal_of(std::string(99, '\n') + "[").starts_with("test.toml:100: not"));
}

BOOST_AUTO_TEST_CASE(a_setting_without_default_must_be_said)
{
    auto rows = sample_rows();
    rows.push_back(setting(
        "paths.key", &SampleSettings::certificate, Path{}, "Where the key is.",
        Presence::required));
    const Table<SampleSettings> table{"sample", std::move(rows)};

    const auto without = load(table, {{Source::file, "test.toml", {}}});
    BOOST_TEST_REQUIRE(without.has_error());
    BOOST_TEST(
        without.error().message
        == "test.toml: paths.key: is missing and has no default; allowed: a full path");

    Layer layer{Source::file, "test.toml", {{"paths.key", std::string{"/k"}, "test.toml:1"}}};
    BOOST_TEST(load(table, {std::move(layer)}).has_value());
}

BOOST_AUTO_TEST_CASE(a_later_layer_wins_and_is_named)
{
    const Layer file{Source::file, "f", {{"report.port", std::int64_t{1}, "f:1"}}};
    const Layer policy{
        Source::policy, "HKLM", {{"report.port", std::int64_t{2}, "HKLM\\report.port"}}};
    const auto loaded = load(sample_table(), {file, policy});
    BOOST_TEST_REQUIRE(loaded.has_value());
    BOOST_TEST(loaded->values.port == 2);
    BOOST_TEST((loaded->origins.at("report.port").source == Source::policy));
    BOOST_TEST(loaded->origins.at("report.port").place == "HKLM\\report.port");
}

BOOST_AUTO_TEST_CASE(a_mistake_in_an_overruled_layer_is_still_a_mistake)
{
    const Layer file{Source::file, "f", {{"report.port", std::int64_t{0}, "f:1"}}};
    const Layer policy{Source::policy, "HKLM", {{"report.port", std::int64_t{2}, "HKLM"}}};
    BOOST_TEST(load(sample_table(), {file, policy}).has_error());
}

BOOST_AUTO_TEST_CASE(files_that_are_absent_or_too_large_are_refused)
{
    const auto folder = std::filesystem::temp_directory_path()
                        / ("mimamori-settings-" + std::to_string(std::rand()));
    std::filesystem::create_directories(folder);
    const auto path = folder / "sample.toml";
    const auto write = [&](std::size_t bytes) {
        std::ofstream out{path, std::ios::binary};
        out << "[log]\n#" << std::string(bytes - 7, 'x');
    };

    BOOST_TEST((load_file(sample_table(), path).error().code == Errc::not_found));
    write(file_bytes_max);
    BOOST_TEST(load_file(sample_table(), path).has_value());
    write(file_bytes_max + 1);
    BOOST_TEST((load_file(sample_table(), path).error().code == Errc::too_large));
    std::filesystem::remove_all(folder);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::settings
