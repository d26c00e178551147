// What the rules about the collector are told, from its real parts.

#include "collector/app/knowledge_set.hpp"
#include "collector/app/system_facts.hpp"
#include "collector/judge/site_judge.hpp"
#include "collector/people/sign_ins.hpp"
#include "collector/pki/authority.hpp"
#include "collector/rules/break_glass_used.hpp"
#include "collector/storage/audit_store.hpp"
#include "collector/storage/person_store.hpp"
#include "common/async/sleep.hpp"
#include "common/async/task_group.hpp"
#include "common/log/log.hpp"
#include "tests/support/run_coro.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/unit/collector/judge/judge_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace mimamori::collector::app {
namespace {

using namespace judge::test;
using std::chrono::hours;

/// A collector whose parts say what is wrong with it.
struct OwnSite : Site
{
    log::Capture quiet;
    tests::TempFolder folder;
    SystemState state;

    OwnSite()
    {
        state.folder = folder.path();
        state.disk.days_left = 4'000;
    }

    /// "rule severity state" of what is found about the collector by one of its rules.
    Lines look(std::string_view rule)
    {
        const rules::SystemFacts facts = system_facts(state, clock.now());
        const judge::SiteLook look{liveness, options.policy, 60s,
                                   facts,    options.alerts, clock.now()};
        write([&](storage::Session& session) { return judge::store_sites(session, look); });
        return findings(DeviceId{"site-root"}, rule);
    }

