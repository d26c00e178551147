#include "collector/directory/directory.hpp"
#include "tests/support/directory_server.hpp"
#include "tests/support/run_coro.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string>
#include <vector>

namespace mimamori::collector::directory {
namespace {

using namespace std::chrono_literals;
using tests::DirectoryServer;

constexpr const char* password = "correct horse";

/// Asks like the collector does.
struct Asker
{
    asio::io_context io;
    SystemClock clock;
    Directory directory;
    std::vector<std::string> asked{}; ///< Names that may_try was asked about.

    explicit Asker(DirectorySettings settings)
        : directory{std::move(settings), clock}
    {
        // As the collector: the directory's library writes to servers that may be gone.
        std::signal(SIGPIPE, SIG_IGN);
    }

    Result<Verdict> sign_in(const std::string& name, const std::string& with = password)
    {
        auto may_try = [this](const std::string& found) {
            asked.push_back(found);
            return true;
        };
        return test::run_coro(io, directory.sign_in(name, with, may_try));
    }

    Refusal refusal(const std::string& name, const std::string& with = password)
    {
        return sign_in(name, with).value().refusal;
    }

    /// "connect: no: …" and so on.
    std::string steps(const std::string& name, std::optional<std::string> with = {})
    {
        std::string text;
        for (const Step& step : test::run_coro(io, directory.test(name, std::move(with))))
            text += step.name + (step.good ? ": yes: " : ": no: ") + step.detail + "\n";
        return text;
    }
};

bool has(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

/// One server for all cases that leave it as they found it.
const DirectoryServer& server()
{
    static const DirectoryServer started;
    return started;
}

BOOST_AUTO_TEST_SUITE(directory)

BOOST_AUTO_TEST_CASE(a_right_password_gives_the_role_of_the_group_over_ldaps_and_starttls)
{
    for (const Security security : {Security::ldaps, Security::starttls})
    {
        Asker asker{server().settings(security)};
        const auto verdict = asker.sign_in("sato");
        BOOST_TEST_REQUIRE(verdict.has_value(), verdict.error().message);
        BOOST_TEST((verdict->refusal == Refusal::none));
        BOOST_TEST(verdict->account.name == "sato");
        BOOST_TEST(verdict->account.role == "operator");
        BOOST_TEST((verdict->account.sites == std::vector<SiteId>{SiteId{"root"}}));
        BOOST_TEST(!verdict->account.id.empty());
    }
}

BOOST_AUTO_TEST_CASE(a_posix_group_counts_and_the_name_is_written_as_the_directory_does)
{
    Asker asker{server().settings()};
    const auto verdict = asker.sign_in("sUZUKI");
    BOOST_TEST_REQUIRE(verdict.has_value());
    BOOST_TEST((verdict->refusal == Refusal::none));
    BOOST_TEST(verdict->account.name == "Suzuki");
    BOOST_TEST(verdict->account.role == "department");
    BOOST_TEST((asker.asked == std::vector<std::string>{"Suzuki"}));
}

BOOST_AUTO_TEST_CASE(wrong_passwords_unknown_names_and_people_without_a_group_are_refused)
{
    Asker asker{server().settings()};
    BOOST_TEST((asker.refusal("sato", "wrong horse") == Refusal::wrong_password));
    BOOST_TEST((asker.refusal("nobody") == Refusal::unknown));
    BOOST_TEST((asker.refusal("mori") == Refusal::no_role));
    BOOST_TEST((asker.refusal("mori", "wrong horse") == Refusal::wrong_password));
}

BOOST_AUTO_TEST_CASE(an_empty_password_is_never_sent)
{
    Asker asker{server().settings()};
    const std::string before = server().log();
    BOOST_TEST((asker.refusal("sato", "") != Refusal::none));
    BOOST_TEST((asker.refusal("", password) != Refusal::none));
    BOOST_TEST(server().log() == before);
}

BOOST_AUTO_TEST_CASE(signs_of_the_filter_language_find_nobody)
{
    Asker asker{server().settings()};
    for (const char* name :
         {"*", "s*", "*)(uid=*", "sato)(objectClass=*", "sato)", "(sato", "\\73ato", "sato\\2a",
          "*))(|(uid=*"})
        BOOST_TEST((asker.refusal(name) == Refusal::unknown), name);
    BOOST_TEST((asker.refusal(std::string{"sato\0", 5}) == Refusal::unknown));
    BOOST_TEST((asker.refusal(std::string(100'000, 'a')) == Refusal::unknown));
}

BOOST_AUTO_TEST_CASE(a_name_that_two_accounts_have_is_nobodys)
{
    DirectorySettings settings = server().settings();
    settings.filter = "(|(uid={user})(sn=mori))";
    Asker asker{settings};
    const auto verdict = asker.sign_in("sato");
    BOOST_TEST_REQUIRE(verdict.has_value());
    BOOST_TEST((verdict->refusal == Refusal::unknown));
    BOOST_TEST(has(verdict->detail, "more than one"));
}

BOOST_AUTO_TEST_CASE(who_may_not_try_is_told_nothing_about_the_password)
{
    Asker asker{server().settings()};
    auto never = [](const std::string&) { return false; };
    const auto verdict = test::run_coro(asker.io, asker.directory.sign_in("sato", password, never));
    BOOST_TEST((verdict.value().refusal == Refusal::too_many_tries));
}

BOOST_AUTO_TEST_CASE(a_certificate_of_another_ca_or_for_another_name_ends_it)
{
    for (const Security security : {Security::ldaps, Security::starttls})
    {
        DirectorySettings settings = server().settings(security);
        settings.ca_file = server().foreign_ca_file();
        const std::string before = server().log();
        Asker foreign{settings};
        BOOST_TEST((foreign.sign_in("sato").error().code == Errc::unavailable));
        BOOST_TEST(has(foreign.steps("sato"), "certificate: no: "));

        settings = server().settings(security);
        settings.hosts = {"localhost"};
        Asker other_name{settings};
        BOOST_TEST((other_name.sign_in("sato").error().code == Errc::unavailable));
        BOOST_TEST(has(other_name.steps("sato"), "certificate: no: "));
        BOOST_TEST(!has(server().log().substr(before.size()), " BIND "));
    }
}

BOOST_AUTO_TEST_CASE(what_ldap_conf_and_the_environment_say_about_certificates_does_not_matter)
{
    ::setenv("LDAPTLS_REQCERT", "never", 1);
    ::setenv("LDAPTLS_CACERT", server().ca_file().c_str(), 1);
    DirectorySettings settings = server().settings();
    settings.ca_file = server().foreign_ca_file();
    Asker asker{settings};
    BOOST_TEST(!asker.sign_in("sato").has_value());
    ::unsetenv("LDAPTLS_REQCERT");
    ::unsetenv("LDAPTLS_CACERT");
}

BOOST_AUTO_TEST_CASE(a_server_without_starttls_gets_no_password)
{
    const DirectoryServer plain{DirectoryServer::Tls::none};
    Asker asker{plain.settings(Security::starttls)};
    BOOST_TEST(!asker.sign_in("sato").has_value());
    BOOST_TEST(has(asker.steps("sato"), "certificate: no: "));
    BOOST_TEST(!has(plain.log(), " BIND "));
}

BOOST_AUTO_TEST_CASE(referrals_are_not_followed)
{
    // The base is not the server's: it answers with the address of another one.
    DirectorySettings settings = server().settings();
    settings.base = "dc=elsewhere,dc=example";
    Asker outside{settings};
    const auto answer = outside.sign_in("sato");
    BOOST_TEST((answer.error().code == Errc::unavailable));
    BOOST_TEST(has(answer.error().message, "refers to another server"));

    // A reference between the entries that fit is passed over.
    server().change("dn: cn=elsewhere,ou=people,dc=sakura,dc=example\nchangetype: add\n"
                    "objectClass: referral\nobjectClass: extensibleObject\ncn: elsewhere\n"
                    "ref: ldap://192.0.2.1/ou=people,dc=sakura,dc=example\n");
    Asker inside{server().settings()};
    BOOST_TEST((inside.refusal("sato") == Refusal::none));
    BOOST_TEST((inside.refusal("elsewhere") == Refusal::unknown));
}

BOOST_AUTO_TEST_CASE(groups_are_read_anew_each_time)
{
    const DirectoryServer changing;
    Asker asker{changing.settings()};
    BOOST_TEST(asker.sign_in("sato").value().account.role == "operator");
    changing.add_to_group("chiefs", "sato");
    BOOST_TEST(asker.sign_in("sato").value().account.role == "administrator");
    changing.remove_from_group("chiefs", "sato");
    changing.remove_from_group("it", "sato");
    BOOST_TEST((asker.refusal("sato") == Refusal::no_role));
}

/// Adds a group that has one member, which may be a group. `name`: as it stands in its DN.
void add_group(const DirectoryServer& to, const std::string& name, const std::string& member)
{
    std::string cn = name;
    std::erase(cn, '\\');
    to.change(
        "dn: " + DirectoryServer::group_dn(name)
        + "\nchangetype: add\nobjectClass: groupOfNames\ncn: " + cn + "\nmember: " + member + "\n");
}

void add_member(const DirectoryServer& to, const std::string& group, const std::string& member)
{
    to.change(
        "dn: " + DirectoryServer::group_dn(group)
        + "\nchangetype: modify\nadd: member\nmember: " + member + "\n");
}

BOOST_AUTO_TEST_CASE(groups_in_groups_count_where_that_is_wanted)
{
    const DirectoryServer nested;
    const auto dn = DirectoryServer::group_dn;
    add_group(nested, "night", DirectoryServer::dn_of("mori"));
    add_group(nested, "third floor\\, east", dn("night"));
    add_member(nested, "it", dn("third floor\\, east"));
    DirectorySettings settings = nested.settings();
    Asker flat{settings};
    BOOST_TEST((flat.refusal("mori") == Refusal::no_role));
    settings.nested_groups = true;
    Asker asker{settings};
    const auto verdict = asker.sign_in("mori");
    BOOST_TEST_REQUIRE(verdict.has_value(), verdict.error().message);
    BOOST_TEST((verdict->refusal == Refusal::none));
    BOOST_TEST(verdict->account.role == "operator");
    // Who is a member directly is so as before, also of a group with names instead of entries.
    BOOST_TEST(asker.sign_in("sato").value().account.role == "operator");
    BOOST_TEST(asker.sign_in("suzuki").value().account.role == "department");

    // A circle ends, and gives nothing to who is outside of it.
    add_member(nested, "night", dn("it"));
    BOOST_TEST(asker.sign_in("mori").value().account.role == "operator");
    nested.remove_from_group("night", "mori");
    BOOST_TEST((asker.refusal("mori") == Refusal::no_role));
}

BOOST_AUTO_TEST_CASE(groups_in_groups_count_up_to_so_many_levels)
{
    const DirectoryServer deep;
    add_group(deep, "level 1", DirectoryServer::dn_of("mori"));
    for (int level = 2; level <= 8; ++level)
        add_group(
            deep, "level " + std::to_string(level),
            DirectoryServer::group_dn("level " + std::to_string(level - 1)));
    DirectorySettings settings = deep.settings();
    settings.nested_groups = true;
    settings.roles = {{"viewer", {SiteId{"root"}}, DirectoryServer::group_dn("level 8")}};
    Asker enough{settings};
    BOOST_TEST((enough.refusal("mori") == Refusal::none));
    add_group(deep, "level 9", DirectoryServer::group_dn("level 8"));
    settings.roles.front().group = DirectoryServer::group_dn("level 9");
    Asker too_high{settings};
    BOOST_TEST((too_high.refusal("mori") == Refusal::no_role));
}

BOOST_AUTO_TEST_CASE(accounts_of_active_directory_are_found_by_both_names_and_disabled_by_a_bit)
{
    const DirectoryServer windows;
    DirectorySettings settings = windows.settings();
    settings.kind = Kind::active_directory;
    Asker asker{settings};
    const auto by_account = asker.sign_in("SATO").value();
    const auto by_principal = asker.sign_in("sato@sakura.example").value();
    BOOST_TEST((by_account.refusal == Refusal::none));
    BOOST_TEST(by_account.account.name == "sato");
    BOOST_TEST(by_principal.account.name == "sato");
    BOOST_TEST(by_account.account.id == "28292a5c00000102030405060708090a");
    BOOST_TEST(by_principal.account.id == by_account.account.id);

    windows.set("sato", "userAccountControl", "514");
    BOOST_TEST((asker.refusal("sato") == Refusal::ended));
    windows.set("sato", "userAccountControl", "512");
    windows.set("sato", "accountExpires", "132000000000000000");
    BOOST_TEST((asker.refusal("sato") == Refusal::ended));
    windows.set("sato", "accountExpires", "0");
    BOOST_TEST((asker.refusal("sato") == Refusal::none));
}

BOOST_AUTO_TEST_CASE(accounts_are_looked_up_by_name_and_id)
{
    Asker asker{server().settings()};
    const std::string id = asker.sign_in("sato").value().account.id;
    std::vector<Known> known{{"sato", id}, {"mori", id}, {"nobody", id}, {"Suzuki", "ff"}};
    const auto verdicts = test::run_coro(asker.io, asker.directory.look_up(known)).value();
    BOOST_TEST_REQUIRE(verdicts.size() == 4U);
    BOOST_TEST((verdicts[0].refusal == Refusal::none));
    BOOST_TEST(verdicts[0].account.role == "operator");
    BOOST_TEST((verdicts[1].refusal == Refusal::unknown));
    BOOST_TEST((verdicts[2].refusal == Refusal::unknown));
    BOOST_TEST((verdicts[3].refusal == Refusal::unknown));
}

BOOST_AUTO_TEST_CASE(a_server_that_hangs_is_given_up)
{
    DirectoryServer hanging;
    DirectorySettings settings = hanging.settings();
    settings.step_max = 500ms;
    DirectorySettings starttls = hanging.settings(Security::starttls);
    starttls.step_max = 500ms;
    hanging.hang();
    Asker asker{settings};
    const auto answer = asker.sign_in("sato");
    BOOST_TEST((answer.error().code == Errc::timeout || answer.error().code == Errc::unavailable));
    Asker plain_first{starttls};
    BOOST_TEST(!plain_first.sign_in("sato").has_value());
}

BOOST_AUTO_TEST_CASE(the_next_host_is_asked_when_one_is_down)
{
    DirectorySettings settings = server().settings();
    settings.hosts = {"127.0.0.2", "127.0.0.1"};
    Asker asker{settings};
    BOOST_TEST((asker.refusal("sato") == Refusal::none));
    settings.hosts = {"127.0.0.2"};
    Asker nobody{settings};
    BOOST_TEST((nobody.sign_in("sato").error().code == Errc::unavailable));
    BOOST_TEST(has(nobody.steps("sato"), "connect: no: 127.0.0.2"));
}

BOOST_AUTO_TEST_CASE(nothing_is_asked_any_more_when_the_collector_stops)
{
    Asker asker{server().settings()};
    asker.directory.stop();
    BOOST_TEST((asker.sign_in("sato").error().code == Errc::cancelled));
}

BOOST_AUTO_TEST_CASE(a_test_says_what_a_sign_in_would_fail_at)
{
    DirectorySettings settings = server().settings();
    Asker asker{settings};
    const std::string good = asker.steps("sato", password);
    BOOST_TEST(!has(good, ": no: "));
    BOOST_TEST(has(good, "role: yes: operator of root"));
    BOOST_TEST(has(good, "password: yes: right"));
    BOOST_TEST(has(asker.steps("sato", "wrong horse"), "password: no: "));
    BOOST_TEST(has(asker.steps("nobody"), "account: no: no account has this name"));
    BOOST_TEST(has(asker.steps("mori"), "role: no: in none of the groups"));
    BOOST_TEST(!has(good, password));

    settings.roles.push_back({"viewer", {SiteId{"root"}}, DirectoryServer::group_dn("gone")});
    Asker mistaken{settings};
    BOOST_TEST(has(mistaken.steps("sato"), "groups: no: not in the directory: cn=gone"));

    settings.password = "wrong secret";
    Asker refused{settings};
    const std::string steps = refused.steps("sato");
    BOOST_TEST(has(steps, "bind: no: "));
    BOOST_TEST(!has(steps, "wrong secret"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::directory
