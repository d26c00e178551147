#include "collector/findings/model_profile.hpp"
#include "common/crypto/hash.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/json_writer.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>
#include <string>

namespace mimamori::collector::findings {
namespace {

ModelProfileFile good()
{
    ModelProfileFile profile;
    profile.model = "Maker M1";
    profile.made_at = parse_rfc3339("2026-03-10T12:00:00Z").value();
    profile.devices = 12;
    profile.ports = {{"tcp/445", 12}, {"udp/dynamic svc.exe", 1}};
    profile.services = {{"spooler (spoolsv.exe)", 12}};
    profile.peers = {{"out inside tcp/104 viewer.exe", 11}};
    profile.programs = {
        {"C:\\Program Files\\Lab\\lab.exe", std::string(64, 'a'), "Lab Inc.", "Lab", "1.2", 12}};
    seal(profile);
    return profile;
}

BOOST_AUTO_TEST_SUITE(model_profile)

BOOST_AUTO_TEST_CASE(what_was_sealed_is_good_also_after_it_was_read_again)
{
    BOOST_TEST(check_profile(good()).has_value());
    const auto read = wire::from_json<ModelProfileFile>(wire::to_json(good()));
    BOOST_TEST_REQUIRE(read.has_value());
    BOOST_TEST((*read == good()));
    BOOST_TEST(check_profile(*read).has_value());
}

BOOST_AUTO_TEST_CASE(whatever_was_changed_afterwards_shows)
{
    const std::function<void(ModelProfileFile&)> changes[] = {
        [](ModelProfileFile& p) { p.model = "Maker M2"; },
        [](ModelProfileFile& p) { p.hospital = "Another"; },
        [](ModelProfileFile& p) { p.devices = 13; },
        [](ModelProfileFile& p) { p.ports[0].key = "tcp/446"; },
        [](ModelProfileFile& p) {
            p.ports.push_back({"tcp/23", 1});
        },
        [](ModelProfileFile& p) { p.ports[0].devices = 11; },
        [](ModelProfileFile& p) { p.services[0].key = "odd"; },
        [](ModelProfileFile& p) { p.peers.clear(); },
        [](ModelProfileFile& p) { p.programs[0].sha256[0] = 'b'; },
        [](ModelProfileFile& p) { p.programs.clear(); },
        [](ModelProfileFile& p) { p.sha256.clear(); }};
    for (const auto& change : changes)
    {
        ModelProfileFile profile = good();
        change(profile);
        const auto checked = check_profile(profile);
        BOOST_TEST_REQUIRE(!checked.has_value());
        BOOST_TEST((checked.error().code == Errc::invalid_input));
        BOOST_TEST(
            checked.error().message == "profile: it was changed or damaged after it was written");
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_profile_is_refused_even_when_it_is_sealed)
{
    const std::function<void(ModelProfileFile&)> faults[] = {
        [](ModelProfileFile& p) { p.model.clear(); },
        [](ModelProfileFile& p) { p.model.assign(1'025, 'x'); },
        [](ModelProfileFile& p) { p.ports[0].key = "tcp/"; },
        [](ModelProfileFile& p) { p.ports[0].key = "tcp/123456"; },
        [](ModelProfileFile& p) { p.ports[0].key = "tcp/44x"; },
        [](ModelProfileFile& p) { p.ports[0].key = "tcp/dynamic "; },
        [](ModelProfileFile& p) { p.ports[0].key = "icmp/1"; },
        [](ModelProfileFile& p) { p.programs[0].path.clear(); },
        [](ModelProfileFile& p) { p.programs[0].sha256 = "a"; },
        [](ModelProfileFile& p) { p.programs[0].sha256 = std::string(64, 'A'); },
        [](ModelProfileFile& p) { p.programs[0].signer.assign(1'025, 'x'); },
        [](ModelProfileFile& p) { p.services[0].key = ""; },
        [](ModelProfileFile& p) { p.services[0].key = "Spooler"; },
        [](ModelProfileFile& p) { p.services[0].key = "x2"; },
        [](ModelProfileFile& p) { p.services[0].key = "a\nb"; },
        [](ModelProfileFile& p) { p.services[0].key.assign(1'025, 'x'); },
        [](ModelProfileFile& p) { p.peers[0].key = "10.0.0.7"; },
        [](ModelProfileFile& p) {
            p.ports.resize(profile_keys_max + 1, {"tcp/1", 1});
        },
        [](ModelProfileFile& p) {
            p.services.resize(profile_keys_max + 1, {"x", 1});
        },
        [](ModelProfileFile& p) { p.peers.resize(profile_keys_max + 1, p.peers[0]); },
        [](ModelProfileFile& p) {
            p.programs.resize(profile_programs_max + 1, p.programs.front());
        }};
    for (const auto& fault : faults)
    {
        ModelProfileFile profile = good();
        fault(profile);
        seal(profile);
        BOOST_TEST(!check_profile(profile).has_value());
    }
    ModelProfileFile profile = good();
    profile.format = "something else";
    BOOST_TEST(check_profile(profile).error().message == "profile: not a profile of this form");
}

BOOST_AUTO_TEST_CASE(a_profile_of_the_first_form_is_read)
{
    // As a collector of before wrote it: the hash is that of what is not empty.
    const std::string text =
        R"({"format":"mimamori-model-profile-1","model":"Maker M1","made_at":")"
        + to_rfc3339(good().made_at) + R"(","devices":12,"ports":[{"key":"tcp/445"}])";
    const std::string hash = crypto::sha256_hex(text + '}');
    const auto read = wire::from_json<ModelProfileFile>(
        text + R"(,"hospital":"","programs":[],"sha256":")" + hash + "\"}");
    BOOST_TEST_REQUIRE(read.has_value());
    BOOST_TEST(check_profile(*read).has_value());
    BOOST_TEST(read->ports.front().key == "tcp/445");

    const std::function<void(ModelProfileFile&)> changes[] = {
        [](ModelProfileFile& p) { p.model = "Maker M2"; },
        [](ModelProfileFile& p) { p.ports[0].key = "tcp/446"; },
        [](ModelProfileFile& p) { p.ports[0].devices = 1; },
        [](ModelProfileFile& p) {
            p.services = {{"odd", 1}};
        },
        [](ModelProfileFile& p) {
            p.peers = {{"out inside tcp/104", 1}};
        },
        [](ModelProfileFile& p) { p.format = profile_format; }};
    for (const auto& change : changes)
    {
        ModelProfileFile profile = *read;
        change(profile);
        BOOST_TEST(!check_profile(profile).has_value());
    }
}

BOOST_AUTO_TEST_CASE(as_much_as_is_allowed_is_allowed)
{
    ModelProfileFile profile = good();
    profile.model.assign(1'024, 'x');
    profile.ports.resize(profile_keys_max, {"tcp/65535", 1});
    profile.services.resize(profile_keys_max, {std::string(1'024, 'x'), 1});
    profile.peers.resize(profile_keys_max, {"in outside tcp/dynamic", 1});
    profile.programs.resize(profile_programs_max, profile.programs.front());
    seal(profile);
    BOOST_TEST(check_profile(profile).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::findings
