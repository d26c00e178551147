#include "collector/notify/people_to_call.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace mimamori::collector::notify {
namespace {

using std::chrono::hours;
using Names = std::vector<std::string>;

const Timestamp now = parse_rfc3339("2026-03-10T12:00:00Z").value();

/// root > hospital > ward; a route for the hospital and one for everywhere.
struct Directory
{
    AlertSettings settings;
    storage::SiteTree sites{
        {{SiteId{"root"}, SiteId{}},
         {SiteId{"hospital"}, SiteId{"root"}},
         {SiteId{"ward"}, SiteId{"hospital"}}}};

    Directory()
    {
        contact("headquarters", nullptr);
        contact("sato", nullptr);
        contact("suzuki", nullptr);
        channel("to headquarters", {"contact:headquarters", "x@example.org"});
        channel("to sato", {"contact:sato", "duty:night"});
        route("everything", "", {"to headquarters"});
        route("hospital", "hospital", {"to sato"});
    }

    void contact(const char* name, const char* deputy)
    {
        Named<Contact> made{0, name, {}};
        made.is.phone = std::string{"phone of "} + name;
        made.is.deputy = deputy ? deputy : "";
        settings.contacts.push_back(std::move(made));
    }

    void channel(const char* name, std::vector<std::string> to)
    {
        Named<Channel> made{0, name, {}};
        made.is.to = std::move(to);
        settings.channels.push_back(std::move(made));
    }

    void route(const char* name, const char* site, std::vector<std::string> channels)
    {
        Named<Route> made{0, name, {}};
        made.is.site = site;
        made.is.channels = std::move(channels);
        settings.routes.push_back(std::move(made));
    }

    Names of(const char* site) const
    {
        Names names;
        for (const PersonToCall& one : people_of_site(settings, sites, SiteId{site}, now))
            names.push_back(one.name);
        return names;
    }
};

BOOST_FIXTURE_TEST_SUITE(people_to_call, Directory)

BOOST_AUTO_TEST_CASE(the_nearest_site_that_has_people_names_them)
{
    BOOST_TEST(of("ward") == Names{"sato"}, boost::test_tools::per_element());
    BOOST_TEST(of("hospital") == Names{"sato"}, boost::test_tools::per_element());
    BOOST_TEST(of("root") == Names{"headquarters"}, boost::test_tools::per_element());
    BOOST_TEST(of("") == Names{"headquarters"}, boost::test_tools::per_element());
    const auto people = people_of_site(settings, sites, SiteId{"ward"}, now);
    BOOST_TEST(people.front().phone == "phone of sato");
}

BOOST_AUTO_TEST_CASE(who_is_on_call_now_is_named_too_and_nobody_twice)
{
    Named<Duty> duty{0, "tonight", {"night", "suzuki", now, now + hours{8}}};
    settings.duties.push_back(duty);
    BOOST_TEST(of("ward") == (Names{"sato", "suzuki"}), boost::test_tools::per_element());
    settings.duties.front().is.contact = "sato";
    BOOST_TEST(of("ward") == Names{"sato"}, boost::test_tools::per_element());
    settings.duties.front().is = {"night", "suzuki", now - hours{8}, now};
    BOOST_TEST(of("ward") == Names{"sato"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(whose_time_has_ended_is_replaced_by_the_deputy)
{
    settings.contacts[1].is.valid_until = now;
    BOOST_TEST(of("ward") == Names{"headquarters"}, boost::test_tools::per_element());
    settings.contacts[1].is.deputy = "suzuki";
    BOOST_TEST(of("ward") == Names{"suzuki"}, boost::test_tools::per_element());
    settings.contacts[2].is.valid_until = now;
    settings.contacts[2].is.deputy = "sato"; // They stand in for each other.
    BOOST_TEST(of("ward") == Names{"headquarters"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_supplier_is_a_contact_of_the_same_name)
{
    BOOST_TEST(person_named(settings, "suzuki", now).size() == 1);
    BOOST_TEST(person_named(settings, "nobody", now).empty());
    BOOST_TEST(person_named(settings, "", now).empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::notify
