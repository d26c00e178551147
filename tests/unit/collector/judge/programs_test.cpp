#include "tests/unit/collector/judge/judge_fixture.hpp"

namespace mimamori::collector::judge {
namespace {

using namespace test;
using findings::DecisionKind;
using findings::DecisionScope;

BOOST_AUTO_TEST_SUITE(programs)

BOOST_FIXTURE_TEST_CASE(the_programs_of_a_new_model_are_learned, ProgramSite)
{
    const auto pc = add_device("pc");
    put(pc, "processes", processes({program("/usr/bin/a"), program("/opt/lab/b", 'b')}));
    judge(pc);
    BOOST_TEST(findings(pc, "process_unknown") == Lines{});
}

BOOST_FIXTURE_TEST_CASE(a_program_in_a_users_place_is_never_learned, ProgramSite)
{
    const auto pc = add_device("pc");
    put(pc, "processes", processes({program("/usr/bin/a"), program("/tmp/x", 'b')}));
    judge(pc);
    BOOST_TEST(findings(pc, "process_unknown") == Lines{"process_unknown[/tmp/x] action open"});
}

BOOST_FIXTURE_TEST_CASE(a_copy_of_a_known_program_in_a_users_place_is_unknown, ProgramSite)
{
    const auto pc = add_device("pc");
    put(pc, "processes",
        processes({program("/usr/bin/sleep", 'a', "dpkg:coreutils"), program("/tmp/sleep", 'a')}));
    judge(pc);
    BOOST_TEST(findings(pc, "process_unknown") == Lines{"process_unknown[/tmp/sleep] action open"});
}

BOOST_FIXTURE_TEST_CASE(lookalikes_and_remote_tools_are_never_learned, ProgramSite)
{
    const auto pc = add_device("pc");
    put(pc, "processes",
        processes(
            {program("C:\\ProgramData\\svch0st.exe", 'b'),
             program("C:\\Program Files\\TeamViewer\\TeamViewer.exe", 'c')}));
    judge(pc);
    BOOST_TEST(findings(pc, "process_unknown") == Lines{});
    BOOST_TEST(
        findings(pc, "remote_tool")
        == Lines{"remote_tool[C:\\Program Files\\TeamViewer\\TeamViewer.exe] warning open"});
    BOOST_TEST(*finding(pc, "remote_tool").evidence.find("tool") == "TeamViewer");
    BOOST_TEST(
        findings(pc, "process_lookalike")
        == Lines{"process_lookalike[C:\\ProgramData\\svch0st.exe] action open"});
}

BOOST_FIXTURE_TEST_CASE(the_first_run_of_a_program_is_judged_from_its_event, ProgramSite)
{
    const auto pc = add_device("pc");
    put(pc, "processes", processes({program("/usr/bin/a")}));
    judge(pc);
    end_learning();
    put_event(pc, first_run(program("/opt/new", 'n')));
    judge(pc);
    BOOST_TEST(findings(pc, "process_unknown") == Lines{"process_unknown[/opt/new] warning open"});
    const auto found = finding(pc, "process_unknown");
    BOOST_TEST(*found.evidence.find("devices") == "1");
    BOOST_TEST(*found.evidence.find("devices_total") == "1");
    // The list that comes later says the same.
    put(pc, "processes", processes({program("/usr/bin/a"), program("/opt/new", 'n')}));
    judge(pc);
    BOOST_TEST(findings(pc, "process_unknown") == Lines{"process_unknown[/opt/new] warning open"});
    BOOST_TEST(
        database.number(
            "SELECT count(*) FROM finding_change WHERE what = 'opened'"
            " AND finding_no = "
            + std::to_string(found.no))
        == 1);
}

BOOST_FIXTURE_TEST_CASE(approval_closes_it_and_it_stays_closed_after_a_restart, ProgramSite)
{
    const auto pc = add_device("pc");
    put(pc, "processes", processes({program("/usr/bin/a"), program("/tmp/x", 'b')}));
    judge(pc);
    const auto decided = decide(allow(program_no(pc)));
    BOOST_TEST_REQUIRE(decided.has_value());
    BOOST_TEST_REQUIRE(decided->devices.size() == 1);
    BOOST_TEST(decided->devices.front().text() == "pc");
    evaluator->forget();
    judge(pc);
    BOOST_TEST(findings(pc, "process_unknown") == Lines{});

    restart();
    clock.advance(1h);
    heard(pc);
    put_event(pc, first_run(program("/tmp/x", 'b')));
    put(pc, "processes", processes({program("/tmp/x", 'b')}));
    judge(pc);
    BOOST_TEST(findings(pc, "process_unknown") == Lines{});
    // Another content at that path is another program.
    put_event(pc, first_run(program("/tmp/x", 'c')));
    judge(pc);
    BOOST_TEST(findings(pc, "process_unknown") == Lines{"process_unknown[/tmp/x] action open"});
}

BOOST_FIXTURE_TEST_CASE(an_approval_ends_on_its_day_and_when_it_is_taken_back, ProgramSite)
{
    const auto pc = add_device("pc");
    put(pc, "processes", processes({program("/tmp/x", 'b')}));
    judge(pc);
    ProgramRequest request = allow(program_no(pc));
    request.until = clock.now() + days{90};
    const auto decided = decide(request);
    evaluator->forget();
    judge(pc);
    BOOST_TEST(findings(pc, "process_unknown") == Lines{});
    clock.advance(days{90} - 1ms);
    heard(pc);
    judge(pc);
    BOOST_TEST(findings(pc, "process_unknown") == Lines{});
    clock.advance(1ms);
    judge(pc);
    BOOST_TEST(findings(pc, "process_unknown") == Lines{"process_unknown[/tmp/x] action open"});

    const auto again = decide(allow(program_no(pc)));
    evaluator->forget();
    judge(pc);
    BOOST_TEST(findings(pc, "process_unknown") == Lines{});
    write([&](storage::Session& session) {
        return end_program_decision(session, again->value.no, "tanaka", clock.now());
    });
    evaluator->forget();
    judge(pc);
    BOOST_TEST(findings(pc, "process_unknown") == Lines{"process_unknown[/tmp/x] action open"});
    const auto twice = database->write_and_wait([&](storage::Session& session) {
        return end_program_decision(session, again->value.no, "tanaka", clock.now());
    });
    BOOST_TEST((twice.error().code == Errc::conflict));
}

BOOST_FIXTURE_TEST_CASE(an_approval_holds_in_its_scope_only, ProgramSite)
{
    const auto a = add_device("a");
    const auto b = add_device("b");
    for (const auto& pc : {a, b})
    {
        put(pc, "processes", processes({program("/tmp/x", 'b')}));
        judge(pc);
    }
    ProgramRequest request = allow(program_no(a));
    request.scope = DecisionScope::device;
    request.scope_value = "a";
    BOOST_TEST_REQUIRE(decide(request).has_value());
    evaluator->forget();
    judge(a);
    judge(b);
    BOOST_TEST(findings(a, "process_unknown") == Lines{});
    BOOST_TEST(findings(b, "process_unknown") == Lines{"process_unknown[/tmp/x] action open"});
    BOOST_TEST(*finding(b, "process_unknown").evidence.find("devices") == "2");
    BOOST_TEST(*finding(b, "process_unknown").evidence.find("devices_total") == "2");
}

BOOST_FIXTURE_TEST_CASE(an_approval_by_path_is_refused_in_a_users_place, ProgramSite)
{
    const auto pc = add_device("pc");
    put(pc, "processes", processes({program("/home/a/x", 'b')}));
    judge(pc);
    ProgramRequest request = allow(program_no(pc));
    request.kind = DecisionKind::path;
    const auto refused = decide(request);
    BOOST_TEST_REQUIRE(refused.has_error());
    BOOST_TEST((refused.error().code == Errc::invalid_input));
    request.program_no = 12345;
    BOOST_TEST((decide(request).error().code == Errc::not_found));
}

BOOST_FIXTURE_TEST_CASE(a_refused_program_is_found_where_it_was_learned, ProgramSite)
{
    const auto pc = add_device("pc");
    put(pc, "processes", processes({program("/opt/game", 'g')}));
    judge(pc);
    BOOST_TEST(findings(pc, "process_unknown") == Lines{});
    ProgramRequest request = allow(database.number("SELECT no FROM program"));
    request.decision = findings::Decision::refuse;
    BOOST_TEST_REQUIRE(decide(request).has_value());
    evaluator->forget();
    judge(pc);
    BOOST_TEST(findings(pc, "process_unknown") == Lines{"process_unknown[/opt/game] action open"});
    BOOST_TEST(*finding(pc, "process_unknown").evidence.find("case") == "refused");
}

BOOST_FIXTURE_TEST_CASE(after_learning_a_new_version_of_a_package_is_known, ProgramSite)
{
    const auto pc = add_device("pc");
    put(pc, "processes", processes({program("/usr/sbin/sshd", 'a', "dpkg:openssh-server")}));
    judge(pc);
    end_learning();
    put(pc, "processes", processes({program("/usr/sbin/sshd", 'b', "dpkg:openssh-server")}));
    judge(pc);
    BOOST_TEST(findings(pc, "process_unknown") == Lines{});
    // An unsigned program with another content is another program.
    put(pc, "processes", processes({program("/usr/sbin/sshd", 'c')}));
    judge(pc);
    BOOST_TEST(
        findings(pc, "process_unknown") == Lines{"process_unknown[/usr/sbin/sshd] warning open"});
}

BOOST_FIXTURE_TEST_CASE(what_one_of_many_devices_has_alone_is_not_learned, ProgramSite)
{
    std::vector<DeviceId> pcs;
    for (const char* name : {"a", "b", "c", "d", "e"})
        pcs.push_back(add_device(name));
    for (const DeviceId& pc : pcs)
    {
        put(pc, "processes", processes({program("/usr/bin/common")}));
        judge(pc);
    }
    put(pcs[0], "processes", processes({program("/usr/bin/common"), program("/opt/odd", 'o')}));
    put(pcs[1], "processes", processes({program("/usr/bin/common"), program("/opt/two", 't')}));
    put(pcs[2], "processes", processes({program("/usr/bin/common"), program("/opt/two", 't')}));
    for (const DeviceId& pc : pcs)
        judge(pc);
    // While learning lasts, a second device may still get it.
    for (const DeviceId& pc : pcs)
        BOOST_TEST(findings(pc, "process_unknown") == Lines{});
    BOOST_TEST_REQUIRE(last_look.has_value());

    clock.advance(days{14});
    for (const DeviceId& pc : pcs)
    {
        heard(pc);
        judge(pc);
    }
    BOOST_TEST(
        findings(pcs[0], "process_unknown") == Lines{"process_unknown[/opt/odd] warning open"});
    for (std::size_t i = 1; i < pcs.size(); ++i)
        BOOST_TEST(findings(pcs[i], "process_unknown") == Lines{});
}

BOOST_FIXTURE_TEST_CASE(what_spreads_after_learning_is_not_learned, ProgramSite)
{
    const auto a = add_device("a");
    const auto b = add_device("b");
    for (const DeviceId& pc : {a, b})
    {
        put(pc, "processes", processes({program("/usr/bin/common")}));
        judge(pc);
    }
    clock.advance(days{14});
    for (const DeviceId& pc : {a, b})
    {
        heard(pc);
        put(pc, "processes", processes({program("/usr/bin/common"), program("/opt/worm", 'w')}));
        judge(pc);
    }
    for (const DeviceId& pc : {a, b})
    {
        judge(pc);
        BOOST_TEST(
            findings(pc, "process_unknown") == Lines{"process_unknown[/opt/worm] warning open"});
        BOOST_TEST(*finding(pc, "process_unknown").evidence.find("devices") == "2");
    }
}

BOOST_FIXTURE_TEST_CASE(another_model_learns_for_itself, ProgramSite)
{
    const auto a = add_device("a", "M1");
    put(a, "processes", processes({program("/opt/a", 'a')}));
    judge(a);
    clock.advance(days{20});
    const auto b = add_device("b", "M2");
    put(b, "processes", processes({program("/opt/b", 'b')}));
    judge(b);
    BOOST_TEST(findings(b, "process_unknown") == Lines{});
    heard(a);
    put(a, "processes", processes({program("/opt/a", 'a'), program("/opt/b", 'b')}));
    judge(a);
    BOOST_TEST(findings(a, "process_unknown") == Lines{"process_unknown[/opt/b] warning open"});
}

BOOST_FIXTURE_TEST_CASE(learning_can_be_ended_early_and_begun_again, ProgramSite)
{
    const auto pc = add_device("pc");
    put(pc, "processes", processes({program("/usr/bin/a")}));
    judge(pc);
    end_learning();
    put(pc, "processes", processes({program("/usr/bin/a"), program("/opt/n", 'n')}));
    judge(pc);
    BOOST_TEST(findings(pc, "process_unknown") == Lines{"process_unknown[/opt/n] warning open"});
    write([&](storage::Session& session) {
        return learn_until(session, "Maker M1", clock.now() + days{7}, "sato", clock.now());
    });
    evaluator->forget();
    judge(pc);
    BOOST_TEST(findings(pc, "process_unknown") == Lines{});
}

BOOST_FIXTURE_TEST_CASE(a_content_that_is_not_read_yet_is_no_alarm_on_a_new_device, ProgramSite)
{
    const auto first = add_device("first");
    put(first, "processes", processes({program("/opt/lab/x", 'x')}));
    judge(first);
    end_learning();
    const auto second = add_device("second");
    auto unread = program("/opt/lab/x");
    unread.sha256.clear();
    put(second, "processes", processes({unread}));
    judge(second);
    BOOST_TEST(findings(second, "process_unknown") == Lines{});
    put(second, "processes", processes({program("/opt/lab/x", 'x')}));
    judge(second);
    BOOST_TEST(findings(second, "process_unknown") == Lines{});
    BOOST_TEST(
        database.number(
            "SELECT count(*) FROM device_program WHERE device_no = "
            + std::to_string(no_of(second)))
        == 1);
}

BOOST_FIXTURE_TEST_CASE(a_content_that_is_never_read_is_an_alarm_in_the_end, ProgramSite)
{
    const auto pc = add_device("pc");
    judge(pc);
    end_learning();
    auto unread = program("/opt/lab/x");
    unread.sha256.clear();
    put(pc, "processes", processes({unread}));
    judge(pc);
    BOOST_TEST(findings(pc, "process_unknown") == Lines{});
    clock.advance(2h);
    heard(pc);
    judge(pc);
    BOOST_TEST(
        findings(pc, "process_unknown") == Lines{"process_unknown[/opt/lab/x] warning open"});
}

BOOST_FIXTURE_TEST_CASE(an_agent_that_reads_its_files_anew_changes_nothing, ProgramSite)
{
    const auto pc = add_device("pc");
    put(pc, "processes", processes({program("/opt/lab/x", 'x')}));
    judge(pc);
    clock.advance(days{30});
    heard(pc);
    auto unread = program("/opt/lab/x");
    unread.sha256.clear();
    put(pc, "processes", processes({unread}));
    judge(pc);
    BOOST_TEST(findings(pc, "process_unknown") == Lines{});
}

BOOST_FIXTURE_TEST_CASE(an_unknown_program_stays_found_after_it_is_gone, ProgramSite)
{
    const auto pc = add_device("pc");
    put(pc, "processes", processes({program("/usr/bin/a"), program("/tmp/x", 'b')}));
    judge(pc);
    clock.advance(days{9});
    heard(pc);
    put(pc, "processes", processes({program("/usr/bin/a")}));
    judge(pc);
    BOOST_TEST(findings(pc, "process_unknown") == Lines{"process_unknown[/tmp/x] action open"});
    // A person may close it; it stays closed until the program is something else.
    write([&](storage::Session& session) {
        const auto id = finding(pc, "process_unknown").id;
        return act_on_finding(session, id, findings::Resolve{"file removed"}, "sato", clock.now());
    });
    judge(pc);
    BOOST_TEST(findings(pc, "process_unknown") == Lines{});
    clock.advance(1min);
    put_event(pc, first_run(program("/tmp/x", 'c')));
    judge(pc);
    BOOST_TEST(findings(pc, "process_unknown") == Lines{"process_unknown[/tmp/x] action open"});
}

BOOST_FIXTURE_TEST_CASE(one_device_cannot_fill_the_database_with_programs, ProgramSite)
{
    const auto pc = add_device("pc");
    std::vector<wire::Program> many;
    for (int i = 0; i < 2'500; ++i)
    {
        auto one = program("/tmp/" + std::to_string(i));
        one.sha256 = std::to_string(i);
        many.push_back(one);
    }
    put(pc, "processes", processes(many));
    judge(pc);
    BOOST_TEST(database.number("SELECT count(*) FROM device_program") == 2'000);
    const auto found = findings(pc, "process_unknown");
    BOOST_TEST(found.size() == 21);
    BOOST_TEST(found.front() == "process_unknown[*] action open");
    for (const auto& record : records(pc))
    {
        if (record.subject == "*")
            BOOST_TEST(*record.evidence.find("count") == "2480");
    }
}

BOOST_FIXTURE_TEST_CASE(more_news_than_fits_is_taken_in_turns, ProgramSite)
{
    const auto pc = add_device("pc");
    judge(pc);
    end_learning();
    for (int i = 0; i < 620; ++i)
    {
        auto one = program("/opt/" + std::to_string(i));
        one.sha256 = std::to_string(i);
        put_event(pc, first_run(one));
    }
    judge(pc);
    BOOST_TEST(database.number("SELECT count(*) FROM device_program") == 620);
    BOOST_TEST(!judge_once(pc).has_value());
}

// How it is counted depends on how many devices have the program at all (64 are few).
BOOST_FIXTURE_TEST_CASE(a_program_is_counted_for_its_model_on_few_devices_and_on_many, ProgramSite)
{
    const Timestamp first = clock.now();
    const auto add = [this](int number, const std::string& model) {
        const auto pc = add_device("pc" + std::to_string(number), model);
        put(pc, "processes", processes({program("/opt/lab/b", 'b', "dpkg:lab")}));
        judge(pc);
    };
    const auto count = [this](const std::string& model, Timestamp before) {
        return read([&](storage::Session& session) -> Result<std::uint32_t> {
            const auto of = storage::find_model(session, "Maker " + model);
            const auto line = storage::find_program(session, 1)->line;
            return storage::devices_of_model_with(session, line, of->no, before, 3);
        });
    };
    add(0, "M2");
    for (int i = 1; i < 64; ++i)
        add(i, "M1");
    BOOST_TEST(count("M1", clock.now() + 1s) == 3U);
    BOOST_TEST(count("M2", clock.now() + 1s) == 1U);
    BOOST_TEST(count("M2", first) == 0U);
    clock.advance(1h);
    add(64, "M2");
    add(65, "M3");
    BOOST_TEST(count("M1", clock.now() + 1s) == 3U);
    BOOST_TEST(count("M2", clock.now() + 1s) == 2U);
    BOOST_TEST(count("M2", clock.now()) == 1U);
    BOOST_TEST(count("M3", clock.now()) == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::judge
