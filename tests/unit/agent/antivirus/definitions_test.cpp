#include "agent/antivirus/allowed_places.hpp"
#include "agent/antivirus/definitions.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace mimamori::agent::antivirus {
namespace {

/// A definitions file with one product "x" that has the given members.
std::string file_with(const std::string& members)
{
    return R"({"name":"antivirus_sources","version":2,"data_date":"2026-01-01",)"
           R"("expires":"2027-01-01","products":[{"id":"x","platforms":["linux"],)"
           + members + "}]}";
}

/// Why the product of `file_with` is refused; "used" when it is not.
std::string fate(const std::string& members)
{
    const auto definitions = parse_definitions(file_with(members));
    if (!definitions)
        return definitions.error().message;
    return definitions->refused.empty() ? "used" : definitions->refused.front().why;
}

const std::string present = R"("presence":[{"method":"process","name":"x"}])";

std::string with_source(const std::string& source)
{
    return present + R"(,"places":{"files":["/var/lib/clamav"],)"
           + R"("registry":["HKLM\\SOFTWARE\\McAfee"]},"version":[)" + source + "]";
}

std::string text_of(const std::string& path)
{
    return with_source(R"({"method":"text","format":"version","paths":[")" + path + R"("]})");
}

} // namespace

BOOST_AUTO_TEST_SUITE(definitions)

