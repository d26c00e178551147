// The recorded machines once more, through Windows' own calls: every system once and every
// antivirus product once, laid into a Wine prefix of its own and read by the shipped program.

#include "collector/rules/av_missing.hpp"
#include "collector/rules/av_stale.hpp"
#include "collector/rules/os_unsupported.hpp"
#include "common/wire/section_reader.hpp"
#include "tests/support/recorded_answers.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/wine/recording.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

namespace mimamori {
namespace {

using namespace collector::rules;

/// One prefix with recordings in it.
struct Pc
{
    tests::TempFolder folder;
    tests::WinePrefix prefix{folder.path() / "prefix"};

    void lay(const std::vector<std::string>& recordings) { tests::lay(prefix, recordings); }

    /// As the agent's verb `snapshot` writes them.
    DeviceFacts facts() const
    {
        const auto taken =
            prefix.run({tests::windows_build().agent, "snapshot", "--out", "C:\\snapshot.json"});
        BOOST_TEST_REQUIRE(taken.exit_code == 0, taken.text);
        const auto document =
            boost::json::parse(tests::text_of(prefix.drive_c() / "snapshot.json"));
        DeviceFacts device;
        device.sender.last_seen_at = tests::judgement_day;
        for (const auto& section : document.at("sections").as_array())
        {
            const std::string name = section.at("name").as_string().c_str();
            const auto index = wire::section_index(name);
            BOOST_TEST_REQUIRE(index.has_value(), name);
            const auto read = wire::read_section(
                *index, boost::json::serialize(section.at("body")), device.facts);
            BOOST_TEST_REQUIRE(read.has_value(), name);
        }
        return device;
    }
};

BOOST_DATA_TEST_CASE(a_system_is_recognised_and_judged_under_wine, tests::recorded_systems)
{
    BOOST_TEST_CONTEXT(sample.recording)
    {
        Pc pc;
        pc.lay({std::string{"os/"} + sample.recording});
        const auto device = pc.facts();
        BOOST_TEST_REQUIRE(device.facts.os.has_value());
        BOOST_TEST(device.facts.os->product == sample.product);
        BOOST_TEST(device.facts.os->channel == sample.channel);
        if (sample.needs_licence)
            return; // Which licences there are, WMI tells; Wine's does not.
        // One that may have a licence is not surely without support.
        const bool may_have_licence = std::string_view{sample.recording} == "windows-10-22h2";
        const std::string support = may_have_licence ? "bad warning" : sample.support;
        BOOST_TEST(tests::verdict(judge_os_unsupported, device) == support);
        BOOST_TEST(tests::months_behind(device) == sample.behind);
    }
}

BOOST_DATA_TEST_CASE(a_product_and_its_pattern_are_read_under_wine, tests::recorded_products)
{
    BOOST_TEST_CONTEXT(sample.recording)
    {
        Pc pc;
        const std::string name = std::string{"antivirus/"} + sample.recording;
        std::vector<std::string> recordings{"os/windows-10-22h2", name};
        if (sample.has_pattern)
            recordings.push_back(name + "-stale");
        pc.lay(recordings);
        const auto device = pc.facts();
        BOOST_TEST_REQUIRE(device.facts.antivirus.has_value());
        const auto* found = tests::find_product(device, sample.id);
        BOOST_TEST_REQUIRE(found != nullptr);
        BOOST_TEST(found->has_pattern == sample.has_pattern);
        BOOST_TEST(found->pattern_version == sample.stale.version);
        BOOST_TEST(tests::moment_text(found->pattern_built_at) == sample.stale.built_at);
        if (*sample.stale.built_at != '\0')
            BOOST_TEST(tests::verdict(judge_av_stale, device) == "bad action");
    }
}

BOOST_AUTO_TEST_CASE(a_windows_without_any_product_is_never_green)
{
    Pc pc;
    pc.lay({"os/windows-10-22h2"});
    const auto device = pc.facts();
    BOOST_TEST(tests::verdict(judge_av_missing, device) != "good");
    BOOST_TEST(tests::verdict(judge_av_stale, device) != "good");
}

} // namespace
} // namespace mimamori
