// What the port does against those who are slow, silent, many or unwanted; and how it stops.
#include "tests/unit/collector/http/server_fixture.hpp"

#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace mimamori::collector::http {
namespace {

BOOST_AUTO_TEST_SUITE(server_limits)

BOOST_FIXTURE_TEST_CASE(silent_connections_do_not_keep_others_from_being_served, Running)
{
    options.limits.handshakes_max = 2;
    options.limits.first_byte = 1500ms;
    start();
    std::vector<std::unique_ptr<test::TlsClient>> silent;
    for (int i = 0; i < 300; ++i)
        silent.push_back(std::make_unique<test::TlsClient>(server->endpoint(), as("")));
    for (int i = 0; i < 5; ++i)
        BOOST_TEST(status_of(connect()->ask(post("/agent/v1/report", "{}"))) == 200u);
    BOOST_TEST(eventually([&] { return server->counters().accepted == 305; }));
    // They are cut when their time is over, and the log says so a few times.
    BOOST_TEST(eventually([&] { return server->counters().connections == 0; }));
    BOOST_TEST(logged("agent port: 127.0.0.1: nothing came in time"));
    BOOST_TEST(server->counters().refused >= 300u);
    BOOST_TEST(lines.lines().size() < 30u);
}

BOOST_FIXTURE_TEST_CASE(half_handshakes_block_the_slots_only_until_their_deadline, Running)
{
    options.limits.handshakes_max = 2;
    options.limits.handshake = 300ms;
    thread_count = 1;
    start();
    std::vector<std::unique_ptr<test::TlsClient>> half;
    for (int i = 0; i < 6; ++i)
    {
        half.push_back(std::make_unique<test::TlsClient>(server->endpoint(), as("")));
        // The beginning of a ClientHello.
        asio::write(half.back()->socket(), asio::buffer(std::string{"\x16\x03\x01\x02\x00\x01"}));
    }
    // Six of them fill both slots three times; who waits for a slot that long is cut too, so a
    // client that comes later gets in.
    BOOST_TEST(eventually([&] { return server->counters().accepted == 6; }));
    BOOST_TEST(eventually([&] { return server->counters().connections == 0; }));
    BOOST_TEST(status_of(connect()->ask(post("/agent/v1/report", "{}"))) == 200u);
    BOOST_TEST(lines.contains("tls handshake: the other side took too long"));
}

BOOST_FIXTURE_TEST_CASE(more_handshakes_than_slots_all_succeed_in_turn, Running)
{
    options.limits.handshakes_max = 1;
    thread_count = 1;
    start();
    std::vector<std::jthread> clients;
    std::atomic<int> served{0};
    const auto client_options = as("AGENT1");
    for (int i = 0; i < 12; ++i)
        clients.emplace_back([&] {
            auto client = connect(client_options);
            served += status_of(client->ask(post("/agent/v1/report", "{}"))) == 200 ? 1 : 0;
        });
    clients.clear();
    BOOST_TEST(served == 12);
}

BOOST_FIXTURE_TEST_CASE(garbage_in_place_of_tls_is_refused_and_named, Running)
{
    start();
    test::TlsClient client{server->endpoint(), as("")};
    asio::write(client.socket(), asio::buffer(std::string{"GET / HTTP/1.1\r\nHost: x\r\n\r\n"}));
    BOOST_TEST(logged("agent port: 127.0.0.1: tls handshake: http request"));
    BOOST_TEST(eventually([&] { return server->counters().connections == 0; }));
    BOOST_TEST(status_of(connect()->ask(post("/agent/v1/report", "{}"))) == 200u);
}

BOOST_FIXTURE_TEST_CASE(a_slow_header_ends_in_408, Running)
{
    options.limits.header = 150ms;
    start();
    auto client = connect();
    BOOST_REQUIRE(client->send("POST /agent/v1/report HT").has_value());
    const auto answer = client->receive();
    BOOST_TEST(status_of(answer) == 408u);
    BOOST_TEST(client->ends());
    BOOST_TEST(logged("(agent AGENT1): refused a request: 408 the request took too long"));
}

BOOST_FIXTURE_TEST_CASE(a_slow_body_ends_in_408, Running)
{
    options.limits.body = 150ms;
    start();
    auto client = connect();
    std::string request = post("/agent/v1/report", std::string(500, 'x'));
    request.resize(request.size() - 1);
    BOOST_TEST(status_of(client->ask(request)) == 408u);
    BOOST_TEST(services.reports == 0);
    BOOST_TEST(logged("refused POST /agent/v1/report: 408"));
}

BOOST_FIXTURE_TEST_CASE(who_does_not_take_the_answer_is_cut_off, Running)
{
    options.limits.send = 300ms;
    start();
    auto client = connect();
    const asio::socket_base::receive_buffer_size small{4096};
    client->socket().set_option(small);
    std::string many;
    for (int i = 0; i < 8; ++i)
        many += get("/much");
    BOOST_REQUIRE(client->send(many).has_value());
    BOOST_TEST(logged("took no answer: tls write: the other side took too long"));
    BOOST_TEST(eventually([&] { return server->counters().connections == 0; }));
}

BOOST_FIXTURE_TEST_CASE(who_leaves_within_a_request_is_logged_and_harms_nobody, Running)
{
    start();
    auto client = connect();
    std::string request = post("/agent/v1/report", std::string(500, 'x'));
    request.resize(300);
    BOOST_REQUIRE(client->send(request).has_value());
    client->vanish();
    BOOST_TEST(logged("left within POST /agent/v1/report"));
    BOOST_TEST(services.reports == 0);
    BOOST_TEST(status_of(connect()->ask(post("/agent/v1/report", "{}"))) == 200u);
}

BOOST_FIXTURE_TEST_CASE(idle_connections_end_with_a_goodbye, Running)
{
    options.limits.idle = 200ms;
    start();
    auto client = connect();
    BOOST_TEST(status_of(client->ask(post("/agent/v1/report", "{}"))) == 200u);
    const auto end = client->read_more();
    BOOST_REQUIRE(end.has_value());
    BOOST_TEST(*end == 0u);
    BOOST_TEST(eventually([&] { return server->counters().connections == 0; }));
    BOOST_TEST(server->counters().refused == 0u);
}

BOOST_FIXTURE_TEST_CASE(strangers_get_so_many_requests_a_minute_and_agents_any, Running)
{
    options.limits.anonymous_requests_per_minute = 5;
    thread_count = 1;
    start();
    auto stranger = connect("");
    for (int i = 0; i < 5; ++i)
        BOOST_TEST(status_of(stranger->ask(post("/agent/v1/enroll", "{}"))) == 200u);
    const auto sixth = stranger->ask(post("/agent/v1/enroll", "{}"));
    BOOST_TEST(status_of(sixth) == 429u);
    BOOST_TEST(sixth->headers["Retry-After"] == "60");
    BOOST_TEST(status_of(connect("")->ask(post("/agent/v1/enroll", "{}"))) == 429u);
    auto agent = connect();
    for (int i = 0; i < 20; ++i)
        BOOST_TEST(status_of(agent->ask(post("/agent/v1/enroll", "{}"))) == 200u);
}

BOOST_FIXTURE_TEST_CASE(one_address_cannot_hold_all_waiting_places, Running)
{
    options.limits.pending_per_address_max = 3;
    thread_count = 1;
    start();
    std::vector<std::unique_ptr<test::TlsClient>> strangers;
    for (int i = 0; i < 3; ++i)
        strangers.push_back(connect(""));
    test::TlsClient fourth{server->endpoint(), as("AGENT1")};
    BOOST_TEST(!fourth.shake_hands().has_value());
    BOOST_TEST(logged("too many connections of this address"));
    strangers.pop_back();
    // An agent leaves the waiting places once it is known.
    BOOST_TEST(eventually([&] { return server->counters().connections == 2; }));
    std::vector<std::unique_ptr<test::TlsClient>> agents;
    for (int i = 0; i < 5; ++i)
    {
        agents.push_back(connect());
        BOOST_TEST(status_of(agents.back()->ask(post("/agent/v1/report", "{}"))) == 200u);
    }
}

BOOST_FIXTURE_TEST_CASE(the_longest_silent_one_makes_room_for_who_comes, Running)
{
    options.limits.pending_max = 4;
    options.limits.first_byte = 60s;
    thread_count = 1;
    start();
    std::vector<std::unique_ptr<test::TlsClient>> silent;
    for (int i = 0; i < 4; ++i)
        silent.push_back(std::make_unique<test::TlsClient>(server->endpoint(), as("")));
    BOOST_TEST(eventually([&] { return server->counters().connections == 4; }));
    BOOST_TEST(status_of(connect()->ask(post("/agent/v1/report", "{}"))) == 200u);
    BOOST_TEST(logged("silent, and others wait"));
}

BOOST_FIXTURE_TEST_CASE(connections_above_the_limit_are_turned_away, Running)
{
    options.limits.connections_max = 2;
    thread_count = 1;
    start();
    auto first = connect();
    auto second = connect();
    test::TlsClient third{server->endpoint(), as("AGENT1")};
    BOOST_TEST(!third.shake_hands().has_value());
    BOOST_TEST(logged("too many connections"));
    BOOST_TEST(status_of(first->ask(post("/agent/v1/report", "{}"))) == 200u);
}

BOOST_FIXTURE_TEST_CASE(bodies_in_hand_have_a_common_limit, Running)
{
    options.limits.bodies_in_hand_max_bytes = 1500;
    thread_count = 1;
    start();
    auto slow = connect();
    std::string request = post("/agent/v1/report", std::string(1000, 'x'));
    const std::string last = request.substr(request.size() - 1);
    request.pop_back();
    BOOST_REQUIRE(slow->send(request).has_value());
    // Another body is refused while the first is under way, and taken afterwards.
    BOOST_TEST(eventually([&] {
        return status_of(connect()->ask(post("/agent/v1/report", std::string(600, 'x')))) == 503;
    }));
    BOOST_TEST(status_of(connect()->ask(post("/agent/v1/report", std::string(300, 'x')))) == 200u);
    BOOST_TEST(status_of(slow->ask(last)) == 200u);
    BOOST_TEST(status_of(connect()->ask(post("/agent/v1/report", std::string(600, 'x')))) == 200u);
}

BOOST_FIXTURE_TEST_CASE(revoking_an_agent_closes_its_connections_and_no_other, Running)
{
    start();
    auto idle = connect("LOST");
    auto busy = connect("LOST");
    auto other = connect("FOUND");
    for (auto* client : {idle.get(), busy.get(), other.get()})
        BOOST_TEST(status_of(client->ask(post("/agent/v1/report", "{}"))) == 200u);
    BOOST_REQUIRE(busy->send(get("/later/3600000")).has_value());
    BOOST_TEST(eventually([&] { return services.waiting == 1; }));

    server->close_agent(AgentId{"LOST"});
    BOOST_TEST(idle->ends());
    BOOST_TEST(busy->ends());
    BOOST_TEST(eventually([&] { return services.waiting == 0; }));
    BOOST_TEST(services.cancelled);
    BOOST_TEST(status_of(other->ask(post("/agent/v1/report", "{}"))) == 200u);
    BOOST_TEST(eventually([&] { return server->counters().connections == 1; }));
}

BOOST_FIXTURE_TEST_CASE(new_connections_get_the_new_certificate, Running)
{
    start();
    auto before = connect();
    auto renewed = pki().agent_port();
    renewed.identity = pki().server({{"renewed.test"}, {"127.0.0.1"}});
    server->replace_context(tls::Context::agent_port(renewed).value());
    BOOST_TEST(
        eventually([&] { return connect()->connection().peer()->common_name == "renewed.test"; }));
    BOOST_TEST(status_of(before->ask(post("/agent/v1/report", "{}"))) == 200u);
}

BOOST_FIXTURE_TEST_CASE(a_stop_lets_requests_in_hand_be_answered, Running)
{
    start();
    auto idle = connect();
    auto busy = connect();
    BOOST_REQUIRE(busy->send(get("/later/400")).has_value());
    BOOST_TEST(eventually([&] { return services.waiting == 1; }));
    BOOST_TEST(stop(10s));
    const auto answer = busy->receive();
    BOOST_TEST(status_of(answer) == 200u);
    BOOST_TEST(answer->headers["Connection"] == "close");
    BOOST_TEST(idle->ends());
    BOOST_TEST(!services.cancelled);
}

BOOST_FIXTURE_TEST_CASE(a_stop_cancels_what_takes_longer_than_the_grace, Running)
{
    start();
    auto busy = connect();
    BOOST_REQUIRE(busy->send(get("/later/3600000")).has_value());
    BOOST_TEST(eventually([&] { return services.waiting == 1; }));
    BOOST_TEST(stop(200ms));
    BOOST_TEST(services.cancelled);
    BOOST_TEST(busy->ends());
}

BOOST_FIXTURE_TEST_CASE(a_stop_ends_streams_at_once, Running)
{
    start_web();
    auto client = connect("");
    BOOST_REQUIRE(client->send(get("/ticks/3")).has_value());
    while (client->held().find("data: 3") == std::string::npos)
        BOOST_REQUIRE(client->read_more().has_value());
    // A stream that waited for the end of the grace would take an hour.
    BOOST_TEST(stop(1h));
    BOOST_TEST(services.waiting == 0);
}

BOOST_FIXTURE_TEST_CASE(a_stop_with_connections_in_every_state_leaves_nothing, Running)
{
    start();
    std::vector<std::unique_ptr<test::TlsClient>> clients;
    for (int i = 0; i < 20; ++i)
    {
        clients.push_back(std::make_unique<test::TlsClient>(server->endpoint(), as("")));
        if (i % 2 == 0)
            asio::write(clients.back()->socket(), asio::buffer(std::string{"\x16\x03\x01\x02"}));
        clients.push_back(connect());
        if (i % 2 == 0)
            BOOST_TEST(clients.back()->send("POST /agent/v1/re").has_value());
    }
    BOOST_TEST(stop(100ms));
    BOOST_TEST(server->counters().connections == 0u);
}

BOOST_FIXTURE_TEST_CASE(a_port_in_use_is_an_error_that_names_it, Running)
{
    start();
    options.endpoint = server->endpoint();
    const auto second =
        Server::listen(*threads, options, tls::Context::agent_port(port).value(), router);
    BOOST_TEST((second.error().code == Errc::io));
    BOOST_TEST(
        second.error().message.find(std::to_string(options.endpoint.port())) != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::http
