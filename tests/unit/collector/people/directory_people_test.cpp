#include "collector/people/directory_people.hpp"
#include "collector/people/sign_ins.hpp"
#include "collector/people/tokens.hpp"
#include "collector/storage/audit_store.hpp"
#include "collector/storage/person_store.hpp"
#include "common/log/log.hpp"
#include "tests/support/directory_server.hpp"
#include "tests/support/run_coro.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mimamori::collector::people {
namespace {

using namespace std::chrono_literals;
using tests::DirectoryServer;

constexpr const char* password = "correct horse";

class HandClock final : public Clock
{
public:
    Timestamp now() const override { return time; }

    Timestamp time = from_ms(1'800'000'000'000);
};

/// A real database with one local administrator, beside a real directory.
struct DirectoryFixture
{
    DirectoryServer server;
    tests::TempFolder folder;
    asio::io_context io; ///< Before the database: its threads resume what waits here.
    std::unique_ptr<storage::Database> database;
    HandClock clock;
    log::Capture log;
    std::optional<directory::Directory> asked;
    std::optional<DirectoryPeople> directory_people;
    std::optional<SignIns> people;

    DirectoryFixture()
    {
        storage::DatabaseOptions options;
        options.file = folder.path() / "collector.db";
        database = storage::Database::open(options).value();
        NewPerson chief;
        chief.name = "chief";
        chief.password = "local correct horse";
        chief.role = Role::administrator;
        SignIns::add_person_now(*database, chief, clock.time).value();
        auto settings = server.settings();
        settings.step_max = 1s;
        use(settings);
    }

    void use(const directory::DirectorySettings& settings)
    {
        people.reset();
        directory_people.reset();
        asked.emplace(settings, clock);
        DirectoryPeople::Options options;
        options.kept_without = 1h;
        directory_people.emplace(*database, *asked, clock, options);
        people.emplace(*database, clock, &*directory_people);
    }

    Result<SignedIn> sign_in(
        const std::string& name, const std::string& with = password, std::string from = "10.0.0.1")
    {
        return test::run_coro(io, people->sign_in(name, with, {}, std::move(from)));
    }

    bool is_in(const SignedIn& made)
    {
        return test::run_coro(io, people->find(made.token)).has_value();
    }

    bool recheck() { return test::run_coro(io, directory_people->recheck()); }

    std::string changes(const std::string& action)
    {
        std::string text;
        auto look = [&](storage::Session& session) -> Result<bool> {
            storage::ChangeQuery query;
            query.action = action;
            const auto changes = storage::list_changes(session, query).value();
            for (const auto& change : changes)
                text += change.who + ": " + change.detail + "\n";
            return true;
        };
        database->read_and_wait(look).value();
        return text;
    }

