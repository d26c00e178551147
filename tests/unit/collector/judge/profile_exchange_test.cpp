// A profile that one hospital made is taken over by another.

#include "collector/judge/profile_exchange.hpp"
#include "tests/unit/collector/judge/judge_fixture.hpp"

namespace mimamori::collector::judge {
namespace {

using namespace test;
using findings::ModelProfileFile;

const wire::Program common_program = program("/opt/lab/common", 'a');
const wire::Program rare_program = program("/opt/lab/rare", 'b');

struct Hospital : ProgramSite
{
    ModelProfileFile exported(const std::string& model = "Maker M1")
    {
        return read([&](storage::Session& session) {
            ProgramKnowledge knowledge{options.policy, remote_tools()};
            return export_profile(session, knowledge, model, clock.now());
        });
    }

    Result<Touched<ProfileImport>> import(const ModelProfileFile& profile, ImportIs is)
    {
        const ProgramKnowledge knowledge{options.policy, remote_tools()};
        auto done = database->write_and_wait([&](storage::Session& session) {
            return import_profile(session, knowledge, profile, is, "sato", clock.now());
        });
        evaluator->forget();
        return done;
    }

    DeviceId add_with(const std::string& name, std::vector<wire::Program> programs)
    {
        const auto device = add_device(name);
        put(device, "processes", processes(std::move(programs)));
        wire::ListenersSection listeners;
        wire::Listener listener;
        listener.address = "0.0.0.0";
        listener.port = 445;
        listener.protocol = "tcp";
        listeners.listeners.push_back(listener);
        put(device, "listeners", listeners);
        wire::ServicesSection services;
        for (const char* command : {"/opt/lab/labd", "/opt/TeamViewer/teamviewer_service.exe"})
        {
            wire::Service& service = services.services.emplace_back();
            service.name = command + 5;
            service.start_type = "automatic";
            service.command = command;
        }
        put(device, "services", services);
        wire::PeersSection peers;
        peers.peers = {{"10.0.0.7", 104, "out", "/opt/lab/viewer"}};
        put(device, "peers", peers);
        judge(device);
        return device;
    }
};

/// Two devices with a program in common, and things that no profile tells of.
struct Giver : Hospital
{
    Giver()
    {
        add_with(
            "a", {common_program, rare_program, program("/tmp/x", 'c'),
                  program("C:\\Program Files\\TeamViewer\\TeamViewer.exe", 'd')});
        auto unread = program("/opt/lab/unread");
        unread.sha256.clear();
        add_with("b", {common_program, unread});
        end_learning();
    }
};

std::vector<std::string> paths_of(const ModelProfileFile& profile)
{
    std::vector<std::string> paths;
    for (const auto& one : profile.programs)
        paths.push_back(one.path + ' ' + std::to_string(one.devices));
    return paths;
}

BOOST_AUTO_TEST_SUITE(profile_exchange)

BOOST_FIXTURE_TEST_CASE(a_profile_has_what_was_learned_with_its_prevalence_and_nothing_else, Giver)
{
    const ModelProfileFile profile = exported();
    BOOST_TEST(profile.model == "Maker M1");
    BOOST_TEST(profile.devices == 2);
    BOOST_TEST_REQUIRE(profile.ports.size() == 1);
    BOOST_TEST(profile.ports.front().key == "tcp/445");
    BOOST_TEST(profile.ports.front().devices == 2);
    BOOST_TEST_REQUIRE(profile.services.size() == 1); // Not the remote tool.
    BOOST_TEST(profile.services.front().key == "lab/labd (labd)");
    BOOST_TEST_REQUIRE(profile.peers.size() == 1);
    BOOST_TEST(profile.peers.front().key == "out inside tcp/104 viewer");
    BOOST_TEST(profile.peers.front().devices == 2);
    BOOST_TEST(
        paths_of(profile) == (Lines{"/opt/lab/common 2", "/opt/lab/rare 1"}),
        boost::test_tools::per_element());
    BOOST_TEST(findings::check_profile(profile).has_value());
    const std::string text = wire::to_json(profile);
    for (const char* own : {"agent-a", "\"a\"", "root", "10.0.0.7"})
        BOOST_TEST(text.find(own) == std::string::npos, own);
}

BOOST_FIXTURE_TEST_CASE(what_somebody_refused_is_not_passed_on, Giver)
{
    ProgramRequest request;
    request.program_no = database.number("SELECT no FROM program WHERE path = '/opt/lab/rare'");
    request.decision = findings::Decision::refuse;
    request.scope = findings::DecisionScope::site;
    request.scope_value = "root";
    request.reason = "not ours";
    BOOST_TEST(decide(request).has_value());
    BOOST_TEST(
        paths_of(exported()) == Lines{"/opt/lab/common 2"}, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_model_that_nobody_has_has_no_profile, Hospital)
{
    const auto found = database->read_and_wait([&](storage::Session& session) {
        ProgramKnowledge knowledge{options.policy, remote_tools()};
        return export_profile(session, knowledge, "Maker M9", clock.now());
    });
    BOOST_TEST(!found.has_value());
    BOOST_TEST((found.error().code == Errc::not_found));
}

BOOST_AUTO_TEST_CASE(what_a_profile_brings_is_known_and_what_it_lacks_is_not)
{
    const ModelProfileFile profile = Giver{}.exported();
    Hospital taker;
    const auto before = taker.import(profile, ImportIs::dry_run);
    BOOST_TEST_REQUIRE(before.has_value());
    for (const rules::ItemKind kind :
         {rules::ItemKind::port, rules::ItemKind::service, rules::ItemKind::peer})
        BOOST_TEST(before->value.keys[kind].fresh == 1);
    BOOST_TEST(before->value.programs_new == 2);
    BOOST_TEST(taker.database.number("SELECT count(*) FROM model WHERE name <> ''") == 0);
    BOOST_TEST(taker.database.number("SELECT count(*) FROM program_decision") == 0);
    BOOST_TEST(taker.database.number("SELECT count(*) FROM change_log") == 0);

    BOOST_TEST(taker.import(profile, ImportIs::real).has_value());
    BOOST_TEST(taker.database.number("SELECT count(*) FROM profile_item") == 3);
    BOOST_TEST(
        taker.database.number("SELECT count(*) FROM profile_item"
                              " WHERE source = 'imported' AND set_by = 'sato'")
        == 3);
    BOOST_TEST(taker.database.text("SELECT action FROM change_log") == "model.import_profile");
    taker.add_with("first", {});
    taker.end_learning();
    const auto pc = taker.add_with("pc", {common_program, program("/opt/lab/other", 'e')});
    BOOST_TEST(
        taker.findings(pc, "process_unknown")
            == Lines{"process_unknown[/opt/lab/other] warning open"},
        boost::test_tools::per_element());
    BOOST_TEST(taker.findings(pc, "port_unexpected") == Lines{});
    BOOST_TEST(taker.findings(pc, "service_unexpected") == Lines{});
    BOOST_TEST(taker.findings(pc, "peer_unexpected") == Lines{});

    // Once more it brings nothing.
    const auto again = taker.import(profile, ImportIs::real);
    const auto& services = again->value.keys[rules::ItemKind::service];
    BOOST_TEST(services.fresh == 0);
    BOOST_TEST(services.known == 1);
    BOOST_TEST(again->value.programs_new == 0);
    BOOST_TEST(again->value.programs_known == 2);
    BOOST_TEST(again->devices.size() == 2);
}

BOOST_AUTO_TEST_CASE(no_profile_brings_what_a_person_must_look_at)
{
    ModelProfileFile profile = Giver{}.exported();
    for (const char* path :
         {"/tmp/x", "C:\\ProgramData\\svch0st.exe",
          "C:\\Program Files\\TeamViewer\\TeamViewer.exe"})
        profile.programs.push_back({path, std::string(64, 'f'), {}, {}, {}, 2});
    profile.services.push_back({"helper (svch0st.exe)", 2}); // No agent tells of a number.
    findings::seal(profile);
    BOOST_TEST(!findings::check_profile(profile).has_value());
    profile.services.back() = {"helper (teamviewer_service.exe)", 2};
    findings::seal(profile);
    Hospital taker;
    const auto done = taker.import(profile, ImportIs::real);
    BOOST_TEST_REQUIRE(done.has_value());
    BOOST_TEST(done->value.programs_new == 2);
    BOOST_TEST(done->value.keys[rules::ItemKind::service].fresh == 1);
    BOOST_TEST(done->value.refused.size() == 4);
    BOOST_TEST(taker.database.number("SELECT count(*) FROM program_decision") == 2);
}

BOOST_AUTO_TEST_CASE(a_changed_profile_changes_nothing)
{
    ModelProfileFile profile = Giver{}.exported();
    profile.programs.push_back({"/opt/evil", std::string(64, 'f'), {}, {}, {}, 2});
    Hospital taker;
    const auto done = taker.import(profile, ImportIs::real);
    BOOST_TEST(!done.has_value());
    BOOST_TEST(taker.database.number("SELECT count(*) FROM program_decision") == 0);
    BOOST_TEST(taker.database.number("SELECT count(*) FROM profile_item") == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::judge
