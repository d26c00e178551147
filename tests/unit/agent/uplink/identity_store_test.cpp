#include "agent/uplink/identity_store.hpp"
#include "common/log/log.hpp"
#include "common/platform/file.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/support/test_pki.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>

namespace mimamori::agent::uplink {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

const test::TestPki& pki()
{
    static const test::TestPki made;
    return made;
}

struct Fixture
{
    log::Capture lines;
    tests::TempFolder folder;
    IdentityStore store{IdentityStore::open(folder.path() / "identity").value()};

    fs::path file(const std::string& name) const { return folder.path() / "identity" / name; }

    EnrolledIdentity identity()
    {
        auto key = store.key().value();
        auto certificate = tls::issue_agent(
                               {pki().agents_ca, pki().agents_key}, key.public_key(), "AGENT1",
                               test::days_around_now(10, 80))
                               .value();
        return {AgentId{"AGENT1"}, std::move(key), std::move(certificate), {pki().root}};
    }

    std::optional<EnrolledIdentity> load() { return store.load(pki().root.fingerprint()).value(); }
};

BOOST_FIXTURE_TEST_SUITE(identity_store, Fixture)

BOOST_AUTO_TEST_CASE(the_key_is_made_once)
{
    const auto first = store.key().value().public_key().fingerprint();
    BOOST_TEST((store.key().value().public_key().fingerprint() == first));
    auto again = IdentityStore::open(folder.path() / "identity").value();
    BOOST_TEST((again.key().value().public_key().fingerprint() == first));
    for (const char* name : {"key.pem", ""})
    {
        const auto mode = fs::status(file(name)).permissions();
        BOOST_TEST(((mode & (fs::perms::group_all | fs::perms::others_all)) == fs::perms::none));
    }
}

BOOST_AUTO_TEST_CASE(an_identity_is_read_as_it_was_saved)
{
    BOOST_TEST(!load().has_value());
    const auto saved = identity();
    BOOST_TEST(store.save(saved).has_value());
    const auto read = load().value();
    BOOST_TEST(read.agent.text() == "AGENT1");
    BOOST_TEST((read.certificate.fingerprint() == saved.certificate.fingerprint()));
    BOOST_TEST(read.roots.size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_identity_of_another_site_does_not_count)
{
    BOOST_TEST(store.save(identity()).has_value());
    tls::Sha256 other = pki().root.fingerprint();
    other[0] ^= 1U;
    BOOST_TEST(!store.load(other).value().has_value());
    BOOST_TEST(lines.contains("another ca_fingerprint"));
    BOOST_TEST(load().has_value());
}

BOOST_AUTO_TEST_CASE(a_certificate_for_another_key_is_set_aside)
{
    BOOST_TEST(store.save(identity()).has_value());
    fs::remove(file("key.pem"));
    BOOST_TEST(!load().has_value());
    BOOST_TEST(fs::exists(file("identity.json.damaged")));
    BOOST_TEST(lines.contains("not for this device's key"));
}

BOOST_AUTO_TEST_CASE(every_cut_of_the_identity_file_is_survived)
{
    BOOST_TEST(store.save(identity()).has_value());
    const std::string whole = platform::read_file(file("identity.json")).value();
    for (std::size_t size = 0; size < whole.size(); size += 97)
    {
        BOOST_TEST(
            platform::replace_file(file("identity.json"), whole.substr(0, size)).has_value());
        BOOST_TEST(!load().has_value());
    }
    BOOST_TEST(platform::replace_file(file("identity.json"), whole).has_value());
    BOOST_TEST(load().has_value());
}

BOOST_AUTO_TEST_CASE(time_is_kept_and_when_damaged_taken_from_the_own_certificate)
{
    BOOST_TEST(!store.load_time().has_value());
    const Heard heard{test::pki_now() + 5h, test::pki_now() - 1h};
    BOOST_TEST(store.save_time(heard).has_value());
    BOOST_TEST((store.load_time() == heard));

    const auto saved = identity();
    BOOST_TEST(store.save(saved).has_value());
    BOOST_TEST(platform::replace_file(file("time.json"), "{\"collector_time\":").has_value());
    const Heard expected{saved.certificate.info().not_before, Timestamp{}};
    BOOST_TEST((store.load_time() == expected));
}

BOOST_AUTO_TEST_CASE(a_ticket_is_kept_private_and_erased)
{
    BOOST_TEST(!store.ticket().value().has_value());
    BOOST_TEST(store.keep_ticket("MT-1").has_value());
    BOOST_TEST(store.ticket().value().value() == "MT-1");
    const auto mode = fs::status(file("ticket")).permissions();
    BOOST_TEST(((mode & (fs::perms::group_all | fs::perms::others_all)) == fs::perms::none));
    BOOST_TEST(store.erase_ticket().has_value());
    BOOST_TEST(!store.ticket().value().has_value());
    BOOST_TEST(store.erase_ticket().has_value());
}

BOOST_AUTO_TEST_CASE(forgetting_makes_a_new_key)
{
    const auto first = store.key().value().public_key().fingerprint();
    BOOST_TEST(store.save(identity()).has_value());
    BOOST_TEST(store.forget().has_value());
    BOOST_TEST(!load().has_value());
    BOOST_TEST((store.key().value().public_key().fingerprint() != first));
}

BOOST_AUTO_TEST_CASE(the_state_for_people_is_read_as_it_was_saved)
{
    BOOST_TEST(!store.load_state().has_value());
    EnrolmentState state;
    state.state = "waiting";
    state.code = "K7M2XQ";
    state.at = test::pki_now();
    BOOST_TEST(store.save_state(state).has_value());
    BOOST_TEST((store.load_state() == state));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::uplink
