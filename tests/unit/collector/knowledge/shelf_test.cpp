#include "collector/ingest/get_knowledge.hpp"
#include "collector/knowledge/shelf.hpp"
#include "common/platform/file.hpp"
#include "common/wire/json_writer.hpp"
#include "common/wire/signed_document.hpp"
#include "tests/support/run_coro.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace mimamori::collector::knowledge {
namespace {

using namespace std::chrono_literals;

constexpr Date today{2026y / 11 / 22};
constexpr Date expires{2027y / 6 / 1};

struct ShelfSite
{
    Shelf shelf() const
    {
        Shelf::Options options;
        options.folder = folder.path() / "knowledge";
        options.keys = {key.public_key()};
        options.known = {{"antivirus_sources", 0}, {"os_lifecycle", 100}};
        options.check = [](const std::string&, std::string_view payload) -> Result<void> {
            if (payload == "nonsense")
                return Error{Errc::invalid_input, "nonsense"};
            return {};
        };
        return Shelf{std::move(options)};
    }

    std::string document(
        const std::string& name, std::uint64_t version, const std::string& payload = "{}") const
    {
        return wire::to_json(wire::sign_document(name, version, expires, payload, key));
    }

    tests::TempFolder folder;
    crypto::Ed25519PrivateKey key{crypto::Ed25519PrivateKey::generate()};
};

http::Response ask(const Shelf& shelf, const std::string& name, const std::string& etag)
{
    http::Request request;
    request.params = {{"name", name}};
    if (!etag.empty())
        request.headers.add("If-None-Match", etag);
    asio::io_context io;
    return mimamori::test::run_coro(io, ingest::get_knowledge(request, shelf));
}

BOOST_FIXTURE_TEST_SUITE(shelf, ShelfSite)

BOOST_AUTO_TEST_CASE(a_signed_file_is_there_at_once_and_after_a_restart)
{
    auto first = shelf();
    BOOST_TEST((first.find("antivirus_sources") == nullptr));
    const auto taken = first.put(document("antivirus_sources", 7, "content"), today);
    BOOST_TEST_REQUIRE(taken.has_value(), (taken ? "" : taken.error().message));
    BOOST_TEST(first.find("antivirus_sources")->payload == "content");

    auto second = shelf();
    BOOST_REQUIRE(second.load().has_value());
    BOOST_TEST_REQUIRE((second.find("antivirus_sources") != nullptr));
    BOOST_TEST(second.find("antivirus_sources")->version == 7u);
    BOOST_TEST(second.files().size() == 1u);
}

BOOST_AUTO_TEST_CASE(versions_only_rise_above_what_is_built_in_and_what_is_there)
{
    auto all = shelf();
    const auto code = [&](std::uint64_t version) {
        const auto taken = all.put(document("os_lifecycle", version), today);
        return taken ? Errc::internal : taken.error().code;
    };
    BOOST_TEST((code(100) == Errc::conflict));
    BOOST_TEST((code(101) == Errc::internal));
    BOOST_TEST((code(101) == Errc::conflict));
    BOOST_TEST((code(102) == Errc::internal));
}

BOOST_AUTO_TEST_CASE(what_does_not_pass_changes_nothing)
{
    auto all = shelf();
    BOOST_REQUIRE(all.put(document("os_lifecycle", 200), today).has_value());
    ShelfSite stranger;
    const auto code = [&](const std::string& text, Date day) {
        const auto taken = all.put(text, day);
        return taken ? Errc::internal : taken.error().code;
    };
    BOOST_TEST((code(stranger.document("os_lifecycle", 300), today) == Errc::forbidden));
    BOOST_TEST((code(document("passwords", 300), today) == Errc::invalid_input));
    BOOST_TEST((code(document("os_lifecycle", 300, "nonsense"), today) == Errc::invalid_input));
    BOOST_TEST(
        (code(document("os_lifecycle", 300), expires + std::chrono::days{1})
         == Errc::invalid_input));
    BOOST_TEST((code("{}", today) == Errc::invalid_input));
    BOOST_TEST((code("", today) == Errc::invalid_input));
    BOOST_TEST(all.find("os_lifecycle")->version == 200u);
    BOOST_TEST((code(document("os_lifecycle", 300), expires) == Errc::internal));
}

BOOST_AUTO_TEST_CASE(a_file_that_was_altered_on_the_disk_is_left_out_and_told)
{
    {
        auto all = shelf();
        BOOST_REQUIRE(all.put(document("os_lifecycle", 200, "date 1"), today).has_value());
        BOOST_REQUIRE(all.put(document("antivirus_sources", 5), today).has_value());
    }
    const auto file = folder.path() / "knowledge" / "os_lifecycle.signed.json";
    auto text = platform::read_file(file, 100'000).value();
    text.replace(text.find("date 1"), 6, "date 2");
    BOOST_REQUIRE(platform::replace_file(file, text).has_value());
    auto again = shelf();
    const auto loaded = again.load();
    BOOST_TEST_REQUIRE(loaded.has_error());
    BOOST_TEST(loaded.error().message.find("os_lifecycle") != std::string::npos);
    BOOST_TEST((again.find("os_lifecycle") == nullptr));
    BOOST_TEST((again.find("antivirus_sources") != nullptr));
}

BOOST_AUTO_TEST_CASE(agents_get_what_is_newer_than_theirs)
{
    auto all = shelf();
    const std::string text = document("antivirus_sources", 2'027'010'101);
    BOOST_REQUIRE(all.put(text, today).has_value());
    for (const char* older : {"", "\"2026112201\"", "\"2027010100\"", "nonsense", "\"", "\"1x\""})
    {
        const auto answer = ask(all, "antivirus_sources", older);
        BOOST_TEST((answer.status == http::Status::ok), older);
        BOOST_TEST(answer.body == text);
        BOOST_TEST(answer.headers["ETag"] == "\"2027010101\"");
    }
    for (const char* newer : {"\"2027010101\"", "\"2027010102\""})
        BOOST_TEST((ask(all, "antivirus_sources", newer).status == http::Status::not_modified));
    BOOST_TEST((ask(all, "os_lifecycle", "").status == http::Status::not_found));
    BOOST_TEST((ask(all, "../key", "").status == http::Status::not_found));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::knowledge