    void record(const char* action)
    {
        write([&](storage::Session& session) -> Result<bool> {
            return storage::record_change(session, "chief", action, "/copies", clock.now())
                .has_value();
        });
    }
};

BOOST_FIXTURE_TEST_SUITE(system_state, OwnSite)

BOOST_AUTO_TEST_CASE(who_signs_in_past_the_directory_is_told)
{
    people::NewPerson chief;
    chief.name = "chief";
    chief.password = "local correct horse";
    chief.role = people::Role::administrator;
    people::SignIns::add_person_now(*database, chief, clock.now()).value();
    const auto sign_in = [&](people::DirectoryPeople* directory) {
        people::SignIns people{*database, clock, directory};
        mimamori::test::run_coro(io, people.sign_in("chief", chief.password, {}, "10.0.0.1"))
            .value();
    };
    sign_in(nullptr); // Where there is no directory, it is the only way in.
    BOOST_TEST(look("break_glass_used") == Lines{});

    directory::DirectorySettings settings; // Local people need not its answer.
    settings.hosts = {"127.0.0.1"};
    settings.port = 1;
    directory::Directory asked{settings, clock};
    people::DirectoryPeople directory{*database, asked, clock, {}};
    sign_in(&directory);
    BOOST_TEST(look("break_glass_used") == Lines{"break_glass_used[chief] action open"});
    const auto found = finding(DeviceId{"site-root"}, "break_glass_used");
    BOOST_TEST(std::string{*found.evidence.find("address")} == "10.0.0.1");
    clock.advance(rules::break_glass_shown - 1ms);
    BOOST_TEST(look("break_glass_used").size() == 1U);
    clock.advance(1ms);
    BOOST_TEST(look("break_glass_used") == Lines{});
}

BOOST_AUTO_TEST_CASE(the_age_of_the_newest_copy_is_told)
{
    record("site.made");
    clock.advance(days{8} - 1ms);
    BOOST_TEST(look("backup_old") == Lines{});
    clock.advance(1ms); // Never one since the site was made.
    BOOST_TEST(look("backup_old") == Lines{"backup_old warning open"});
    const auto never = finding(DeviceId{"site-root"}, "backup_old");
    BOOST_TEST(std::string{*never.evidence.find("case")} == "never");
    record("backup.made");
    BOOST_TEST(look("backup_old") == Lines{});
    clock.advance(days{4});
    record("backup.made");
    clock.advance(days{8} - 1ms);
    BOOST_TEST(look("backup_old") == Lines{});
    clock.advance(1ms);
    BOOST_TEST(look("backup_old") == Lines{"backup_old warning open"});
    clock.advance(days{23});
    BOOST_TEST(look("backup_old") == Lines{"backup_old action open"});
}

awaitable<void> fail_to_deliver(notify::Notifier& notifier, async::TaskGroup& tasks)
{
    tasks.spawn("notifier", notifier.run());
    for (int i = 0; i < 6'000 && notifier.health().failing.empty(); ++i)
    {
        co_await async::sleep_for(10ms);
        notifier.wake();
    }
    const bool stopped = co_await tasks.stop(10s);
    BOOST_TEST(stopped);
    const bool delivered = co_await notifier.stop(10s);
    BOOST_TEST(delivered);
}

BOOST_AUTO_TEST_CASE(mail_that_does_not_go_out_is_told)
{
    notify::MailSettings mail;
    mail.host = "127.0.0.1";
    mail.port = 1; // Nobody listens there.
    mail.security = notify::MailSecurity::none;
    mail.from = "mimamori@hospital.example";
    mail.to = {"clerk@hospital.example"};
    mail.time_limit = 5s;
    const auto pc = add_device("pc");
    put(pc, "antivirus", wire::AntivirusSection{});
    judge(pc);
    BOOST_TEST_REQUIRE(alerts("opened") > 0);
    BOOST_TEST(!system_facts(state, clock.now()).delivery_configured);

    clock.advance(30s); // What comes within that time is one mail.
    notify::Notifier notifier{
        io.get_executor(), *database, clock, mail, notify::Secrets{folder.path() / "secrets"}};
    async::TaskGroup tasks{
        io.get_executor(), [](const std::string& task, const std::exception& failure) {
            BOOST_ERROR(task << ": " << failure.what());
        }};
    mimamori::test::run_coro(io, fail_to_deliver(notifier, tasks));
    state.delivery = notifier.health();
    const rules::SystemFacts facts = system_facts(state, clock.now());
    BOOST_TEST(facts.delivery_configured);
    BOOST_TEST_REQUIRE(facts.delivery_failing_since.has_value());
    BOOST_TEST((*facts.delivery_failing_since == clock.now()));
    BOOST_TEST(facts.delivery_problem.starts_with("mail: "), facts.delivery_problem);
    clock.advance(15min - 1ms);
    BOOST_TEST(look("mail_failing") == Lines{});
    clock.advance(1ms);
    BOOST_TEST(look("mail_failing") == Lines{"mail_failing warning open"});
    state.delivery.failing.clear();
    BOOST_TEST(look("mail_failing") == Lines{});
}

BOOST_AUTO_TEST_CASE(of_channels_that_fail_the_first_counts_and_dead_letters_too)
{
    const auto failing_since = [this] {
        return system_facts(state, clock.now()).delivery_failing_since;
    };
    state.delivery.configured = true;
    BOOST_TEST(!failing_since().has_value());
    storage::FailingChannel hook;
    hook.name = "hook";
    hook.since = begin - 1h;
    hook.problem = "refused";
    storage::FailingChannel syslog;
    syslog.name = "syslog";
    syslog.dead_since = begin - 2h;
    syslog.problem = "gone";
    for (const auto& order : {std::vector{hook, syslog}, std::vector{syslog, hook}})
    {
        state.delivery.failing = order;
        BOOST_TEST((failing_since() == begin - 2h));
        BOOST_TEST(system_facts(state, clock.now()).delivery_problem == "syslog: gone");
    }
    // A channel of our own makes alerts something that is relied on, without a mail server.
    state.delivery.configured = false;
    BOOST_TEST(system_facts(state, clock.now()).delivery_configured);
}

BOOST_AUTO_TEST_CASE(certificates_of_the_authority_are_told_as_they_end)
{
    pki::create_site_authority(folder.path() / "pki", "Aoba", clock.now()).value();
    pki::AuthorityOptions wanted;
    wanted.folder = folder.path() / "pki";
    wanted.agent_port_names = {{"collector.test"}, {"127.0.0.1"}};
    const auto authority = pki::Authority::open(wanted, clock.now()).value();
    state.expiries = authority->expiries();
    BOOST_TEST(look("certificate_expiring") == Lines{});
    const auto root =
        std::find_if(state.expiries.begin(), state.expiries.end(), [](const pki::Expiry& one) {
            return one.what == pki::Expiry::What::root;
        });
    BOOST_TEST_REQUIRE((root != state.expiries.end()));
    state.expiries = {*root};

    struct Step
    {
        std::chrono::milliseconds left;
        rules::Urgency urgency;
        std::size_t findings;
    };

    const Step steps[] = {
        {days{730}, rules::Urgency::none, 0},
        {days{730} - 1ms, rules::Urgency::soon, 1},
        {hours{730 * 6}, rules::Urgency::soon, 1},
        {hours{730 * 6} - 1ms, rules::Urgency::now, 1},
        {1ms, rules::Urgency::now, 1},
        {0ms, rules::Urgency::over, 1}};
    for (const Step& step : steps)
    {
        clock.advance(state.expiries.front().not_after - step.left - clock.now());
        const auto facts = system_facts(state, clock.now());
        BOOST_TEST_REQUIRE(facts.certificates.size() == 1U);
        BOOST_TEST(facts.certificates[0].what == "root");
        BOOST_TEST(facts.certificates[0].name == state.expiries.front().name);
        BOOST_TEST((facts.certificates[0].urgency == step.urgency));
        BOOST_TEST(look("certificate_expiring").size() == step.findings);
    }
}

BOOST_AUTO_TEST_CASE(knowledge_in_use_is_told_with_the_day_of_its_newest_fact)
{
    const knowledge::Shelf shelf{shelf_options(folder.path() / "knowledge", "")};
    state.knowledge = Knowledge::load(shelf).value().files();
    BOOST_TEST(state.knowledge.size() == 3U);
    BOOST_TEST_REQUIRE(system_facts(state, clock.now()).knowledge.size() == 3U);
    const rules::KnowledgeFact first = system_facts(state, clock.now()).knowledge.front();
    state.knowledge.resize(1);
    clock.advance(Timestamp{first.data_date} + days{60} - 1ms - clock.now());
    BOOST_TEST(look("knowledge_old") == Lines{});
    clock.advance(1ms);
    BOOST_TEST(look("knowledge_old") == Lines{"knowledge_old[" + first.name + "] info open"});
    clock.advance(days{120});
    BOOST_TEST(look("knowledge_old") == Lines{"knowledge_old[" + first.name + "] warning open"});
    state.knowledge.front().data_date = "soon"; // Nothing is made up for what cannot be read.
    BOOST_TEST(system_facts(state, clock.now()).knowledge.empty());
}

BOOST_AUTO_TEST_CASE(the_disk_of_the_database_is_told_or_not_known)
{
    const rules::SystemFacts facts = system_facts(state, clock.now());
    const auto space = std::filesystem::space(state.folder);
    BOOST_TEST(facts.disk_size_bytes.value() == space.capacity);
    BOOST_TEST(facts.disk_free_bytes.value() > 0U);
    BOOST_TEST(facts.disk_free_bytes.value() <= space.free);
    BOOST_TEST(facts.disk_days_left.value() == 4'000U);
    state.disk.days_left = 13;
    BOOST_TEST(look("disk_low") == Lines{"disk_low action open"});
    state.folder = folder.path() / "gone";
    BOOST_TEST(!system_facts(state, clock.now()).disk_size_bytes.has_value());
    BOOST_TEST(!system_facts(state, clock.now()).disk_free_bytes.has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::app
