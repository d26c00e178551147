#include "collector/people/sign_ins.hpp"
#include "collector/storage/person_store.hpp"
#include "common/log/log.hpp"
#include "tests/support/run_coro.hpp"

#include <boost/test/unit_test.hpp>

#include <unistd.h>

#include <filesystem>

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
    std::unique_ptr<storage::Database> database;
    HandClock clock;
    asio::io_context io;
    log::Capture log;
    std::optional<SignIns> people;

    SignInsFixture()
    {
        std::filesystem::remove_all(folder);
        std::filesystem::create_directories(folder);
        storage::DatabaseOptions options;
        options.file = folder / "collector.db";
        database = storage::Database::open(options).value();
        SignIns::add_person_now(*database, "sato", "correct horse", Role::administrator, clock.time)
            .value();
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
        return test::run_coro(io, people->sign_in(std::move(name), std::move(password), from));
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
    BOOST_TEST(test::run_coro(io, people->set_password("sato", "another horse")).has_value());
    BOOST_TEST(!find(second->token).has_value());
    BOOST_TEST(!sign_in("sato", "correct horse").has_value());

    const auto third = sign_in("sato", "another horse");
    BOOST_TEST_REQUIRE(third.has_value());
    auto disable = [](storage::Session& session) {
        return storage::set_disabled(session, "sato", true);
    };
    BOOST_TEST(database->write_and_wait(disable).has_value());
    BOOST_TEST(!find(third->token).has_value());
    BOOST_TEST(!sign_in("sato", "another horse").has_value());
}

BOOST_AUTO_TEST_CASE(names_are_taken_once_and_passwords_have_a_least_length)
{
    const auto add = [&](std::string name, std::string password) {
        return test::run_coro(io, people->add_person(name, password, Role::viewer));
    };
    BOOST_TEST(add("suzuki", "12345678").has_value());
    BOOST_TEST((add("SUZUKI", "12345678").error().code == Errc::conflict));
    BOOST_TEST((add("kato", "1234567").error().code == Errc::invalid_input));
    BOOST_TEST((add("", "12345678").error().code == Errc::invalid_input));
    BOOST_TEST((add("ka to", "12345678").error().code == Errc::invalid_input));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::people