BOOST_AUTO_TEST_CASE(the_compiled_in_definitions_are_wholly_used)
{
    const Definitions& embedded = embedded_definitions();
    for (const RefusedProduct& refused : embedded.refused)
        BOOST_ERROR(refused.id << ": " << refused.why);
    BOOST_TEST(embedded.products.size() == 39);
    BOOST_TEST(embedded.version >= 2026112201);
    const auto known = [](const Source& source) { return source.method != Method::unknown; };
    for (const Product& product : embedded.products)
    {
        for (const auto* sources : {&product.presence, &product.version, &product.pattern_built_at})
        {
            for (const Source& source : *sources)
                BOOST_TEST(known(source), product.id);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_product_cannot_ask_for_places_that_are_not_compiled_in)
{
    for (const char* place :
         {"/etc", "/etc/shadow", "/", "/home", "/var/lib", "/etc/clamavx", "/etc/clamav/../shadow",
          "/opt/eset/./x", "/opt//eset", "relative", "%ProgramFiles%", "C:\\\\Windows",
          "%SystemRoot%\\\\System32", "/opt/eset*", "", "/opt/eset/"})
    {
        const std::string members = present + R"(,"places":{"files":[")" + place + R"("]})";
        BOOST_TEST(
            fate(members).find("is not one that this program may read") != std::string::npos,
            place << ": " << fate(members));
    }
    BOOST_TEST(fate(present + R"(,"places":{"files":["/opt/eset/lib"]})") == "used");
    BOOST_TEST(
        fate(present + R"(,"places":{"registry":["HKLM\\SAM"]})").find("may read")
        != std::string::npos);
    BOOST_TEST(
        fate(present + R"(,"places":{"wmi":["root\\cimv2:Win32_UserAccount"]})").find("may read")
        != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_source_cannot_leave_the_places_of_its_product)
{
    BOOST_TEST(fate(text_of("/var/lib/clamav/daily.cvd")) == "used");
    BOOST_TEST(fate(text_of("/var/lib/clamav/d*.cvd")) == "used");
    for (const char* path :
         {"/etc/shadow", "/var/lib/clamav/../../../etc/shadow", "/var/lib/clamav/./x",
          "/var/lib/clamav//x", "/var/lib/clamavx", "/opt/eset/x", "/var/lib/clamav/*/x",
          "/var/lib/clamav/a*b*c", "${none}/x", "${", "%ProgramData%\\\\McAfee\\\\x", "",
          "/var/lib/clamav/a\\u0001b", "/var/lib/clamav/a:b"})
        BOOST_TEST(
            fate(text_of(path)).find("is not in a place of this product") != std::string::npos,
            path << ": " << fate(text_of(path)));
}

BOOST_AUTO_TEST_CASE(a_registry_source_cannot_leave_the_places_of_its_product)
{
    const auto key = [](const std::string& text) {
        return fate(with_source(R"({"method":"registry","key":")" + text + R"(","value":"v"})"));
    };
    BOOST_TEST(key(R"(HKLM\\SOFTWARE\\mcafee\\AVEngine)") == "used");
    BOOST_TEST(key(R"(HKLM\\SOFTWARE\\McAfee\\*\\x)") == "used");
    for (const char* text :
         {R"(HKLM\\SAM)", R"(HKLM\\SOFTWARE)", R"(HKLM\\SOFTWARE\\McAfeeX)", "",
          R"(HKLM\\SOFTWARE\\McAfee\\a*)", R"(HKLM\\SOFTWARE\\McAfee\\\\x)",
          R"(HKLM\\SOFTWARE\\Sophos)"})
        BOOST_TEST(key(text).find("is not in a place of this product") != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(conditions_and_variables_are_bound_to_the_places_too)
{
    const std::string shadow =
        R"({"method":"config","key":"root","paths":["/etc/shadow"],"on":["1"]})";
    BOOST_TEST(
        fate(with_source(R"({"method":"none","why":"w","when":[)" + shadow + "]}"))
        == "/etc/shadow is not in a place of this product");
    BOOST_TEST(
        fate(present + R"(,"variables":[{"name":"v","sources":[)" + shadow + "]}]")
        == "/etc/shadow is not in a place of this product");
    BOOST_TEST(
        fate(present + R"(,"realtime":[{"all":[)" + shadow + "]}]")
        == "/etc/shadow is not in a place of this product");
    const std::string nested = R"({"method":"process","name":"a","when":[)"
                               R"({"method":"process","name":"b"}]})";
    BOOST_TEST(
        fate(with_source(R"({"method":"none","why":"w","when":[)" + nested + "]}"))
        == "a condition of a condition");
}

BOOST_AUTO_TEST_CASE(only_packages_of_known_products_may_be_asked_for)
{
    BOOST_TEST(fate(with_source(R"({"method":"package","names":["clamav"]})")) == "used");
    BOOST_TEST(
        fate(with_source(R"({"method":"package","names":["openssh-server"]})"))
        == "package openssh-server is not one of an antivirus product that we know");
}

BOOST_AUTO_TEST_CASE(a_bad_product_does_not_take_the_others_with_it)
{
    const auto definitions =
        parse_definitions(R"({"name":"antivirus_sources","version":2,"data_date":"2026-01-01",)"
                          R"("expires":"2027-01-01","products":[)"
                          R"({"id":"good","presence":[{"method":"process","name":"x"}]},)"
                          R"({"id":"BAD","presence":[{"method":"process","name":"x"}]},)"
                          R"({"id":"absent"}]})");
    BOOST_REQUIRE(definitions.has_value());
    BOOST_TEST(definitions->products.size() == 1);
    BOOST_TEST(definitions->products.front().id == "good");
    BOOST_REQUIRE(definitions->refused.size() == 2);
    BOOST_TEST(definitions->refused[1].why == "nothing tells whether it is there");
}

BOOST_AUTO_TEST_CASE(what_a_newer_file_says_in_new_words_is_passed_over)
{
    const auto definitions = parse_definitions(file_with(
        present + R"(,"telepathy":true,"version":[{"method":"telepathy","strength":9}])"));
    BOOST_REQUIRE(definitions.has_value());
    BOOST_REQUIRE(definitions->products.size() == 1);
    BOOST_TEST((definitions->products.front().version.front().method == Method::unknown));
}

BOOST_AUTO_TEST_CASE(texts_and_lists_are_bounded)
{
    const auto find = [](std::size_t length, std::size_t count) {
        std::string list;
        for (std::size_t i = 0; i < count; ++i)
            list += (i == 0 ? "\"" : ",\"") + std::string(length, 'a') + '"';
        return fate(with_source(
            R"({"method":"text","paths":["/var/lib/clamav/x"],"find":[)" + list + "]}"));
    };
    BOOST_TEST(find(128, 32) == "used");
    BOOST_TEST(find(129, 1) == "a list or a text in it is too long");
    BOOST_TEST(find(1, 33) == "a list or a text in it is too long");
    BOOST_TEST(fate(text_of("/var/lib/clamav/" + std::string(240, 'a'))) == "used");
    BOOST_TEST(fate(text_of("/var/lib/clamav/" + std::string(241, 'a'))) != "used");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_definitions_file_is_refused)
{
    const auto message = [](const std::string& text) {
        const auto definitions = parse_definitions(text);
        return definitions ? "accepted" : definitions.error().message;
    };
    BOOST_TEST(message("{}") == "antivirus definitions: name: this is another file");
    BOOST_TEST(
        message(R"({"name":"antivirus_sources"})")
        == "antivirus definitions: version, data_date or expires: missing");
    BOOST_TEST(message("[") != "accepted");
    BOOST_TEST(message(std::string(20, '[')) != "accepted");
    BOOST_TEST(
        message(file_with(R"("presence":7)"))
        == "antivirus definitions: products[0].presence: expected an array");
    const auto huge = parse_definitions(std::string(definitions_bytes_max + 1, ' '));
    BOOST_REQUIRE(!huge);
    BOOST_TEST((huge.error().code == Errc::too_large));
}

BOOST_AUTO_TEST_CASE(paths_are_split_at_their_place)
{
    Places places;
    places.files = {"/var/lib/clamav", "/etc/freshclam.conf", R"(%ProgramFiles%\ESET)"};
    const auto below = find_place("/var/lib/clamav/a/b", places);
    BOOST_REQUIRE(below.has_value());
    BOOST_TEST(below->place == "/var/lib/clamav");
    BOOST_TEST(below->relative == "a/b");
    const auto itself = find_place("/etc/freshclam.conf", places);
    BOOST_REQUIRE(itself.has_value());
    BOOST_TEST(itself->relative.empty());
    BOOST_TEST(find_place(R"(%ProgramFiles%\eset\x.dat)", places).has_value());
    BOOST_TEST(!find_place("/VAR/LIB/CLAMAV/a", places).has_value());
    BOOST_TEST(!find_place(R"(%ProgramFiles%\ESET/x)", places).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace mimamori::agent::antivirus
