// A hospital whose people are in a directory: the shipped collector signs them in by it, and signs
// them out when it ends them.

#include "tests/support/directory_server.hpp"
#include "tests/support/site.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <string>

namespace mimamori {
namespace {

using tests::DirectoryServer;

std::string section_of(const DirectoryServer& server)
{
    const auto settings = server.settings();
    return fmt::format(
        "[directory]\nsecurity = \"ldaps\"\nkind = \"ldap\"\nhosts = [\"127.0.0.1\"]\nport = {}\n"
        "ca = \"{}\"\nuser = \"{}\"\npassword_file = \"{}\"\nbase = \"{}\"\n"
        "roles = [\"operator: {}\", \"department of root: {}\"]\nanswer_within = \"2s\"\n",
        settings.port, settings.ca_file, settings.user, server.password_file(), settings.base,
        DirectoryServer::group_dn("it"), DirectoryServer::group_dn("ward"));
}

tests::SiteOptions with(const DirectoryServer& server)
{
    tests::SiteOptions options;
    options.more = section_of(server);
    return options;
}

bool contains(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

BOOST_AUTO_TEST_SUITE(directory_story)

BOOST_AUTO_TEST_CASE(people_of_the_directory_sign_in_and_out_and_local_ones_need_it_not)
{
    DirectoryServer server;
    tests::Site site{with(server)};
    site.start_collector();
    const std::string tried = site.ctl({"directory", "test", "sato"});
    BOOST_TEST(contains(tried, "signs in as sato"));
    BOOST_TEST(contains(tried, "operator of root"));
    BOOST_CHECK_THROW(site.ctl({"directory", "test", "mori"}), std::exception);

    tests::WebClient& browser = site.web();
    browser.sign_in("sato", "correct horse");
    BOOST_TEST(browser.json("/api/v1/session").at("role").as_string() == "operator");
    BOOST_TEST(contains(site.ctl({"user", "list"}), "source: directory"));

    // A hanging directory keeps neither the local administrator nor the end of the collector.
    server.hang();
    browser.sign_in("admin", site.password());
    BOOST_TEST(browser.json("/api/v1/session").at("role").as_string() == "administrator");
    BOOST_TEST(
        contains(site.ctl({"audit", "list", "--action", "session.begin_local"}), "who: admin"));
    BOOST_CHECK_THROW(site.ctl({"directory", "test", "sato"}), std::exception);
    site.stop_collector();
    BOOST_TEST(!contains(site.collector_log(), "service secret"));
    BOOST_TEST(!contains(site.collector_log(), "correct horse"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori
