#include "common/http/deflate.hpp"
#include "tests/unit/collector/api/api_fixture.hpp"

#include <fmt/format.h>

#include <array>

namespace mimamori::collector::api {
namespace {

using namespace test;

BOOST_FIXTURE_TEST_SUITE(pages, ApiSite)

BOOST_AUTO_TEST_CASE(the_page_is_served_to_everybody_and_holds_no_code_of_its_own)
{
    auto one = browser();
    const auto page = one.get("/");
    BOOST_TEST(page.status == 200);
    BOOST_TEST(page.headers["Content-Type"] == "text/html; charset=utf-8");
    BOOST_TEST(page.headers["Cache-Control"] == "no-cache");
    BOOST_TEST(page.body.find("<script type=\"module\" ") != std::string::npos);
    for (const char* forbidden : {"onclick", "onload", "style=", "<style", "javascript:", "http:"})
        BOOST_TEST(page.body.find(forbidden) == std::string::npos, forbidden);
}

BOOST_AUTO_TEST_CASE(every_address_of_the_page_opens_the_page)
{
    auto one = browser();
    const std::string page = one.get("/").body;
    for (const char* path :
         {"/inbox", "/devices", "/devices/01ABC", "/programs?state=approved", "/nothing", "/a/b/c"})
        BOOST_TEST(one.get(path).body == page, path);
}

/// The address behind `attribute="` in the page.
std::string address_in(const std::string& page, const std::string& attribute)
{
    const std::size_t at = page.find(attribute + "=\"/assets/");
    BOOST_TEST_REQUIRE(at != std::string::npos);
    const std::size_t begin = at + attribute.size() + 2;
    return page.substr(begin, page.find('"', begin) - begin);
}

BOOST_AUTO_TEST_CASE(files_come_packed_to_whom_can_unpack_and_once)
{
    auto one = browser();
    const std::string page = one.get("/").body;
    const std::string script = address_in(page, "src");
    const auto plain = one.get(script);
    BOOST_TEST(plain.headers["Content-Type"] == "text/javascript; charset=utf-8");
    BOOST_TEST(plain.headers["Cache-Control"] == "public, max-age=31536000, immutable");
    const auto packed = one.get(script, "Accept-Encoding: gzip\r\n");
    BOOST_TEST(packed.headers["Content-Encoding"] == "gzip");
    const auto unpacked =
        mimamori::http::inflate(packed.body, mimamori::http::Packing::gzip, {1'000'000, 1'000'000});
    BOOST_TEST(unpacked.value() == plain.body);
    const std::string tag{plain.headers["ETag"]};
    BOOST_TEST(one.get(script, "If-None-Match: " + tag + "\r\n").status == 304);
    const std::string link = page.substr(page.find("rel=\"stylesheet\""));
    BOOST_TEST(
        one.get(address_in(link, "href")).headers["Content-Type"] == "text/css; charset=utf-8");
    // A browser asks for it anew at each change of the address: at each key of a search.
    const auto icon = one.get(address_in(page.substr(page.find("rel=\"icon\"")), "href"));
    BOOST_TEST(icon.headers["Content-Type"] == "image/svg+xml");
    BOOST_TEST(icon.headers["Cache-Control"] == "public, max-age=31536000, immutable");
}

BOOST_AUTO_TEST_CASE(nothing_but_the_pages_files_is_there)
{
    auto one = browser();
    for (const char* path :
         {"/../../../../etc/passwd.txt", "/%2e%2e/%2e%2e/etc/passwd.txt", "/assets/..%2f..%2fx.js",
          "/assets/../index.html.bak", "/index.html%00.svg", "//etc/passwd.x", "/.git/config.x",
          "/collector.db", "/index.html/", "/assets//x.js", "/INDEX.HTML"})
    {
        const auto reply = one.get(path);
        BOOST_TEST(
            (reply.status == 404 || reply.status == 400 || reply.body.starts_with("<!doctype")),
            path);
        BOOST_TEST(reply.body.find("root:") == std::string::npos, path);
    }
    for (const char* path : {"/api/v1/nothing", "/api/v2/devices", "/api/", "/api/v1"})
    {
        const auto reply = one.get(path);
        BOOST_TEST(reply.status == 404, path);
        BOOST_TEST(reply.headers["Content-Type"] == "application/problem+json", path);
    }
    BOOST_TEST(one.get(std::string(100'000, 'a')).status >= 400);
    BOOST_TEST(one.get("/" + std::string(100'000, 'a')).status >= 400);
}

BOOST_AUTO_TEST_CASE(line_breaks_in_addresses_and_fields_do_not_reach_the_answer)
{
    auto one = browser();
    const auto in_path = one.get("/api/v1/devices/x%0d%0aSet-Cookie:%20a=b");
    BOOST_TEST(in_path.status == 404);
    BOOST_TEST(!in_path.headers.has("Set-Cookie"));
    const auto in_query = one.get("/?x=%0d%0aSet-Cookie:%20a=b");
    BOOST_TEST(!in_query.headers.has("Set-Cookie"));
    auto two = browser();
    const auto in_field =
        two.raw("GET / HTTP/1.1\r\nHost: collector.test\r\nX-A: b\nSet-Cookie: c=d\r\n\r\n");
    BOOST_TEST(!in_field.headers.has("Set-Cookie"));
}

BOOST_AUTO_TEST_CASE(wrong_methods_are_told_what_is_allowed)
{
    auto one = browser();
    const auto reply = one.post("/api/v1/devices", "{}");
    BOOST_TEST(reply.status == 405);
    BOOST_TEST(reply.headers["Allow"] == "GET, HEAD");
    auto two = browser();
    BOOST_TEST(
        two.raw("TRACE / HTTP/1.1\r\nHost: collector.test\r\nCookie: a=b\r\n\r\n").status >= 400);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::api
