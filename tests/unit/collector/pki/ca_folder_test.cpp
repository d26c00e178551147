#include "collector/pki/ca_folder.hpp"
#include "common/platform/file.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>

namespace mimamori::collector::pki {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr Timestamp start = Timestamp{std::chrono::sys_days{std::chrono::year{2026} / 11 / 22}};

Errc code_of_load(const fs::path& folder)
{
    const auto loaded = load_ca_folder(folder);
    BOOST_TEST_REQUIRE(loaded.has_error());
    return loaded.error().code;
}

bool is_private(const fs::path& path)
{
    return (fs::status(path).permissions() & (fs::perms::group_all | fs::perms::others_all))
           == fs::perms::none;
}

BOOST_AUTO_TEST_SUITE(ca_folder)

BOOST_AUTO_TEST_CASE(a_new_site_has_one_root_and_two_issuing_cas_with_one_purpose_each)
{
    const tests::TempFolder folder;
    const auto cas = create_site_authority(folder.path() / "pki", "Aoba", start).value();

    const auto root = cas.roots.at(0).certificate.info();
    BOOST_TEST(root.common_name == "mimamori Aoba root 1");
    BOOST_TEST(root.is_ca);
    BOOST_TEST((root.not_after == start + root_lifetime));
    const auto agents = cas.agents.at(0).certificate.info();
    BOOST_TEST(agents.client_auth);
    BOOST_TEST(!agents.server_auth);
    BOOST_TEST((agents.not_after == start + issuing_lifetime));
    const auto servers = cas.servers.at(0).certificate.info();
    BOOST_TEST(servers.server_auth);
    BOOST_TEST(!servers.client_auth);
    BOOST_TEST(cas.agents[0].certificate.is_issued_by(cas.roots[0].certificate));
    BOOST_TEST(cas.servers[0].certificate.is_issued_by(cas.roots[0].certificate));
    for (const char* name : {"root-1.key", "agents-1.key", "servers-1.key"})
        BOOST_TEST(is_private(folder.path() / "pki" / name));
    BOOST_TEST(is_private(folder.path() / "pki"));
}

BOOST_AUTO_TEST_CASE(a_japanese_site_name_is_not_cut_inside_a_character)
{
    const tests::TempFolder folder;
    const auto cas =
        create_site_authority(folder.path() / "pki", "独立行政法人青葉総合病院", start).value();
    BOOST_TEST(
        cas.servers.at(0).certificate.info().common_name
        == "mimamori 独立行政法人青葉総合 root 1, servers 1");
}

BOOST_AUTO_TEST_CASE(an_authority_is_never_overwritten)
{
    const tests::TempFolder folder;
    BOOST_TEST(create_site_authority(folder.path() / "pki", "Aoba", start).has_value());
    const auto again = create_site_authority(folder.path() / "pki", "Aoba", start);
    BOOST_TEST_REQUIRE(again.has_error());
    BOOST_TEST((again.error().code == Errc::conflict));
}

BOOST_AUTO_TEST_CASE(the_root_key_may_be_taken_away)
{
    const tests::TempFolder folder;
    BOOST_TEST(create_site_authority(folder.path() / "pki", "Aoba", start).has_value());
    fs::remove(folder.path() / "pki/root-1.key");
    const auto cas = load_ca_folder(folder.path() / "pki").value();
    BOOST_TEST(!cas.roots.at(0).key.has_value());
    BOOST_TEST((signing_agents_ca(cas, start) != nullptr));
}

BOOST_AUTO_TEST_CASE(a_key_that_others_can_read_is_refused)
{
    const tests::TempFolder folder;
    BOOST_TEST(create_site_authority(folder.path() / "pki", "Aoba", start).has_value());
    fs::permissions(
        folder.path() / "pki/agents-1.key", fs::perms::group_read, fs::perm_options::add);
    BOOST_TEST((code_of_load(folder.path() / "pki") == Errc::forbidden));
}

BOOST_AUTO_TEST_CASE(damaged_missing_and_foreign_files_are_refused_by_name)
{
    const tests::TempFolder folder;
    const fs::path pki = folder.path() / "pki";
    BOOST_TEST((code_of_load(pki) == Errc::not_found));
    BOOST_TEST(create_site_authority(pki, "Aoba", start).has_value());
    BOOST_TEST(create_site_authority(folder.path() / "other", "Midori", start).has_value());

    const std::string good = platform::read_file(pki / "agents-1.pem").value();
    BOOST_TEST(platform::replace_file(pki / "agents-1.pem", good.substr(0, 200)).has_value());
    auto loaded = load_ca_folder(pki);
    BOOST_TEST_REQUIRE(loaded.has_error());
    BOOST_TEST(loaded.error().message.find("agents-1.pem") != std::string::npos);

    fs::copy_file(
        folder.path() / "other/agents-1.pem", pki / "agents-1.pem",
        fs::copy_options::overwrite_existing);
    loaded = load_ca_folder(pki);
    BOOST_TEST_REQUIRE(loaded.has_error());
    BOOST_TEST(loaded.error().message.find("agents-1.key does not belong") != std::string::npos);

    fs::copy_file(
        folder.path() / "other/agents-1.key", pki / "agents-1.key",
        fs::copy_options::overwrite_existing);
    loaded = load_ca_folder(pki);
    BOOST_TEST_REQUIRE(loaded.has_error());
    BOOST_TEST(loaded.error().message.find("signed by no root") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(issuing_cas_are_due_a_year_before_their_end_and_overlap)
{
    const tests::TempFolder folder;
    const fs::path pki = folder.path() / "pki";
    const auto first = create_site_authority(pki, "Aoba", start).value();
    const Timestamp due = start + issuing_lifetime - issuing_overlap;
    BOOST_TEST(!is_issuing_renewal_due(first, due));
    BOOST_TEST(is_issuing_renewal_due(first, due + 1ms));

    BOOST_TEST(renew_issuing_cas(pki, due + 1h).has_value());
    const auto second = load_ca_folder(pki).value();
    BOOST_TEST(second.agents.size() == 2u);
    BOOST_TEST(second.servers.size() == 2u);
    BOOST_TEST(!is_issuing_renewal_due(second, due + 1h));
    BOOST_TEST(signing_agents_ca(second, due + 1h)->number == 2);
    BOOST_TEST(signing_servers_ca(second, due + 1h)->number == 2);
}

BOOST_AUTO_TEST_CASE(an_encrypted_root_key_renews_the_issuing_cas_with_its_passphrase_only)
{
    const tests::TempFolder folder;
    const fs::path pki = folder.path() / "pki";
    const auto made = create_site_authority(pki, "Aoba", start, "correct horse").value();
    BOOST_TEST(!made.roots.at(0).key.has_value());
    BOOST_TEST((renew_issuing_cas(pki, start).error().code == Errc::not_found));

    const std::string key = platform::read_file(pki / "root-1.key").value();
    BOOST_TEST((renew_issuing_cas(pki, start, key, "wrong").error().code == Errc::unauthenticated));
    BOOST_TEST(renew_issuing_cas(pki, start, key, "correct horse").has_value());
    BOOST_TEST(load_ca_folder(pki).value().agents.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_key_of_another_root_renews_nothing)
{
    const tests::TempFolder folder;
    const fs::path pki = folder.path() / "pki";
    BOOST_TEST(create_site_authority(pki, "Aoba", start).has_value());
    const std::string foreign = tls::PrivateKey::generate().value().to_pem();
    BOOST_TEST((renew_issuing_cas(pki, start, foreign).error().code == Errc::invalid_input));
}

BOOST_AUTO_TEST_CASE(servers_stay_below_the_root_that_agents_know_until_two_years_before_its_end)
{
    const tests::TempFolder folder;
    const fs::path pki = folder.path() / "pki";
    BOOST_TEST(create_site_authority(pki, "Aoba", start).has_value());
    const Timestamp change = start + root_lifetime - root_overlap;
    const Timestamp year_17 = start + days{17 * 365};
    BOOST_TEST(renew_issuing_cas(pki, year_17).has_value());  // Generation 2, root 1.
    BOOST_TEST(renew_root(pki, "Aoba", year_17).has_value()); // Generation 3, root 2.
    const auto cas = load_ca_folder(pki).value();
    BOOST_TEST(cas.roots.size() == 2u);

    BOOST_TEST(signing_servers_ca(cas, change - 1ms)->number == 2);
    BOOST_TEST(signing_servers_ca(cas, change)->number == 3);
    BOOST_TEST(signing_agents_ca(cas, change - 1ms)->number == 3);
    BOOST_TEST(root_of(cas, cas.servers.at(2).certificate)->number == 2);
}

BOOST_AUTO_TEST_CASE(outside_of_every_ca_s_time_nothing_signs)
{
    const tests::TempFolder folder;
    const auto cas = create_site_authority(folder.path() / "pki", "Aoba", start).value();
    BOOST_TEST((signing_agents_ca(cas, start - 1h) == nullptr));
    BOOST_TEST((signing_agents_ca(cas, start + issuing_lifetime) == nullptr));
    BOOST_TEST((signing_servers_ca(cas, start + issuing_lifetime) == nullptr));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::pki
