#include "agent/antivirus/definitions_store.hpp"
#include "common/platform/file.hpp"
#include "common/wire/json_writer.hpp"
#include "common/wire/signed_document.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace mimamori::agent::antivirus {
namespace {

using namespace std::chrono_literals;

constexpr Date today{2026y / 11 / 22};
constexpr Date expires{2027y / 6 / 1};
constexpr std::uint64_t newer = 2099010101;

struct Store
{
    std::string payload(std::uint64_t version) const
    {
        return R"({"name":"antivirus_sources","version":)" + std::to_string(version)
               + R"(,"data_date":"2026-12-01","expires":"2027-06-01","products":[)"
                 R"({"id":"new","presence":[{"method":"process","name":"x"}]}]})";
    }

    std::string signed_text(std::uint64_t version) const
    {
        return to_json(
            wire::sign_document("antivirus_sources", version, expires, payload(version), key));
    }

    DefinitionsStore store() const { return {file, {key.public_key()}}; }

    tests::TempFolder folder;
    std::filesystem::path file{folder.path() / "antivirus_sources.json"};
    crypto::Ed25519PrivateKey key{crypto::Ed25519PrivateKey::generate()};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(definitions_store, Store)

BOOST_AUTO_TEST_CASE(without_a_refresh_the_compiled_in_definitions_are_used)
{
    auto fresh = store();
    BOOST_TEST(fresh.load().has_value());
    BOOST_TEST(fresh.current()->version == embedded_definitions().version);
}

BOOST_AUTO_TEST_CASE(a_signed_refresh_is_used_at_once_and_after_a_restart)
{
    auto first = store();
    BOOST_REQUIRE(first.offer(signed_text(newer), today).has_value());
    BOOST_TEST(first.current()->version == newer);
    BOOST_TEST(first.current()->products.front().id == "new");

    auto second = store();
    BOOST_REQUIRE(second.load().has_value());
    BOOST_TEST(second.current()->version == newer);
}

BOOST_AUTO_TEST_CASE(nothing_changes_when_a_refresh_is_refused)
{
    const auto refused = [&](const std::string& text, Errc code) {
        auto used = store();
        BOOST_REQUIRE(used.offer(signed_text(newer), today).has_value());
        const auto offered = used.offer(text, today);
        BOOST_REQUIRE(!offered);
        BOOST_TEST((offered.error().code == code), offered.error().message);
        BOOST_TEST(used.current()->version == newer);
        auto restarted = store();
        BOOST_TEST(restarted.load().has_value());
        BOOST_TEST(restarted.current()->version == newer);
    };
    refused(signed_text(newer), Errc::conflict);
    refused(signed_text(newer - 1), Errc::conflict);
    refused("{}", Errc::invalid_input);
    refused("not JSON", Errc::invalid_input);

    const auto stranger = crypto::Ed25519PrivateKey::generate();
    refused(
        to_json(wire::sign_document(
            "antivirus_sources", newer + 1, expires, payload(newer + 1), stranger)),
        Errc::forbidden);
    refused(
        to_json(wire::sign_document(
            "antivirus_sources", newer + 1, today - std::chrono::days{1}, payload(newer + 1), key)),
        Errc::invalid_input);
    refused(
        to_json(wire::sign_document("antivirus_sources", newer + 1, expires, "{}", key)),
        Errc::invalid_input);
    // Signed as a version that the payload does not say.
    refused(
        to_json(
            wire::sign_document("antivirus_sources", newer + 2, expires, payload(newer + 1), key)),
        Errc::invalid_input);
    refused(
        to_json(wire::sign_document("remote_tools", newer + 1, expires, payload(newer + 1), key)),
        Errc::invalid_input);
}

BOOST_AUTO_TEST_CASE(older_definitions_than_the_compiled_in_ones_are_refused)
{
    auto fresh = store();
    const auto offered = fresh.offer(signed_text(embedded_definitions().version), today);
    BOOST_REQUIRE(!offered);
    BOOST_TEST((offered.error().code == Errc::conflict));
}

BOOST_AUTO_TEST_CASE(a_kept_file_that_was_altered_is_not_used)
{
    auto first = store();
    BOOST_REQUIRE(first.offer(signed_text(newer), today).has_value());
    std::string text = platform::read_file(file).value();
    text.replace(text.find("\\\"new\\\""), 7, "\\\"bad\\\"");
    BOOST_REQUIRE(platform::replace_file(file, text).has_value());

    auto second = store();
    const auto loaded = second.load();
    BOOST_REQUIRE(!loaded);
    BOOST_TEST((loaded.error().code == Errc::forbidden));
    BOOST_TEST(second.current()->version == embedded_definitions().version);
}

BOOST_AUTO_TEST_CASE(even_a_signed_file_cannot_open_other_places)
{
    auto used = store();
    const std::string evil =
        R"({"name":"antivirus_sources","version":2099010101,"data_date":"2026-12-01",)"
        R"("expires":"2027-06-01","products":[{"id":"evil","places":{"files":["/etc"]},)"
        R"("presence":[{"method":"file_exists","paths":["/etc/shadow"]}]}]})";
    BOOST_REQUIRE(
        used.offer(
                to_json(wire::sign_document("antivirus_sources", newer, expires, evil, key)), today)
            .has_value());
    BOOST_TEST(used.current()->products.empty());
    BOOST_REQUIRE(used.current()->refused.size() == 1);
    BOOST_TEST(
        used.current()->refused.front().why == "place /etc is not one that this program may read");
}

BOOST_AUTO_TEST_CASE(a_refresh_that_cannot_be_kept_is_not_used)
{
    DefinitionsStore nowhere{folder.path() / "missing" / "file", {key.public_key()}};
    BOOST_TEST(!nowhere.offer(signed_text(newer), today));
    BOOST_TEST(nowhere.current()->version == embedded_definitions().version);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace mimamori::agent::antivirus
