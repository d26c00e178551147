#include "collector/http/message.hpp"
#include "common/http/deflate.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

namespace mimamori::collector::http {
namespace {

Request request_with(std::string_view name, std::string_view value)
{
    Request request;
    request.headers.add(name, value);
    return request;
}

BOOST_AUTO_TEST_SUITE(message)

BOOST_AUTO_TEST_CASE(query_members_are_decoded_and_the_first_one_counts)
{
    Request request;
    request.query = "q=a+b%20c&empty=&flag&q=second&bad=%zz&%E5%86%85=1";
    BOOST_TEST(request.query_value("q").value() == "a b c");
    BOOST_TEST(request.query_value("empty").value() == "");
    BOOST_TEST(request.query_value("flag").value() == "");
    BOOST_TEST(request.query_value("内").value() == "1");
    BOOST_TEST(!request.query_value("bad").has_value());
    BOOST_TEST(!request.query_value("absent").has_value());
}

BOOST_AUTO_TEST_CASE(cookies_are_found_by_their_whole_name)
{
    Request request;
    request.headers.add("cookie", "a=1; session=abc=def ;b=2");
    request.headers.add("Cookie", "late=3");
    BOOST_TEST(request.cookie("session").value() == "abc=def");
    BOOST_TEST(request.cookie("a").value() == "1");
    BOOST_TEST(request.cookie("late").value() == "3");
    BOOST_TEST(!request.cookie("ses").has_value());
}

BOOST_AUTO_TEST_CASE(a_peer_is_named_by_address_and_agent)
{
    Peer peer;
    peer.address = asio::ip::make_address("192.0.2.7");
    BOOST_TEST(peer.name() == "192.0.2.7");
    peer.agent_id = AgentId{"0F8Q"};
    BOOST_TEST(peer.name() == "192.0.2.7 (agent 0F8Q)");
}

struct ErrorCase
{
    Errc code;
    Status status;

    friend std::ostream& operator<<(std::ostream& out, const ErrorCase& shown)
    {
        return out << to_number(shown.status);
    }
};

const ErrorCase error_cases[] = {
    {Errc::invalid_input, Status::bad_request},
    {Errc::unauthenticated, Status::unauthorized},
    {Errc::forbidden, Status::forbidden},
    {Errc::not_found, Status::not_found},
    {Errc::conflict, Status::conflict},
    {Errc::too_large, Status::content_too_large},
    {Errc::unavailable, Status::unavailable},
    {Errc::timeout, Status::unavailable},
    {Errc::io, Status::internal_error},
    {Errc::internal, Status::internal_error},
    {Errc::unsupported, Status::unsupported_media_type},
};

BOOST_DATA_TEST_CASE(
    an_error_becomes_a_status_and_keeps_its_message_to_itself,
    boost::unit_test::data::make(error_cases),
    given)
{
    const Response response = problem(Error{given.code, "open /secret/place: denied"});
    BOOST_TEST((response.status == given.status));
    BOOST_TEST(response.body.find("secret") == std::string::npos);
    BOOST_TEST(response.log_reason == "open /secret/place: denied");
    BOOST_TEST(response.content_type == "application/problem+json");
}

BOOST_AUTO_TEST_CASE(a_problem_can_say_more)
{
    const Response response =
        problem_with(Status::bad_request, "bad_field", R"("place":"events[3]")");
    BOOST_TEST(
        response.body
        == R"({"type":"about:blank","title":"Bad Request","status":400,)"
           R"("code":"bad_field","place":"events[3]"})");
}

struct EtagCase
{
    std::string if_none_match; ///< "ETAG" stands for the right one.
    bool matches;

    friend std::ostream& operator<<(std::ostream& out, const EtagCase& shown)
    {
        return out << shown.if_none_match;
    }
};

const EtagCase etag_cases[] = {
    {"ETAG", true},       {"W/ETAG", true}, {"\"other\", ETAG", true}, {"*", true},
    {"\"other\"", false}, {"", false},      {"ETAGx", false},
};

BOOST_DATA_TEST_CASE(
    a_client_that_has_the_answer_already_is_not_sent_it_again,
    boost::unit_test::data::make(etag_cases),
    given)
{
    std::string value = given.if_none_match;
    if (const auto at = value.find("ETAG"); at != std::string::npos)
        value.replace(at, 4, etag_of("{}"));
    const Request request = request_with("If-None-Match", value);
    const Response response = with_etag(request, json(Status::ok, "{}"));
    BOOST_TEST((response.status == (given.matches ? Status::not_modified : Status::ok)));
    BOOST_TEST(response.body == (given.matches ? "" : "{}"));
    BOOST_TEST(response.headers["ETag"] == etag_of("{}"));
}

struct CodingCase
{
    std::string accepts;
    bool is_packed;

    friend std::ostream& operator<<(std::ostream& out, const CodingCase& shown)
    {
        return out << shown.accepts;
    }
};

const CodingCase coding_cases[] = {
    {"gzip", true},      {"br, gzip;q=0.5", true}, {"deflate, GZIP", true}, {"*", true},
    {"gzip;q=0", false}, {"gzip; q=0.000", false}, {"identity", false},     {"", false},
    {"gzipx", false},
};

BOOST_DATA_TEST_CASE(
    a_file_is_sent_packed_to_those_who_can_unpack,
    boost::unit_test::data::make(coding_cases),
    given)
{
    const std::string plain(1000, 'x');
    const std::string packed = mimamori::http::deflate(plain, mimamori::http::Packing::gzip);
    const StaticFile file{
        .path = "/assets/a.js",
        .content_type = "text/javascript",
        .etag = "\"abc\"",
        .gzip = packed,
        .never_changes = true};
    const Response response = static_file(request_with("Accept-Encoding", given.accepts), file);
    BOOST_TEST((response.static_body == (given.is_packed ? packed : "")));
    BOOST_TEST((response.body == (given.is_packed ? "" : plain)));
    BOOST_TEST(response.headers["Content-Encoding"] == (given.is_packed ? "gzip" : ""));
    BOOST_TEST(response.headers["Vary"] == "Accept-Encoding");
    BOOST_TEST(response.headers["Cache-Control"] == "public, max-age=31536000, immutable");
    BOOST_TEST(
        (static_file(request_with("If-None-Match", "\"abc\""), file).status
         == Status::not_modified));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::http
