#include "agent/uplink/address.hpp"
#include "agent/uplink/answer.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

namespace mimamori::agent::uplink {
namespace {

using namespace std::chrono_literals;
namespace data = boost::unit_test::data;

http::Response answer(unsigned status, std::string type, std::string body)
{
    http::Response response;
    response.status = static_cast<http::Status>(status);
    if (!type.empty())
        response.headers.add("Content-Type", type);
    response.body = std::move(body);
    return response;
}

BOOST_AUTO_TEST_SUITE(answers)

BOOST_AUTO_TEST_CASE(a_problem_carries_its_code)
{
    const auto gone =
        answer(410, "application/problem+json", R"({"status":410,"code":"key_expired"})");
    BOOST_TEST(problem_code_of(gone) == "key_expired");
    BOOST_TEST(describe(gone) == "410 key_expired");
    BOOST_TEST(meaning_of("key_expired") == "the enrolment key has expired; ask for a new one");
    BOOST_TEST(meaning_of("something new").empty());
    BOOST_TEST(problem_code_of(answer(410, "application/problem+json", "nonsense")).empty());
    BOOST_TEST(problem_code_of(answer(410, "text/html", R"({"code":"x"})")).empty());
}

BOOST_AUTO_TEST_CASE(a_web_page_is_not_the_collectors_answer)
{
    BOOST_TEST(is_collectors(answer(200, "application/json", "{}")));
    BOOST_TEST(is_collectors(answer(403, "application/problem+json", "{}")));
    BOOST_TEST(is_collectors(answer(503, "", "")));
    BOOST_TEST(!is_collectors(answer(407, "text/html", "<html>")));
}

struct RetryCase
{
    std::string_view text;
    std::chrono::seconds expected;

    friend std::ostream& operator<<(std::ostream& out, const RetryCase& c) { return out << c.text; }
};

const RetryCase retries[] = {
    {"120", 120s},
    {"0", 0s},
    {"86400", 86400s},
    {"86401", 86400s},
    {"99999999999999999999999", 0s},
    {"-5", 0s},
    {"soon", 0s},
    {"12x", 0s},
    {"Wed, 21 Oct 2026 07:28:00 GMT", 0s},
};

BOOST_DATA_TEST_CASE(an_order_to_wait_is_at_most_a_day, data::make(retries), one)
{
    http::Response response;
    response.headers.add("Retry-After", one.text);
    BOOST_TEST((retry_after_of(response) == one.expected));
}

struct FailureCase
{
    Errc code;
    std::string_view message;
    Errc expected;
    std::string_view part;

    friend std::ostream& operator<<(std::ostream& out, const FailureCase& c)
    {
        return out << c.message;
    }
};

const FailureCase failures[] = {
    {Errc::unauthenticated,
     "tls handshake: certificate of \"gw\" issued by \"Corp Proxy\": at depth 1: self-signed",
     Errc::unavailable, "a proxy or TLS inspection"},
    {Errc::unauthenticated,
     "tls handshake: certificate of \"c\" issued by \"s\": at depth 0: hostname mismatch",
     Errc::unavailable, "it is for other names"},
    {Errc::unauthenticated,
     "tls handshake: certificate of \"c\" issued by \"s\": at depth 0: certificate has expired",
     Errc::unavailable, "it has expired"},
    {Errc::unauthenticated, "tls read: sslv3 alert certificate revoked", Errc::forbidden,
     "refuses this device's certificate"},
    {Errc::invalid_input, "connect to 192.0.2.1: tls handshake: wrong version number",
     Errc::unavailable, "a proxy, or another service"},
    {Errc::timeout, "connect to 192.0.2.1: no answer in time", Errc::timeout, "no answer in time"},
    {Errc::not_found, "resolve \"c\": no address", Errc::not_found, "no address"},
};

BOOST_DATA_TEST_CASE(a_failure_says_what_to_look_at, data::make(failures), one)
{
    const Error explained = explain({one.code, std::string{one.message}}, "c.test:8444");
    BOOST_TEST((explained.code == one.expected));
    BOOST_TEST(explained.message.find(one.part) != std::string::npos, explained.message);
    BOOST_TEST(explained.message.find("c.test:8444") != std::string::npos, explained.message);
}

BOOST_AUTO_TEST_CASE(a_fingerprint_is_read_in_the_usual_spellings)
{
    const std::string digits(64, 'a');
    std::string colons;
    for (int i = 0; i < 32; ++i)
        colons += i == 0 ? "AA" : ":AA";
    const auto expected = parse_fingerprint(digits).value();
    BOOST_TEST((parse_fingerprint(colons).value() == expected));
    BOOST_TEST((parse_fingerprint("SHA256:" + digits).value() == expected));
    for (const std::string& bad : {std::string{}, digits.substr(2), digits + "aa", "x" + digits})
        BOOST_TEST(parse_fingerprint(bad).has_error(), bad);
}

BOOST_AUTO_TEST_CASE(an_address_is_written_with_its_port)
{
    CollectorAddress address;
    address.host = "collector.example";
    BOOST_TEST(address.text() == "collector.example:8444");
    address.host = "2001:db8::1";
    BOOST_TEST(address.text() == "[2001:db8::1]:8444");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::uplink
