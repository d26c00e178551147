#include "collector/enroll/matching.hpp"

#include <boost/test/unit_test.hpp>

namespace mimamori::collector::enroll {
namespace {

using namespace std::chrono_literals;
using identity::Fact;
using identity::FactKind;

constexpr Timestamp now = from_ms(1'790'000'000'000);
const SiteId site{"aoba"};

storage::Resemblance device(
    std::string id, std::vector<Fact> common, std::optional<Timestamp> last_seen = std::nullopt)
{
    return {DeviceId{std::move(id)}, site, "name", last_seen, std::move(common)};
}

std::string order_of(const std::vector<Match>& matches)
{
    std::string ids;
    for (const Match& match : matches)
        ids += match.device.text();
    return ids;
}

const Fact serial{FactKind::serial, "5cg1234xyz"};
const Fact disk{FactKind::disk_serial, "s3z9nb0k123456a"};
const Fact mac{FactKind::mac, "3c:52:82:aa:bb:cc"};
const Fact hostname{FactKind::hostname, "pc-07"};

BOOST_AUTO_TEST_SUITE(matching)

BOOST_AUTO_TEST_CASE(numbers_of_parts_make_a_likely_match_and_names_a_hint)
{
    const auto matches =
        rank_matches({device("a", {serial}), device("b", {mac, hostname})}, site, now);
    BOOST_TEST_REQUIRE(matches.size() == 2u);
    BOOST_TEST(matches[0].is_likely);
    BOOST_TEST(!matches[1].is_likely);
}

BOOST_AUTO_TEST_CASE(the_likeliest_comes_first)
{
    const auto matches = rank_matches(
        {device("a", {mac, hostname}), device("b", {serial}), device("c", {serial, disk}),
         device("d", {serial}, now - 1h)},
        site, now);
    BOOST_TEST(order_of(matches) == "cdba");
}

BOOST_AUTO_TEST_CASE(a_hint_counts_in_the_same_site_only)
{
    auto elsewhere = device("a", {mac, hostname});
    elsewhere.site = SiteId{"midori"};
    BOOST_TEST(rank_matches({elsewhere}, site, now).empty());
    elsewhere.common.push_back(serial);
    BOOST_TEST(rank_matches({elsewhere}, site, now).size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_device_heard_of_a_moment_ago_is_live)
{
    const auto live = [&](std::optional<Timestamp> seen) {
        return rank_matches({device("a", {serial}, seen)}, site, now).at(0).is_live;
    };
    BOOST_TEST(live(now - 15min + 1ms));
    BOOST_TEST(!live(now - 15min));
    BOOST_TEST(!live(std::nullopt));
}

BOOST_AUTO_TEST_CASE(only_the_best_few_are_shown)
{
    std::vector<storage::Resemblance> many;
    for (int i = 0; i < 9; ++i)
        many.push_back(device(std::to_string(i), {serial}));
    BOOST_TEST(rank_matches(many, site, now).size() == matches_max);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::enroll
