#include "collector/people/sign_ins.hpp"
#include "collector/storage/person_store.hpp"
#include "common/log/log.hpp"
#include "tests/support/run_coro.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

namespace mimamori::collector::people {
namespace {

using namespace std::chrono_literals;

class HandClock final : public Clock
{
public:
    Timestamp now() const override { return time; }

    Timestamp time = from_ms(1'800'000'000'000);
};

/// A real database in a folder of its own, with one administrator.
struct SignInsFixture
{
    std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("mimamori-people-" + std::to_string(::getpid()));
    asio::io_context io; ///< Before the database: its threads resume what waits here.
    std::unique_ptr<storage::Database> database;
    HandClock clock;
    log::Capture log;
    std::optional<SignIns> people;

    SignInsFixture()
    {
        std::filesystem::remove_all(folder);
        std::filesystem::create_directories(folder);
        storage::DatabaseOptions options;
        options.file = folder / "collector.db";
        database = storage::Database::open(options).value();
        NewPerson sato;
        sato.name = "sato";
        sato.password = "correct horse";
        sato.role = Role::administrator;
        SignIns::add_person_now(*database, sato, clock.time).value();
        people.emplace(*database, clock);
    }

    ~SignInsFixture()
    {
        people.reset();
        database.reset();
        std::filesystem::remove_all(folder);
    }

    Result<SignedIn> sign_in(std::string name, std::string password, std::string from = "10.0.0.1")
    {
        return test::run_coro(io, people->sign_in(std::move(name), std::move(password), {}, from));
    }

    Result<void> add(
        std::string name,
        std::string password,
        Role role = Role::viewer,
        std::vector<SiteId> sites = {root_site()})
    {
        NewPerson wanted;
        wanted.name = std::move(name);
        wanted.password = std::move(password);
        wanted.role = role;
        wanted.sites = std::move(sites);
        return test::run_coro(io, people->add_person(std::move(wanted), "mori"));
    }

