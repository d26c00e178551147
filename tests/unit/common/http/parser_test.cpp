#include "common/http/parser.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>

namespace mimamori::http {
namespace {

using namespace std::string_literals;

constexpr std::size_t header_size_max = 500;
constexpr std::size_t body_size_max = 20;

/// What becomes of a request that comes in pieces of `piece_size` bytes.
struct Parsed
{
    RequestParser parser{header_size_max};
    std::size_t left{0}; ///< Bytes that belong to what follows.

    Parsed(std::string_view bytes, std::size_t piece_size)
    {
        std::string held;
        bool accepted = false;
        while (parser.stage() != Stage::complete && !parser.refusal())
        {
            const std::string_view piece = bytes.substr(0, piece_size);
            held += piece;
            bytes.remove_prefix(piece.size());
            held.erase(0, parser.put(held));
            if (parser.stage() == Stage::body && !accepted && !parser.refusal())
            {
                accepted = true;
                parser.accept_body(body_size_max);
                if (!parser.refusal() && !held.empty())
                    held.erase(0, parser.put(held));
            }
            if (piece.empty())
                break;
        }
        left = held.size() + bytes.size();
    }

    unsigned status() const { return parser.refusal() ? to_number(parser.refusal()->status) : 0; }
};

const std::vector<std::size_t> piece_sizes{1, 2, 3, 7, 100'000};

BOOST_AUTO_TEST_SUITE(request_parser)

BOOST_DATA_TEST_CASE(
    a_request_is_read_however_it_is_cut, boost::unit_test::data::make(piece_sizes), piece_size)
{
    Parsed parsed{
        "POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nX-Empty:\r\n\r\nhelloGET /",
        piece_size};
    BOOST_REQUIRE((parsed.parser.stage() == Stage::complete));
    BOOST_TEST((parsed.parser.method() == Method::post));
    BOOST_TEST(parsed.parser.target() == "/a?b=c");
    BOOST_TEST(parsed.parser.headers().size() == 3u);
    BOOST_TEST(parsed.parser.headers().has("x-empty"));
    BOOST_TEST(parsed.parser.body_size().value() == 5u);
    BOOST_TEST(parsed.parser.keep_alive());
    BOOST_TEST(parsed.parser.take_body() == "hello");
    BOOST_TEST(parsed.left == 5u);
}

BOOST_DATA_TEST_CASE(
    a_body_in_chunks_is_put_together_and_its_trailers_are_dropped,
    boost::unit_test::data::make(piece_sizes),
    piece_size)
{
    Parsed parsed{
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5;name=value\r\nhello\r\n1\r\n!\r\n0\r\nX-Late: 1\r\n\r\n",
        piece_size};
    BOOST_REQUIRE((parsed.parser.stage() == Stage::complete));
    BOOST_TEST(!parsed.parser.body_size().has_value());
    BOOST_TEST(!parsed.parser.headers().has("X-Late"));
    BOOST_TEST(parsed.parser.take_body() == "hello!");
    BOOST_TEST(parsed.left == 0u);
}

struct Case
{
    std::string what;
    std::string bytes;
    unsigned status;

    friend std::ostream& operator<<(std::ostream& out, const Case& shown)
    {
        return out << shown.what;
    }
};

std::string with_body(const std::string& body)
{
    return "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size())
           + "\r\n\r\n" + body;
}

std::string in_chunks(const std::string& chunks)
{
    return "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks;
}

std::string with_fields(std::size_t count)
{
    std::string request = "GET / HTTP/1.1\r\nHost:x\r\n";
    for (std::size_t i = 1; i < count; ++i)
        request += "a:\r\n";
    return request + "\r\n";
}

std::string of_size(std::size_t size)
{
    const std::string begin = "GET / HTTP/1.1\r\nHost: x\r\nX: ";
    return begin + std::string(size - begin.size() - 4, 'x') + "\r\n\r\n";
}

const Case cases[] = {
    {"a body on the limit", with_body(std::string(20, 'x')), 0},
    {"a body above the limit", with_body(std::string(21, 'x')), 413},
    {"chunks on the limit", in_chunks("14\r\n" + std::string(20, 'x') + "\r\n0\r\n\r\n"), 0},
    {"chunks above the limit", in_chunks("15\r\n" + std::string(21, 'x') + "\r\n0\r\n\r\n"), 413},
    {"many small chunks", in_chunks("a\r\n0123456789\r\nb\r\n01234567890\r\n0\r\n\r\n"), 413},
    {"a chunk of 2^64", in_chunks("10000000000000000\r\nx"), 400},
    {"a chunk that is no number", in_chunks("x\r\n\r\n"), 400},
    {"a chunk without its end", in_chunks("1\r\nxx\r\n0\r\n\r\n"), 400},
    {"an endless chunk extension", in_chunks("1;" + std::string(600, 'x')), 431},
    {"endless trailers", in_chunks("0\r\nX: " + std::string(600, 'x')), 431},
    {"a header on the limit", of_size(500), 0},
    {"a header above the limit", of_size(501), 431},
    {"a header without an end", "GET / HTTP/1.1\r\nX: " + std::string(600, 'x'), 431},
    {"a start line without an end", "GET /" + std::string(600, 'x'), 431},
    {"100 fields", with_fields(100), 0},
    {"101 fields", with_fields(101), 431},
    {"no host", "GET / HTTP/1.1\r\n\r\n", 400},
    {"no host in HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", 0},
    {"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400},
    {"an absolute target", "GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"a bare word as target", "GET x HTTP/1.1\r\nHost: x\r\n\r\n", 400},
    {"HTTP/2.0", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505},
    {"a folded field", "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n", 0},
    {"a bare line feed", "GET / HTTP/1.1\nHost: x\r\n\r\n", 505},
    {"a space before the colon", "GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400},
    {"a NUL in a value", "GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n"s, 400},
    {"two lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
     400},
    {"two lengths that differ",
     "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", 400},
    {"a negative length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400},
    {"length and chunks",
     "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    {"chunks and length",
     "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", 400},
    {"an unknown transfer coding", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n",
     501},
    {"chunked and something",
     "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501},
    {"chunks in HTTP/1.0",
     "POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 501},
};

BOOST_DATA_TEST_CASE(
    what_we_do_not_take_is_refused_with_its_status,
    boost::unit_test::data::make(cases) * boost::unit_test::data::make(piece_sizes),
    given,
    piece_size)
{
    const Parsed parsed{given.bytes, piece_size};
    BOOST_TEST(parsed.status() == given.status);
    if (given.status == 0)
        BOOST_TEST((parsed.parser.stage() == Stage::complete));
}

BOOST_AUTO_TEST_CASE(a_target_on_its_limit_is_taken_and_one_byte_more_is_not)
{
    const auto status = [](std::size_t size) {
        RequestParser parser{100'000};
        parser.put("GET /" + std::string(size - 1, 'x') + " HTTP/1.1\r\nHost: x\r\n\r\n");
        return parser.refusal() ? to_number(parser.refusal()->status) : 0;
    };
    BOOST_TEST(status(target_size_max) == 0u);
    BOOST_TEST(status(target_size_max + 1) == 414u);
}

BOOST_AUTO_TEST_CASE(who_announces_much_gets_no_memory_for_it)
{
    RequestParser parser{header_size_max};
    parser.put("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n");
    parser.accept_body(2'000'000'000);
    BOOST_TEST(!parser.refusal().has_value());
    BOOST_TEST(parser.take_body().capacity() < 100'000u);
}

BOOST_AUTO_TEST_CASE(percent_and_plus_are_undone_where_they_mean_something)
{
    BOOST_TEST(percent_decode("a%20b+c").value() == "a b+c");
    BOOST_TEST(query_decode("a%20b+c").value() == "a b c");
    BOOST_TEST(percent_decode("%e3%81%82").value() == "あ");
    for (const std::string bad : {"%", "%2", "%2g", "%00", "%0d%0a", "%7f"})
        BOOST_TEST(!percent_decode(bad).has_value(), bad);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(response_parser)

Result<Response> parse(std::string_view bytes, std::size_t piece_size, Method method = Method::get)
{
    ResponseParser parser{method, header_size_max, body_size_max};
    std::string held;
    while (!parser.complete())
    {
        const std::string_view piece = bytes.substr(0, piece_size);
        held += piece;
        bytes.remove_prefix(piece.size());
        if (piece.empty())
        {
            if (auto ended = parser.put_end(); !ended)
                return ended.error();
            break;
        }
        auto taken = parser.put(held);
        if (!taken)
            return taken.error();
        held.erase(0, *taken);
    }
    return parser.take();
}

BOOST_DATA_TEST_CASE(
    an_answer_is_read_however_it_is_cut, boost::unit_test::data::make(piece_sizes), piece_size)
{
    const auto sized = parse("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", piece_size);
    BOOST_TEST(sized->body == "hello");
    const auto chunked = parse(
        "HTTP/1.1 202 Later\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        piece_size);
    BOOST_TEST((chunked->status == Status::accepted));
    BOOST_TEST(chunked->body == "abc");
    BOOST_TEST(parse("HTTP/1.1 200 OK\r\n\r\nto the end", piece_size)->body == "to the end");
    BOOST_TEST(parse("HTTP/1.1 204 No Content\r\n\r\n", piece_size)->body == "");
    BOOST_TEST(
        parse("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", piece_size, Method::head)->body
        == "");
}

BOOST_DATA_TEST_CASE(
    answers_beyond_our_limits_are_refused, boost::unit_test::data::make(piece_sizes), piece_size)
{
    const auto code = [&](const std::string& bytes) {
        return parse(bytes, piece_size).error().code;
    };
    const std::string ok = "HTTP/1.1 200 OK\r\n";
    BOOST_TEST((code(ok + "Content-Length: 21\r\n\r\n" + std::string(21, 'x')) == Errc::too_large));
    BOOST_TEST((code(ok + "\r\n" + std::string(21, 'x')) == Errc::too_large));
    BOOST_TEST((code(ok + "X: " + std::string(600, 'x') + "\r\n\r\n") == Errc::too_large));
    BOOST_TEST((code(ok + "Content-Length: 5\r\n\r\nhell") == Errc::io));
    BOOST_TEST((code("") == Errc::io));
    BOOST_TEST((code("SSH-2.0-OpenSSH\r\n\r\n") == Errc::invalid_input));
    BOOST_TEST((code(ok + "Transfer-Encoding: gzip\r\n\r\nxx") == Errc::invalid_input));
}

BOOST_AUTO_TEST_CASE(a_request_is_written_with_host_and_length)
{
    Request request;
    request.method = Method::post;
    request.target = "/agent/v1/report";
    request.headers.add("Content-Type", "application/json");
    request.body = "{}";
    BOOST_TEST(
        serialize(request, "collector:8444")
        == "POST /agent/v1/report HTTP/1.1\r\nHost: collector:8444\r\n"
           "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
    Request get;
    BOOST_TEST(serialize(get, "c") == "GET / HTTP/1.1\r\nHost: c\r\n\r\n");
    request.body.clear();
    BOOST_TEST(serialize(request, "c").find("Content-Length: 0\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::http
