#include "collector/ctl/listing.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

namespace mimamori::collector::ctl {
namespace {

/// An API that has `total` items, numbered from 1, and gives them in pages.
struct PagedApi
{
    std::size_t total{0};
    std::vector<std::string> asked{};

    static std::size_t number_behind(const std::string& path, const std::string& name)
    {
        std::size_t number = 0;
        const auto at = path.find(name + '=');
        if (at != std::string::npos)
            std::from_chars(path.data() + at + name.size() + 1, path.data() + path.size(), number);
        return number;
    }

    Result<boost::json::value> operator()(const std::string& path)
    {
        asked.push_back(path);
        std::size_t at = number_behind(path, "after");
        const auto end = std::min(total, at + number_behind(path, "limit"));
        boost::json::object page;
        boost::json::array items;
        while (at < end)
            items.emplace_back(boost::json::object{{"id", ++at}});
        page["items"] = std::move(items);
        page["next"] = end < total ? boost::json::value(end) : boost::json::value(nullptr);
        return page;
    }
};

boost::json::object all_of(PagedApi& api, const Listing& listing)
{
    const Get get = [&api](const std::string& path) { return api(path); };
    return gather(get, listing).value();
}

boost::json::object items(const std::string& text)
{
    return {{"items", boost::json::parse(text)}, {"more", false}};
}

BOOST_AUTO_TEST_SUITE(ctl_listing)

BOOST_AUTO_TEST_CASE(all_pages_become_one_list)
{
    for (const std::size_t total : {0U, 1U, 999U, 1'000U, 1'001U, 2'500U})
    {
        PagedApi api{total};
        const auto gathered = all_of(api, {.path = "/things"});
        const auto& list = gathered.at("items").get_array();
        BOOST_TEST(list.size() == total);
        BOOST_TEST(!gathered.at("more").get_bool());
        for (std::size_t i = 0; i < list.size(); ++i)
            BOOST_TEST_REQUIRE(list[i].at("id").to_number<std::size_t>() == i + 1);
    }
}

BOOST_AUTO_TEST_CASE(the_query_of_a_list_stays_with_each_page)
{
    PagedApi api{1'500};
    all_of(api, {.path = "/things?state=open"});
    const std::vector<std::string> asked{
        "/things?state=open&limit=1000", "/things?state=open&limit=1000&after=1000"};
    BOOST_TEST(api.asked == asked, boost::test_tools::per_element());
    PagedApi events{1};
    all_of(events, {.path = "/events"});
    BOOST_TEST(events.asked.front() == "/events?limit=1000");
}

BOOST_AUTO_TEST_CASE(a_list_that_is_cut_off_says_so_and_one_that_just_fits_does_not)
{
    for (const std::size_t most : {1U, 999U, 1'000U, 1'001U, 1'999U, 2'000U, 2'001U})
    {
        PagedApi api{2'000};
        Listing listing{.path = "/things"};
        listing.items_max = most;
        const auto gathered = all_of(api, listing);
        BOOST_TEST(gathered.at("items").get_array().size() == std::min<std::size_t>(most, 2'000));
        BOOST_TEST(gathered.at("more").get_bool() == (most < 2'000U), most);
        const bool said = to_lines(gathered, listing).find("see --limit") != std::string::npos;
        BOOST_TEST(said == (most < 2'000U), most);
    }
}

BOOST_AUTO_TEST_CASE(a_list_without_pages_is_cut_too)
{
    const Get get = [](const std::string&) -> Result<boost::json::value> {
        return boost::json::parse(R"({"items":[{"id":1},{"id":2},{"id":3}]})");
    };
    Listing listing{.path = "/keys"};
    listing.items_max = 2;
    const auto cut = gather(get, listing).value();
    BOOST_TEST(cut.at("items").get_array().size() == 2U);
    BOOST_TEST(cut.at("more").get_bool());
    listing.items_max = 3;
    BOOST_TEST(!gather(get, listing).value().at("more").get_bool());
}

BOOST_AUTO_TEST_CASE(a_page_that_is_empty_ends_the_list_whatever_it_says)
{
    std::size_t asked = 0;
    const Get get = [&asked](const std::string&) -> Result<boost::json::value> {
        ++asked;
        return boost::json::parse(R"({"items":[],"next":"ab"})");
    };
    BOOST_TEST(gather(get, {.path = "/things"}).value().at("items").get_array().empty());
    BOOST_TEST(asked == 1U);
}

BOOST_AUTO_TEST_CASE(what_is_no_list_and_what_is_refused_are_errors)
{
    const Get odd = [](const std::string&) -> Result<boost::json::value> {
        return boost::json::parse(R"({"items":7})");
    };
    BOOST_TEST((gather(odd, {.path = "/things"}).error().code == Errc::internal));
    const Get refused = [](const std::string&) -> Result<boost::json::value> {
        return Error{Errc::forbidden, "no"};
    };
    BOOST_TEST((gather(refused, {.path = "/things"}).error().code == Errc::forbidden));
}

BOOST_AUTO_TEST_CASE(a_line_names_what_there_is_and_leaves_out_what_there_is_not)
{
    const auto list = items(
        R"([{"id":3,"name":"pc 7","note":"","until":null,"ended":false,"live":true,"on":[]}])");
    BOOST_TEST(to_lines(list, {}) == "id: 3  name: pc 7  live: true\n");
    BOOST_TEST(to_lines(items("[]"), {}) == "none\n");
}

BOOST_AUTO_TEST_CASE(a_list_may_choose_members_and_look_inside_them)
{
    const auto list = items(R"([{"a":1,"b":{"c":"x","d":{"e":2}},"f":3},{"f":4,"b":"no object"}])");
    Listing listing;
    listing.members = {"f", "b.d.e", "b.c", "missing", "b.missing"};
    BOOST_TEST(to_lines(list, listing) == "f: 3  b.d.e: 2  b.c: x\nf: 4\n");
}

BOOST_AUTO_TEST_CASE(what_devices_call_themselves_does_not_steer_the_terminal)
{
    BOOST_TEST(shown("pc\x1b[2J\r\n\t\x7f") == "pc\\x1b[2J\\x0d\\x0a\\x09\\x7f");
    BOOST_TEST(shown("a\u0085b\u009bc\u00a0d") == "a\\u0085b\\u009bc\u00a0d");
    BOOST_TEST(shown("放射線科 №1") == "放射線科 №1");
    BOOST_TEST(shown(boost::json::parse(R"(["\u001b[1m","x"])")) == R"(["\u001b[1m","x"])");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::ctl
