// What the port lets in, and what it answers.
#include "collector/http/gate.hpp"
#include "common/http/deflate.hpp"
#include "tests/unit/collector/http/server_fixture.hpp"

#include <boost/test/unit_test.hpp>
#include <openssl/ssl.h>

#include <set>

namespace mimamori::collector::http {
namespace {

using mimamori::http::deflate;
using mimamori::http::Packing;

BOOST_AUTO_TEST_SUITE(server)

BOOST_FIXTURE_TEST_CASE(a_handler_knows_who_is_speaking_by_the_certificate, Running)
{
    start();
    auto client = connect("AGENT7");
    const auto answer = client->ask(post("/agent/v1/report", "{}"));
    BOOST_TEST(status_of(answer) == 200u);
    BOOST_TEST(answer->body == "AGENT7 2 {}");
    BOOST_TEST(answer->headers["Content-Length"] == "11");
    BOOST_TEST(!answer->headers.has("Date"));
}

BOOST_FIXTURE_TEST_CASE(many_requests_share_one_connection, Running)
{
    start();
    auto client = connect();
    for (int i = 0; i < 50; ++i)
        BOOST_TEST(status_of(client->ask(post("/agent/v1/report", "{}"))) == 200u);
    BOOST_TEST(services.reports == 50);
    BOOST_TEST(server->counters().accepted == 1u);
    BOOST_TEST(server->counters().requests == 50u);
}

BOOST_FIXTURE_TEST_CASE(requests_sent_at_once_are_answered_in_order, Running)
{
    start();
    auto client = connect();
    std::string all;
    for (int i = 0; i < 200; ++i)
        all += get("/hello/" + std::to_string(i));
    BOOST_REQUIRE(client->send(all).has_value());
    for (int i = 0; i < 200; ++i)
        BOOST_TEST(client->receive()->body == "hello " + std::to_string(i));
}

BOOST_FIXTURE_TEST_CASE(without_a_certificate_only_the_open_routes_answer, Running)
{
    start();
    auto stranger = connect("");
    BOOST_TEST(status_of(stranger->ask(post("/agent/v1/enroll", "{}"))) == 200u);
    const auto refused = stranger->ask(post("/agent/v1/report", "{}"));
    BOOST_TEST(status_of(refused) == 401u);
    BOOST_TEST(refused->headers["Content-Type"] == "application/problem+json");
    BOOST_TEST(
        refused->body
        == R"({"type":"about:blank","title":"Unauthorized","status":401,)"
           R"("code":"certificate_required"})");
    BOOST_TEST(services.reports == 1);
    BOOST_TEST(logged("agent port: 127.0.0.1: refused POST /agent/v1/report: 401 no client"));
}

BOOST_FIXTURE_TEST_CASE(an_expired_certificate_is_good_for_renewal_only, Running)
{
    start();
    auto client = pki().client();
    client.identity = pki().agent("OLD", test::days_around_now(100, -5));
    auto old = connect(client);
    BOOST_TEST(status_of(old->ask(post("/agent/v1/renew", "{}"))) == 200u);
    const auto refused = old->ask(post("/agent/v1/report", "{}"));
    BOOST_TEST(status_of(refused) == 403u);
    BOOST_TEST(refused->body.find("certificate_expired") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_certificate_that_expires_on_a_kept_connection_is_noticed, Running)
{
    std::atomic<std::int64_t> now_ms{to_ms(test::pki_now())};
    options.now = [&] { return from_ms(now_ms); };
    start();
    auto client = connect();
    BOOST_TEST(status_of(client->ask(post("/agent/v1/report", "{}"))) == 200u);
    now_ms = to_ms(test::pki_now() + 80 * 24h - 1s);
    BOOST_TEST(status_of(client->ask(post("/agent/v1/report", "{}"))) == 200u);
    now_ms = to_ms(test::pki_now() + 80 * 24h);
    BOOST_TEST(status_of(client->ask(post("/agent/v1/report", "{}"))) == 403u);
}

BOOST_FIXTURE_TEST_CASE(an_agent_of_another_site_is_refused_and_named_in_the_log, Running)
{
    start();
    const test::TestPki other;
    auto client = pki().client();
    client.identity = other.agent("AGENT1");
    auto stranger = connect(client);
    const auto answer = stranger->ask(post("/agent/v1/report", "{}"));
    BOOST_TEST((answer.error().code == Errc::unauthenticated));
    BOOST_TEST(logged("agent port: 127.0.0.1: tls handshake: certificate of \"AGENT1\" issued"));
    BOOST_TEST(services.reports == 0);
}

BOOST_FIXTURE_TEST_CASE(a_revoked_agent_is_refused_and_named_in_the_log, Running)
{
    port.check = [](const tls::CertificateInfo& leaf) -> Result<void> {
        if (leaf.common_name == "LOST")
            return Error{Errc::forbidden, "revoked"};
        return Result<void>{};
    };
    start();
    auto lost = connect("LOST");
    BOOST_TEST((lost->ask(post("/agent/v1/report", "{}")).error().code == Errc::unauthenticated));
    BOOST_TEST(logged("127.0.0.1: tls handshake: certificate of \"LOST\": revoked"));
    BOOST_TEST(status_of(connect("FOUND")->ask(post("/agent/v1/report", "{}"))) == 200u);
}

/// Whether a plain OpenSSL client that knows at most `version` gets through.
bool connects_with(int version, const asio::ip::tcp::endpoint& endpoint)
{
    asio::io_context io;
    asio::ip::tcp::socket socket{io};
    socket.connect(endpoint);
    SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_max_proto_version(context, version);
    SSL_CTX_set_security_level(context, 0);
    SSL* const ssl = SSL_new(context);
    SSL_set_fd(ssl, socket.native_handle());
    const bool connected = SSL_connect(ssl) == 1;
    SSL_free(ssl);
    SSL_CTX_free(context);
    return connected;
}

BOOST_FIXTURE_TEST_CASE(the_agents_port_speaks_tls_1_3_only, Running)
{
    start();
    BOOST_TEST(!connects_with(TLS1_2_VERSION, server->endpoint()));
    BOOST_TEST(connects_with(TLS1_3_VERSION, server->endpoint()));
    BOOST_TEST(logged("tls handshake: unsupported protocol"));
}

BOOST_FIXTURE_TEST_CASE(the_web_port_speaks_tls_1_2_and_1_3, Running)
{
    start_web();
    BOOST_TEST(!connects_with(TLS1_1_VERSION, server->endpoint()));
    BOOST_TEST(connects_with(TLS1_2_VERSION, server->endpoint()));
    BOOST_TEST(connects_with(TLS1_3_VERSION, server->endpoint()));
}

BOOST_FIXTURE_TEST_CASE(unknown_paths_and_methods_are_told_apart, Running)
{
    start();
    auto client = connect();
    BOOST_TEST(status_of(client->ask(get("/nowhere"))) == 404u);
    const auto wrong = client->ask(get("/agent/v1/report"));
    BOOST_TEST(status_of(wrong) == 405u);
    BOOST_TEST(wrong->headers["Allow"] == "POST");
    const auto odd = client->ask("BREW /hello/you HTTP/1.1\r\nHost: x\r\n\r\n");
    BOOST_TEST(status_of(odd) == 405u);
    BOOST_TEST(odd->headers["Allow"] == "GET, HEAD");
}

BOOST_FIXTURE_TEST_CASE(head_is_get_without_the_body, Running)
{
    start();
    auto client = connect();
    const auto answer = client->ask("HEAD /hello/you HTTP/1.1\r\nHost: x\r\n\r\n", Method::head);
    BOOST_TEST(status_of(answer) == 200u);
    BOOST_TEST(answer->headers["Content-Length"] == "9");
    BOOST_TEST(client->ask(get("/hello/again"))->body == "hello again");
}

BOOST_FIXTURE_TEST_CASE(a_body_of_exactly_the_limit_is_taken_and_one_byte_more_is_not, Running)
{
    start();
    auto client = connect();
    BOOST_TEST(status_of(client->ask(post("/agent/v1/report", std::string(999, 'x')))) == 200u);
    BOOST_TEST(status_of(client->ask(post("/agent/v1/report", std::string(1000, 'x')))) == 200u);
    const auto above = client->ask(post("/agent/v1/report", std::string(1001, 'x')));
    BOOST_TEST(status_of(above) == 413u);
    BOOST_TEST(above->headers["Connection"] == "close");
    BOOST_TEST(client->ends());
    BOOST_TEST(services.reports == 2);
    BOOST_TEST(logged("(agent AGENT1): refused POST /agent/v1/report: 413 a body of 1001 bytes"));
}

std::string chunked(const std::string& path, const std::vector<std::string>& pieces)
{
    std::string request = "POST " + path
                          + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                            "Transfer-Encoding: chunked\r\n\r\n";
    for (const std::string& piece : pieces)
        request += fmt::format("{:x}\r\n{}\r\n", piece.size(), piece);
    return request + "0\r\n\r\n";
}

BOOST_FIXTURE_TEST_CASE(a_body_in_chunks_has_the_same_limit, Running)
{
    start();
    auto client = connect();
    const std::string half(500, 'x');
    const auto whole = client->ask(chunked("/agent/v1/report", {half, half}));
    BOOST_TEST(whole->body.starts_with("AGENT1 1000 x"));
    BOOST_TEST(status_of(client->ask(chunked("/agent/v1/report", {half, half, "x"}))) == 413u);
}

BOOST_FIXTURE_TEST_CASE(a_stranger_gets_less_room_than_the_route_gives, Running)
{
    options.limits.anonymous_body_size_max = 100;
    options.limits.anonymous_header_size_max = 512;
    start();
    BOOST_TEST(
        status_of(connect("")->ask(post("/agent/v1/enroll", std::string(100, 'x')))) == 200u);
    BOOST_TEST(
        status_of(connect("")->ask(post("/agent/v1/enroll", std::string(101, 'x')))) == 413u);
    BOOST_TEST(status_of(connect()->ask(post("/agent/v1/enroll", std::string(101, 'x')))) == 200u);
    const std::string long_field = "X: " + std::string(600, 'x') + "\r\n";
    BOOST_TEST(status_of(connect("")->ask(get("/hello/you", long_field))) == 431u);
    BOOST_TEST(status_of(connect()->ask(get("/hello/you", long_field))) == 200u);
}

BOOST_FIXTURE_TEST_CASE(a_header_that_is_too_large_is_refused, Running)
{
    options.limits.header_size_max = 1000;
    start();
    // Request line, host and the empty line take 36 bytes, the field its name, colon and end 5.
    const auto request = [](std::size_t size) {
        return get("/hello/you", "X: " + std::string(size - 36 - 5, 'x') + "\r\n");
    };
    BOOST_REQUIRE(request(1000).size() == 1000u);
    BOOST_TEST(status_of(connect()->ask(request(1000))) == 200u);
    const auto above = connect()->ask(request(1001));
    BOOST_TEST(status_of(above) == 431u);
    BOOST_TEST(above->headers["Connection"] == "close");
    BOOST_TEST(status_of(connect()->ask(request(200'000))) == 431u);
}

BOOST_FIXTURE_TEST_CASE(what_is_not_http_is_refused_with_400, Running)
{
    start();
    for (const std::string garbage :
         {"\x16\x03\x01 garbage\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/1.1\r\nHost x\r\n\r\n",
          "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
          "GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n",
          "POST /hello/x HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n"
          "Transfer-Encoding: chunked\r\n\r\n"})
    {
        auto client = connect();
        const auto answer = client->ask(garbage);
        BOOST_TEST(status_of(answer) == 400u, garbage);
        BOOST_TEST(client->ends());
    }
    BOOST_TEST(status_of(connect()->ask("GET / HTTP/2.0\r\nHost: x\r\n\r\n")) == 505u);
    BOOST_TEST(
        status_of(connect()->ask(
            "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"))
        == 501u);
    BOOST_TEST(status_of(connect()->ask(get("/" + std::string(5000, 'a')))) == 414u);
}

BOOST_FIXTURE_TEST_CASE(a_packed_body_arrives_unpacked, Running)
{
    start();
    auto client = connect();
    const std::string plain(50'000, 'a');
    const std::string json = "Content-Type: application/json\r\n";
    for (const auto& [name, packing] :
         {std::pair{"deflate", Packing::deflate}, std::pair{"gzip", Packing::gzip}})
    {
        const std::string fields = json + "Content-Encoding: " + name + "\r\n";
        const auto answer = client->ask(post("/agent/v1/report", deflate(plain, packing), fields));
        BOOST_TEST(answer->body.starts_with("AGENT1 50000 aaaa"), name);
    }
}

BOOST_FIXTURE_TEST_CASE(a_bomb_is_refused_and_the_connection_lives_on, Running)
{
    start();
    auto client = connect();
    const std::string fields = "Content-Type: application/json\r\nContent-Encoding: deflate\r\n";
    const auto send = [&](std::size_t size) {
        return client->ask(
            post("/agent/v1/report", deflate(std::string(size, 'a'), Packing::deflate), fields));
    };
    BOOST_TEST(status_of(send(100'000)) == 200u);
    BOOST_TEST(status_of(send(100'001)) == 413u);
    BOOST_TEST(status_of(send(900'000)) == 413u);
    BOOST_TEST(status_of(send(10)) == 200u);
    BOOST_TEST(services.reports == 2);
    BOOST_TEST(logged("413 unpacked body too large"));
}

BOOST_FIXTURE_TEST_CASE(a_body_packed_wrongly_is_refused_with_the_reason, Running)
{
    start();
    auto client = connect();
    const std::string json = "Content-Type: application/json\r\n";
    const std::string packed = deflate("{}", Packing::deflate);
    const auto damaged =
        client->ask(post("/agent/v1/report", "not zlib", json + "Content-Encoding: deflate\r\n"));
    BOOST_TEST(status_of(damaged) == 400u);
    BOOST_TEST(damaged->body.find("bad_content_encoding") != std::string::npos);
    BOOST_TEST(
        status_of(client->ask(post(
            "/agent/v1/report", packed.substr(0, packed.size() - 1),
            json + "Content-Encoding: deflate\r\n")))
        == 400u);
    const auto unknown =
        client->ask(post("/agent/v1/report", packed, json + "Content-Encoding: br\r\n"));
    BOOST_TEST(status_of(unknown) == 415u);
    BOOST_TEST(unknown->headers["Accept-Encoding"] == "deflate, gzip");
    const auto unwanted =
        connect()->ask(post("/agent/v1/renew", packed, json + "Content-Encoding: deflate\r\n"));
    BOOST_TEST(status_of(unwanted) == 415u);
    BOOST_TEST(unwanted->headers["Accept-Encoding"] == "identity");
    BOOST_TEST(services.reports == 0);
}

BOOST_FIXTURE_TEST_CASE(a_body_of_another_media_type_is_refused, Running)
{
    start();
    BOOST_TEST(
        status_of(connect()->ask(post("/agent/v1/report", "a=b", "Content-Type: text/plain\r\n")))
        == 415u);
    BOOST_TEST(status_of(connect()->ask(post("/agent/v1/report", "{}", ""))) == 415u);
    BOOST_TEST(
        status_of(connect()->ask(
            post("/agent/v1/report", "{}", "Content-Type: Application/JSON; charset=utf-8\r\n")))
        == 200u);
}

BOOST_FIXTURE_TEST_CASE(a_client_that_asks_first_is_told_to_go_on_or_not, Running)
{
    start();
    auto client = connect();
    const std::string fields =
        "Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: ";
    const std::string head = "POST /agent/v1/report HTTP/1.1\r\nHost: x\r\n" + fields;
    BOOST_TEST(status_of(client->ask(head + "2\r\n\r\n")) == 100u);
    BOOST_TEST(status_of(client->ask("{}")) == 200u);
    BOOST_TEST(status_of(client->ask(head + "2000\r\n\r\n")) == 413u);
}

BOOST_FIXTURE_TEST_CASE(a_handler_that_throws_costs_one_answer_and_says_nothing, Running)
{
    start();
    auto client = connect();
    const auto answer = client->ask(get("/fail"));
    BOOST_TEST(status_of(answer) == 500u);
    BOOST_TEST(answer->body.find("secret") == std::string::npos);
    BOOST_TEST(logged("refused GET /fail: 500 secret detail"));
    BOOST_TEST(status_of(client->ask(get("/hello/you"))) == 200u);
}

BOOST_FIXTURE_TEST_CASE(http_1_0_gets_its_answer_and_the_end, Running)
{
    start();
    auto client = connect();
    const auto answer = client->ask("GET /hello/you HTTP/1.0\r\n\r\n");
    BOOST_TEST(answer->body == "hello you");
    BOOST_TEST(answer->headers["Connection"] == "close");
    BOOST_TEST(client->ends());
}

BOOST_FIXTURE_TEST_CASE(an_answer_larger_than_any_buffer_arrives_whole, Running)
{
    start();
    auto client = connect();
    const auto answer = client->ask(get("/much"));
    BOOST_TEST((answer->body == std::string(3'000'000, 'x')));
    BOOST_TEST(status_of(client->ask(get("/hello/you"))) == 200u);
}

BOOST_FIXTURE_TEST_CASE(a_stream_comes_in_pieces_and_its_connection_is_kept, Running)
{
    start_web();
    auto client = connect("");
    const auto answer = client->ask(get("/ticks/2"));
    BOOST_TEST(answer->headers["Transfer-Encoding"] == "chunked");
    BOOST_TEST(answer->headers["Content-Type"] == "text/event-stream");
    BOOST_TEST(answer->body == "data: 1\n\ndata: 2\n\n");
    BOOST_TEST(status_of(client->ask(get("/hello/you"))) == 200u);
}

BOOST_FIXTURE_TEST_CASE(a_stream_with_nothing_to_say_ends_when_its_page_is_closed, Running)
{
    start_web();
    auto stays = connect("");
    auto leaves = connect("");
    auto vanishes = connect("");
    for (const auto* client : {&stays, &leaves, &vanishes})
        BOOST_REQUIRE((*client)->send(get("/quiet")).has_value());
    BOOST_TEST(eventually([&] { return services.waiting == 3; }));
    leaves->connection().try_goodbye();
    BOOST_TEST(eventually([&] { return services.waiting == 2; }));
    vanishes->vanish();
    BOOST_TEST(eventually([&] { return services.waiting == 1; }));
    BOOST_TEST(stop(1h));
    BOOST_TEST(services.waiting == 0);
}

BOOST_FIXTURE_TEST_CASE(every_answer_of_the_web_port_carries_the_security_headers, Running)
{
    start_web();
    auto client = connect("");
    for (const std::string path : {"/hello/you", "/nowhere"})
    {
        const auto answer = client->ask(get(path));
        const std::string policy{answer->headers["Content-Security-Policy"]};
        BOOST_TEST(policy.starts_with("default-src 'none'; script-src 'self'"));
        BOOST_TEST(policy.find("trusted-types 'none'") != std::string::npos);
        BOOST_TEST(answer->headers["X-Content-Type-Options"] == "nosniff");
        BOOST_TEST(answer->headers["Referrer-Policy"] == "no-referrer");
        BOOST_TEST(answer->headers["Cross-Origin-Opener-Policy"] == "same-origin");
        BOOST_TEST(answer->headers["Cache-Control"] == "no-store");
        BOOST_TEST(answer->headers["Date"] == "Sun, 22 Nov 2026 12:00:00 GMT");
    }
}

BOOST_FIXTURE_TEST_CASE(a_refusal_of_the_web_port_has_the_number_of_its_line_in_the_log, Running)
{
    start_web();
    auto client = connect("");
    std::set<std::string> numbers;
    for (int i = 0; i < 2; ++i)
    {
        const auto refused = client->ask(get("/nowhere"));
        const std::string number{refused->headers["X-Request-Id"]};
        BOOST_TEST(number.size() == 8U);
        BOOST_TEST(lines.contains("refused GET /nowhere: 404"));
        BOOST_TEST(lines.contains("(number " + number + ")"));
        numbers.insert(number);
    }
    BOOST_TEST(numbers.size() == 2U);
    // What is in order has none, and neither has what the log has no room for.
    BOOST_TEST(!client->ask(get("/hello/you"))->headers.has("X-Request-Id"));
    for (std::size_t i = 2; i < RefusalLog::lines_per_sender_and_minute; ++i)
        BOOST_TEST(client->ask(get("/nowhere")).has_value());
    BOOST_TEST(!client->ask(get("/nowhere"))->headers.has("X-Request-Id"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::http
