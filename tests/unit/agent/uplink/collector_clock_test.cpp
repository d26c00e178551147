#include "agent/uplink/collector_clock.hpp"

#include <boost/test/unit_test.hpp>

namespace mimamori::agent::uplink {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp noon = from_ms(1'795'348'800'000);

struct Fixture
{
    std::chrono::steady_clock::time_point steady{};
    tls::CertificateInfo server;

    Fixture()
    {
        server.not_before = noon - 24h;
        server.not_after = noon + 90 * 24h;
    }

    CollectorClock clock(std::optional<Heard> stored = std::nullopt)
    {
        return CollectorClock{stored, [this] { return steady; }};
    }
};

BOOST_FIXTURE_TEST_SUITE(collector_clock, Fixture)

BOOST_AUTO_TEST_CASE(before_the_first_word_nothing_has_ended)
{
    const auto fresh = clock();
    BOOST_TEST(!fresh.knows());
    BOOST_TEST((fresh.now() == Timestamp{}));
    BOOST_TEST(fresh.check_server(server).has_value());
}

BOOST_AUTO_TEST_CASE(it_goes_on_with_the_running_time)
{
    auto heard = clock();
    heard.hear(noon, server);
    steady += 90min;
    BOOST_TEST((heard.now() == noon + 90min));
}

BOOST_AUTO_TEST_CASE(it_never_goes_back)
{
    auto heard = clock();
    heard.hear(noon, server);
    steady += 1h;
    heard.hear(noon + 30min, server);
    BOOST_TEST((heard.now() == noon + 1h));
    steady += 1h;
    BOOST_TEST((heard.now() == noon + 2h));
}

BOOST_AUTO_TEST_CASE(a_time_after_the_end_of_what_authenticates_it_is_not_believed)
{
    auto heard = clock();
    heard.hear(noon, server);
    heard.hear(server.not_after, server);
    BOOST_TEST((heard.now() == server.not_after));
    heard.hear(server.not_after + 1ms, server);
    BOOST_TEST((heard.now() == server.not_after));
}

BOOST_AUTO_TEST_CASE(a_server_that_began_before_a_known_one_is_refused)
{
    auto heard = clock(Heard{noon, server.not_before});
    BOOST_TEST(heard.check_server(server).has_value());
    server.not_before -= 1ms;
    BOOST_TEST((heard.check_server(server).error().code == Errc::unauthenticated));
    server.not_before += 2ms;
    heard.hear(noon, server);
    server.not_before -= 1ms;
    BOOST_TEST(heard.check_server(server).has_error());
}

BOOST_AUTO_TEST_CASE(it_is_stored_once_an_hour_and_with_each_new_certificate)
{
    auto heard = clock(Heard{noon, server.not_before});
    BOOST_TEST(!heard.to_store().has_value());
    heard.hear(noon + 1h - 1ms, server);
    BOOST_TEST(!heard.to_store().has_value());
    heard.hear(noon + 1h, server);
    BOOST_TEST((heard.to_store() == Heard{noon + 1h, server.not_before}));
    BOOST_TEST(!heard.to_store().has_value());
    server.not_before += 1ms;
    heard.hear(noon + 1h + 1ms, server);
    BOOST_TEST(heard.to_store().has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::uplink
