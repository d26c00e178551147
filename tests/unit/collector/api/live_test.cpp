#include "collector/api/live.hpp"
#include "tests/support/run_coro.hpp"
#include "tests/unit/collector/api/api_fixture.hpp"

namespace mimamori::collector::api {
namespace {

using namespace test;
using people::Role;

struct LiveSite : ApiSite
{
    LiveSite()
    {
        LiveFeed::Limits limits;
        limits.streams_of_person = 2;
        limits.streams = 3;
        limits.look_every = std::chrono::milliseconds{50};
        limits.still_here_every = std::chrono::seconds{1};
        services->live = std::make_shared<LiveFeed>(limits);
    }

    http::Response open(const Browser& who)
    {
        http::Request request;
        request.method = http::Method::get;
        request.path = "/api/v1/live";
        request.headers.add("Cookie", who.cookie);
        return mimamori::test::run_coro(io, get_live(request, *services));
    }

    /// The next piece that is sent; "(end)" at the end.
    std::string next(http::Response& response)
    {
        std::optional<std::string> piece;
        do
            piece = mimamori::test::run_coro(io, response.stream->next());
        while (piece && piece->empty());
        return piece ? *piece : "(end)";
    }

    /// The next piece that tells something.
    std::string next_change(http::Response& response)
    {
        for (int i = 0; i < 100; ++i)
        {
            std::string piece = next(response);
            if (piece.front() != ':')
                return piece;
        }
        return "(nothing)";
    }

    void add_finding(const std::string& id, const SiteId& site)
    {
        const auto device = add_device(id);
        move_device(device, site);
        put(device, "antivirus", judge::test::antivirus(clock.now() - 30 * 24h));
        judge(device);
    }
};

constexpr const char* still_here = ": still here\n\n";

BOOST_FIXTURE_TEST_SUITE(live, LiveSite)

BOOST_AUTO_TEST_CASE(a_page_is_told_that_findings_changed_and_that_the_collector_is_still_there)
{
    const auto sato = signed_in(Role::operator_);
    auto stream = open(sato);
    BOOST_TEST(stream.content_type == "text/event-stream");
    BOOST_TEST(next(stream).find("event: open") != std::string::npos);
    BOOST_TEST(next(stream) == still_here);
    add_finding("PC-1", people::root_site());
    BOOST_TEST(next_change(stream) == "event: change\ndata: findings\n\n");
    BOOST_TEST(next(stream) == still_here);
}

BOOST_AUTO_TEST_CASE(who_is_not_signed_in_hears_nothing_and_a_stream_ends_with_the_sign_in)
{
    BOOST_TEST(mimamori::http::to_number(open(browser()).status) == 401U);
    auto sato = signed_in(Role::viewer);
    auto stream = open(sato);
    next(stream);
    BOOST_TEST(next(stream) == still_here);
    BOOST_TEST(sato.remove("/api/v1/session").status == 204U);
    BOOST_TEST(next(stream) == "(end)");
}

BOOST_AUTO_TEST_CASE(who_may_see_one_site_is_not_told_that_another_changed)
{
    const SiteId own = add_site("own");
    const SiteId foreign = add_site("foreign");
    add_person("suzuki", Role::department, {own});
    Browser suzuki = browser();
    BOOST_TEST_REQUIRE(suzuki.sign_in("suzuki").status == 200U);
    auto stream = open(suzuki);
    next(stream);
    add_finding("THEIRS", foreign);
    BOOST_TEST(next(stream) == still_here);
    BOOST_TEST(next(stream) == still_here);
    add_finding("OURS", own);
    BOOST_TEST(next_change(stream) == "event: change\ndata: findings\n\n");
}

BOOST_AUTO_TEST_CASE(one_person_and_all_together_have_so_many_streams_and_no_more)
{
    const auto sato = signed_in(Role::operator_);
    const auto viewer = signed_in(Role::viewer);
    auto first = open(sato);
    auto second = open(sato);
    const auto status = [&](const Browser& who) {
        return mimamori::http::to_number(open(who).status);
    };
    BOOST_TEST(status(sato) == 204U);
    auto third = open(viewer);
    BOOST_TEST(mimamori::http::to_number(third.status) == 200U);
    BOOST_TEST(status(viewer) == 204U); // All places are taken.
    second.stream.reset();
    BOOST_TEST(status(sato) == 200U); // Given back at once.
    BOOST_TEST(status(viewer) == 200U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::api
