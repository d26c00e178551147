#include "collector/http/router.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

namespace mimamori::collector::http {
namespace {

awaitable<Response> nothing(const Request&)
{
    co_return Response{};
}

Route route(Method method, std::string_view pattern)
{
    return {.method = method, .pattern = pattern, .handler = handler<nothing>()};
}

const Router& router()
{
    static const Router made{{
        route(Method::get, "/"),
        route(Method::get, "/devices"),
        route(Method::post, "/devices"),
        route(Method::get, "/devices/{id}"),
        route(Method::get, "/devices/mine"),
        route(Method::patch, "/devices/{id}"),
        route(Method::get, "/devices/{id}/sections/{name}"),
        route(Method::post, "/api/only-post"),
        route(Method::get, "/{rest*}"),
    }};
    return made;
}

struct Case
{
    Method method;
    std::string_view path;
    std::string_view pattern; ///< Or "404", or "405 " and what is allowed.
    std::string_view params;

    friend std::ostream& operator<<(std::ostream& out, const Case& shown)
    {
        return out << mimamori::http::to_text(shown.method) << ' ' << shown.path;
    }
};

const Case cases[] = {
    {Method::get, "/", "/", ""},
    {Method::head, "/devices", "/devices", ""},
    {Method::post, "/devices", "/devices", ""},
    {Method::delete_, "/devices", "405 GET, HEAD, POST", ""},
    {Method::get, "/devices/17", "/devices/{id}", "id=17;"},
    {Method::get, "/devices/mine", "/devices/mine", ""},
    {Method::patch, "/devices/17", "/devices/{id}", "id=17;"},
    {Method::patch, "/devices/mine", "405 GET, HEAD", ""},
    {Method::put, "/devices/17", "405 GET, HEAD, PATCH", ""},
    {Method::get, "/devices/1/sections/os", "/devices/{id}/sections/{name}", "id=1;name=os;"},
    {Method::get, "/devices/%E5%86%85%2F1", "/devices/{id}", "id=内/1;"},
    {Method::get, "/devices/%0a", "404", ""},
    {Method::get, "/devices/%zz", "404", ""},
    {Method::get, "/devices/%2", "404", ""},
    {Method::get, "/devices/", "/{rest*}", "rest=devices/;"},
    {Method::get, "/devices/1/sections", "/{rest*}", "rest=devices/1/sections;"},
    {Method::get, "/assets/a/b.js", "/{rest*}", "rest=assets/a/b.js;"},
    {Method::post, "/assets/a/b.js", "405 GET, HEAD", ""},
    {Method::get, "/api/only-post", "405 POST", ""},
    {Method::other, "/", "405 GET, HEAD", ""},
    {Method::get, "", "404", ""},
    {Method::get, "*", "404", ""},
    {Method::get, "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16", "/{rest*}",
     "rest=1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16;"},
    {Method::get, "/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17", "404", ""},
};

BOOST_AUTO_TEST_SUITE(routing)

BOOST_DATA_TEST_CASE(
    a_request_finds_the_most_exact_route, boost::unit_test::data::make(cases), given)
{
    const auto found = router().find(given.method, given.path);
    std::string pattern = "404";
    std::string params;
    if (const auto* const match = std::get_if<Router::Match>(&found))
    {
        pattern = match->route->pattern;
        for (const auto& [name, value] : match->params)
            params.append(name).append("=").append(value).append(";");
    }
    if (const auto* const wrong = std::get_if<Router::WrongMethod>(&found))
        pattern = "405 " + wrong->allow;
    BOOST_TEST(pattern == given.pattern);
    BOOST_TEST(params == given.params);
}

BOOST_AUTO_TEST_CASE(a_pattern_without_a_slash_is_a_bug_and_says_so)
{
    BOOST_CHECK_THROW(Router{{route(Method::get, "devices")}}, std::logic_error);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::http