    Result<Principal> find(const std::string& token)
    {
        return test::run_coro(io, people->find(token));
    }
};

BOOST_FIXTURE_TEST_SUITE(sign_ins, SignInsFixture)

BOOST_AUTO_TEST_CASE(a_right_password_signs_in_and_the_token_is_known_again)
{
    const auto made = sign_in("sato", "correct horse");
    BOOST_TEST_REQUIRE(made.has_value());
    const auto found = find(made->token);
    BOOST_TEST_REQUIRE(found.has_value());
    BOOST_TEST(found->name == "sato");
    BOOST_TEST((found->role == Role::administrator));
    BOOST_TEST(found->csrf == made->principal.csrf);
    BOOST_TEST(!found->csrf.empty());
}

BOOST_AUTO_TEST_CASE(the_token_itself_is_not_in_the_database)
{
    const auto made = sign_in("sato", "correct horse");
    BOOST_TEST_REQUIRE(made.has_value());
    auto look = [&](storage::Session& session) {
        return storage::find_sign_in(session, made->token, clock.time);
    };
    BOOST_TEST(!database->read_and_wait(look).value().has_value());
}

BOOST_AUTO_TEST_CASE(a_wrong_name_and_a_wrong_password_get_the_same_answer)
{
    const auto wrong_password = sign_in("sato", "wrong horse");
    const auto wrong_name = sign_in("suzuki", "correct horse");
    BOOST_TEST((wrong_password.error().code == Errc::unauthenticated));
    BOOST_TEST((wrong_name.error().code == Errc::unauthenticated));
    BOOST_TEST(wrong_password.error().message == wrong_name.error().message);
    BOOST_TEST(log.contains("sign-in of \"suzuki\" from 10.0.0.1 refused"));
    BOOST_TEST(!log.contains("horse"));
}

BOOST_AUTO_TEST_CASE(guessing_is_slowed_down_even_when_the_next_guess_is_right)
{
    for (int i = 0; i < 5; ++i)
        BOOST_TEST(!sign_in("sato", "wrong horse").has_value());
    BOOST_TEST((sign_in("sato", "correct horse").error().code == Errc::unavailable));
    clock.time += 10s;
    BOOST_TEST(sign_in("sato", "correct horse").has_value());
}

BOOST_AUTO_TEST_CASE(many_guesses_at_once_do_not_pass_together)
{
    int refused = 0;
    int checked = 0;
    const auto guess = [&](const Result<SignedIn>& outcome) {
        refused += outcome.error().code == Errc::unavailable ? 1 : 0;
        checked += outcome.error().code == Errc::unauthenticated ? 1 : 0;
    };
    for (int i = 0; i < 20; ++i)
    {
        const std::string name = i % 2 == 0 ? "sato" : "SATO";
        asio::co_spawn(
            io, people->sign_in(name, "wrong horse", {}, "10.0.0.1"),
            [&](const std::exception_ptr&, const Result<SignedIn>& outcome) { guess(outcome); });
    }
    io.restart();
    io.run();
    BOOST_TEST(checked == 5);
    BOOST_TEST(refused == 15);
}

BOOST_AUTO_TEST_CASE(checks_that_wait_are_bounded)
{
    int refused = 0;
    const int tries = static_cast<int>(SignIns::checks_waiting_max) + 10;
    for (int i = 0; i < tries; ++i)
        asio::co_spawn(
            io,
            people->sign_in("n" + std::to_string(i), "wrong", {}, "10.0.1." + std::to_string(i)),
            [&](const std::exception_ptr&, const Result<SignedIn>& outcome) {
                refused += outcome.error().code == Errc::unavailable ? 1 : 0;
            });
    io.restart();
    io.run();
    BOOST_TEST(refused > 0);
    BOOST_TEST(refused <= 10);
    BOOST_TEST(sign_in("sato", "correct horse").has_value()); // And all is well again.
}

BOOST_AUTO_TEST_CASE(a_person_changes_their_password_and_stays_signed_in_here_only)
{
    const auto here = sign_in("sato", "correct horse");
    const auto elsewhere = sign_in("sato", "correct horse", "10.0.0.2");
    const auto change = [&](std::string old_password, std::string new_password) {
        return test::run_coro(
            io, people->change_password(here->token, old_password, new_password, "10.0.0.1"));
    };
    BOOST_TEST((change("wrong horse", "another horse").error().code == Errc::unauthenticated));
    BOOST_TEST((change("correct horse", "short").error().code == Errc::invalid_input));
    BOOST_TEST(change("correct horse", "another horse").has_value());
    BOOST_TEST(find(here->token).has_value());
    BOOST_TEST(!find(elsewhere->token).has_value());
    BOOST_TEST(sign_in("sato", "another horse").has_value());
}

BOOST_AUTO_TEST_CASE(the_oldest_sign_ins_of_a_person_end_when_there_are_too_many)
{
    const auto look = [](storage::Session& session) {
        return storage::find_person(session, "sato");
    };
    const storage::Person person = database->read_and_wait(look).value().value();
    for (int i = 0; i <= storage::sign_ins_max; ++i)
    {
        storage::SignInRow row;
        row.token_hash = "token-" + std::to_string(i);
        row.person_id = person.id;
        row.created_at = clock.time + std::chrono::seconds{i};
        row.expires_at = clock.time + 1h;
        const auto add = [&](storage::Session& session) {
            return storage::add_sign_in(session, row);
        };
        database->write_and_wait(add).value();
    }
    const auto is_there = [&](const std::string& hash) {
        const auto find = [&](storage::Session& session) {
            return storage::find_sign_in(session, hash, clock.time);
        };
        return database->read_and_wait(find).value().has_value();
    };
    BOOST_TEST(!is_there("token-0"));
    BOOST_TEST(is_there("token-1"));
    BOOST_TEST(is_there("token-" + std::to_string(storage::sign_ins_max)));
}

BOOST_AUTO_TEST_CASE(a_sign_in_ends_after_idle_time_and_use_prolongs_it)
{
    const auto made = sign_in("sato", "correct horse");
    clock.time += SignIns::idle_max - 1ms;
    BOOST_TEST(find(made->token).has_value()); // Prolongs.
    clock.time += SignIns::idle_max - 1ms;
    BOOST_TEST(find(made->token).has_value());
    clock.time += SignIns::idle_max;
    BOOST_TEST((find(made->token).error().code == Errc::unauthenticated));
}

BOOST_AUTO_TEST_CASE(no_use_prolongs_a_sign_in_for_ever)
{
    const auto made = sign_in("sato", "correct horse");
    const Timestamp begun = clock.time;
    while (clock.time - begun < SignIns::age_max - 6h)
    {
        BOOST_TEST_REQUIRE(find(made->token).has_value());
        clock.time += 6h;
    }
    clock.time = begun + SignIns::age_max;
    BOOST_TEST(!find(made->token).has_value());
}

BOOST_AUTO_TEST_CASE(signing_out_a_new_password_and_disabling_end_sign_ins)
{
    const auto first = sign_in("sato", "correct horse");
    BOOST_TEST(test::run_coro(io, people->sign_out(first->token)).has_value());
    BOOST_TEST(!find(first->token).has_value());

    const auto second = sign_in("sato", "correct horse");
    BOOST_TEST(
        test::run_coro(io, people->set_password("sato", "another horse", "mori")).has_value());
    BOOST_TEST(!find(second->token).has_value());
    BOOST_TEST(!sign_in("sato", "correct horse").has_value());

    const auto third = sign_in("sato", "another horse");
    BOOST_TEST_REQUIRE(third.has_value());
    auto disable = [](storage::Session& session) {
        return storage::set_disabled(session, "sato", true);
    };
    // Nobody else could let anybody in again.
    BOOST_TEST((database->write_and_wait(disable).error().code == Errc::conflict));
    BOOST_TEST(find(third->token).has_value());
    add("mori", "k7Qp-x2m", Role::administrator).value();
    BOOST_TEST(database->write_and_wait(disable).has_value());
    BOOST_TEST(!find(third->token).has_value());
    BOOST_TEST(!sign_in("sato", "another horse").has_value());
}

BOOST_AUTO_TEST_CASE(names_are_taken_once_and_passwords_have_a_least_length)
{
    BOOST_TEST(add("suzuki", "k7Qp-x2m").has_value());
    BOOST_TEST((add("SUZUKI", "k7Qp-x2m").error().code == Errc::conflict));
    BOOST_TEST((add("kato", "k7Qp-x2").error().code == Errc::invalid_input));
    BOOST_TEST((add("", "k7Qp-x2m").error().code == Errc::invalid_input));
    BOOST_TEST((add("ka to", "k7Qp-x2m").error().code == Errc::invalid_input));
}

BOOST_AUTO_TEST_CASE(people_are_of_the_sites_they_were_given_and_of_known_ones_only)
{
    BOOST_TEST(
        (add("kato", "k7Qp-x2m", Role::viewer, {SiteId{"moon"}}).error().code
         == Errc::invalid_input));
    BOOST_TEST(!sign_in("kato", "k7Qp-x2m").has_value());
    BOOST_TEST(add("kato", "k7Qp-x2m", Role::viewer, {}).has_value());
    const auto nowhere = sign_in("kato", "k7Qp-x2m");
    BOOST_TEST_REQUIRE(nowhere.has_value());
    BOOST_TEST(nowhere->principal.sites.empty());
    BOOST_TEST(!nowhere->principal.sees_all());
    BOOST_TEST(sign_in("sato", "correct horse")->principal.sees_all());
    auto demote = [](storage::Session& session) {
        return storage::set_role(session, "sato", "viewer", {root_site()});
    };
    BOOST_TEST((database->write_and_wait(demote).error().code == Errc::conflict));
    auto promote = [](storage::Session& session) {
        return storage::set_role(session, "KATO", "administrator", {root_site(), root_site()});
    };
    BOOST_TEST(database->write_and_wait(promote).has_value());
    BOOST_TEST(find(nowhere->token)->sees_all());
    BOOST_TEST(database->write_and_wait(demote).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::people