    std::optional<storage::Person> person(const std::string& name)
    {
        auto look = [&](storage::Session& session) { return storage::find_person(session, name); };
        return database->read_and_wait(look).value();
    }
};

BOOST_FIXTURE_TEST_SUITE(directory_people, DirectoryFixture)

BOOST_AUTO_TEST_CASE(who_is_in_a_group_signs_in_with_the_role_of_the_group)
{
    const auto made = sign_in("sato");
    BOOST_TEST_REQUIRE(made.has_value(), made.error().message);
    BOOST_TEST((made->principal.role == Role::operator_));
    BOOST_TEST(made->principal.sees_all());
    BOOST_TEST(is_in(*made));
    BOOST_TEST(person("sato")->source == "directory");
    BOOST_TEST(changes("person.create").find("directory: sato as operator of root") == 0U);
    BOOST_TEST(sign_in("SUZUKI").value().principal.name == "Suzuki");
    BOOST_TEST(!log.contains("horse"));
}

BOOST_AUTO_TEST_CASE(refusals_of_the_directory_are_one_answer_and_make_nobody)
{
    for (const char* name : {"mori", "nobody", "*", "sa to", " sato"})
    {
        const auto refused = sign_in(name);
        BOOST_TEST((refused.error().code == Errc::unauthenticated), name);
        BOOST_TEST(refused.error().message == "not signed in");
        BOOST_TEST(!person(name).has_value());
    }
    BOOST_TEST((sign_in("sato", "wrong horse").error().message == "not signed in"));
    BOOST_TEST((sign_in("sato", "").error().message == "not signed in"));
    BOOST_TEST(!person("sato").has_value());
    BOOST_TEST(changes("session.refuse").find("in none of the groups") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_changed_group_counts_at_the_next_sign_in_and_at_the_next_look)
{
    const SignedIn first = sign_in("sato").value();
    server.add_to_group("chiefs", "sato");
    BOOST_TEST((sign_in("sato").value().principal.role == Role::administrator));
    server.remove_from_group("chiefs", "sato");
    BOOST_TEST(recheck());
    const auto now = test::run_coro(io, people->find(first.token));
    BOOST_TEST((now.value().role == Role::operator_));
    BOOST_TEST(changes("person.role").find("sato as operator of root") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(who_is_disabled_gone_or_without_a_group_is_signed_out_and_may_come_back)
{
    const SignedIn sato = sign_in("sato").value();
    const SignedIn suzuki = sign_in("suzuki").value();
    server.set("sato", "userAccountControl", "514");
    server.change("dn: " + DirectoryServer::dn_of("suzuki") + "\nchangetype: delete\n");
    BOOST_TEST(is_in(sato));
    BOOST_TEST(recheck());
    BOOST_TEST(!is_in(sato));
    BOOST_TEST(!is_in(suzuki));
    BOOST_TEST((sign_in("sato").error().code == Errc::unauthenticated));
    BOOST_TEST(changes("person.bar").find("sato: the account is disabled") != std::string::npos);

    server.set("sato", "userAccountControl", "512");
    const SignedIn again = sign_in("sato").value();
    BOOST_TEST(!is_in(sato));
    server.remove_from_group("it", "sato");
    BOOST_TEST(recheck());
    BOOST_TEST(!is_in(again));
}

BOOST_AUTO_TEST_CASE(a_token_of_who_is_disabled_there_lets_no_program_in)
{
    const SignedIn sato = sign_in("sato").value();
    Tokens tokens{*database, clock};
    Tokens::Wish wish;
    wish.name = "export";
    wish.days = 30;
    wish.sites = {root_site()};
    const std::string token = test::run_coro(io, tokens.make(sato.principal, wish)).value().token;
    BOOST_TEST(test::run_coro(io, tokens.find(token, "10.0.0.9")).has_value());
    server.set("sato", "userAccountControl", "514");
    recheck();
    BOOST_TEST(!test::run_coro(io, tokens.find(token, "10.0.0.9")).has_value());
    server.set("sato", "userAccountControl", "512");
    recheck();
    BOOST_TEST(test::run_coro(io, tokens.find(token, "10.0.0.9")).has_value());
}

BOOST_AUTO_TEST_CASE(a_name_of_the_directory_is_never_that_of_a_local_person)
{
    // The local one is asked for the local password, and no other.
    server.change(
        "dn: " + DirectoryServer::dn_of("sato")
        + "\nchangetype: modify\nreplace: uid\nuid: CHIEF\n");
    BOOST_TEST((sign_in("chief").error().code == Errc::unauthenticated));
    BOOST_TEST(
        (sign_in("chief", "local correct horse").value().principal.role == Role::administrator));

    // Nor by another way to write it.
    auto settings = server.settings();
    settings.filter = "(|(uid={user})(cn={user}))";
    use(settings);
    BOOST_TEST((sign_in("sato").error().code == Errc::conflict));
    BOOST_TEST((person("chief")->role == "administrator"));
    BOOST_TEST(person("chief")->source == "local");
}

BOOST_AUTO_TEST_CASE(a_new_account_of_an_old_name_gets_nothing_of_the_old_one)
{
    const SignedIn old = sign_in("sato").value();
    server.change("dn: " + DirectoryServer::dn_of("sato") + "\nchangetype: delete\n");
    server.change(
        "dn: " + DirectoryServer::dn_of("sato")
        + "\nchangetype: add\nobjectClass: inetOrgPerson\nuid: sato\ncn: sato\nsn: sato\n"
          "userPassword: other horse\n");
    BOOST_TEST_REQUIRE(sign_in("sato", "other horse").has_value());
    BOOST_TEST(!is_in(old));
    BOOST_TEST(changes("person.replace") == "directory: sato\n");
}

BOOST_AUTO_TEST_CASE(a_renamed_account_stays_the_same_person)
{
    BOOST_TEST_REQUIRE(sign_in("sato").has_value());
    const std::string id = person("sato")->id;
    server.change(
        "dn: " + DirectoryServer::dn_of("sato") + "\nchangetype: modify\nreplace: uid\nuid: ito\n");
    BOOST_TEST_REQUIRE(sign_in("ito").has_value());
    BOOST_TEST(person("ito")->id == id);
    BOOST_TEST(!person("sato").has_value());
}

BOOST_AUTO_TEST_CASE(wrong_passwords_are_counted_for_each_way_to_write_a_name)
{
    auto settings = server.settings();
    settings.kind = directory::Kind::active_directory;
    use(settings);
    for (int i = 0; i < 3; ++i)
    {
        BOOST_TEST((sign_in("sato", "wrong").error().code == Errc::unauthenticated));
        BOOST_TEST(
            (sign_in("sato@sakura.example", "wrong").error().code == Errc::unauthenticated)
            == (i < 2));
    }
    BOOST_TEST((sign_in("sato").error().code == Errc::unavailable));
    BOOST_TEST((sign_in("sato@sakura.example").error().code == Errc::unavailable));
    clock.time += 20min;
    BOOST_TEST(sign_in("sato").has_value());
}

BOOST_AUTO_TEST_CASE(local_people_sign_in_while_the_directory_is_down_or_hangs)
{
    const SignedIn sato = sign_in("sato").value();
    server.stop();
    BOOST_TEST((sign_in("sato").error().code == Errc::timeout));
    BOOST_TEST(sign_in("chief", "local correct horse").has_value());
    BOOST_TEST(changes("session.begin_local") == "chief: 10.0.0.1\n");
    BOOST_TEST(is_in(sato));

    server.start();
    server.hang();
    BOOST_TEST((sign_in("sato").error().code == Errc::timeout));
    BOOST_TEST(sign_in("chief", "local correct horse").has_value());
}

BOOST_AUTO_TEST_CASE(people_stay_in_for_a_while_without_the_directory)
{
    const SignedIn sato = sign_in("sato").value();
    server.stop();
    clock.time += 59min;
    BOOST_TEST(!recheck());
    BOOST_TEST(is_in(sato));
    clock.time += 1min;
    BOOST_TEST(!recheck());
    BOOST_TEST(!is_in(sato));
    BOOST_TEST(log.contains("people of the directory cannot be checked"));
}

BOOST_AUTO_TEST_CASE(a_directory_that_is_given_up_lets_nobody_in_any_more)
{
    const SignedIn sato = sign_in("sato").value();
    DirectoryPeople::bar_everybody(*database, clock.time).value();
    people.reset();
    people.emplace(*database, clock);
    BOOST_TEST(!is_in(sato));
    BOOST_TEST((sign_in("sato").error().code == Errc::unauthenticated));
    BOOST_TEST(sign_in("chief", "local correct horse").has_value());
}

BOOST_AUTO_TEST_CASE(what_the_directory_keeps_is_not_changed_here)
{
    server.add_to_group("chiefs", "sato");
    const SignedIn sato = sign_in("sato").value();
    const auto own = test::run_coro(
        io, people->change_password(sato.token, password, "another horse 1", "10.0.0.1"));
    BOOST_TEST((own.error().code == Errc::conflict));
    const auto reset = test::run_coro(io, people->set_password("sato", "another horse 1", "chief"));
    BOOST_TEST((reset.error().code == Errc::conflict));
    // The last local administrator stays, however many the directory has.
    auto end = [](storage::Session& session) {
        return storage::set_disabled(session, "chief", true);
    };
    BOOST_TEST((database->write_and_wait(end).error().code == Errc::conflict));
    // Who is disabled here stays out, whatever the directory says.
    auto disable = [](storage::Session& session) {
        return storage::set_disabled(session, "sato", true);
    };
    database->write_and_wait(disable).value();
    BOOST_TEST((sign_in("sato").error().code == Errc::unauthenticated));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::people
