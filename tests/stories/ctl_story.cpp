// What whoever looks after the collector does from a shell: mimamorictl, which asks the running
// collector, decides as the pages do.

#include "common/platform/file.hpp"
#include "tests/support/site_peer.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

namespace mimamori {
namespace {

using tests::text;
using tests::wait_until;
using Words = std::vector<std::string>;

bool contains(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

wire::Program program(const std::string& path, char digit)
{
    wire::Program made;
    made.path = path;
    made.sha256 = std::string(64, digit);
    return made;
}

wire::Facts facts_of_a_pc()
{
    wire::Facts facts;
    facts.os = wire::OsSection{};
    facts.os->family = "linux";
    facts.os->product = "Debian GNU/Linux 12 (bookworm)";
    facts.os->hostname = "pc-17";
    facts.hardware = wire::HardwareSection{};
    facts.hardware->vendor = "Kino";
    facts.hardware->model = "K1";
    facts.usb = wire::UsbSection{};
    wire::UsbDevice stick;
    stick.vendor_id = "0781";
    stick.product_id = "5583";
    stick.product = "Ultra\x1b[2J Fit"; // A name that would clear the screen.
    stick.serial = "4C530001230506112345";
    stick.device_class = "storage";
    facts.usb->devices.push_back(stick);
    facts.neighbours = wire::NeighboursSection{};
    facts.neighbours->neighbours = {
        {"10.1.2.3", "02:11:22:33:44:01", "eth0"},
        {"10.1.2.4", "02:11:22:33:44:02", "eth0"},
        {"10.1.2.5", "02:11:22:33:44:03", "eth0"}};
    facts.processes = wire::ProcessesSection{};
    facts.processes->programs.push_back(program("/usr/sbin/cron", 'a'));
    return facts;
}

struct AdministeredSite
{
    tests::Site site;
    tests::TestDevice device{"pc-17"};
    std::uint64_t seq{0};
    wire::Facts facts{facts_of_a_pc()};

    AdministeredSite()
    {
        site.start_collector();
        tests::enrol(device, site);
        report();
        wait_until("the first findings", [&] { return !finding_of("usb_unregistered").empty(); });
    }

    void report() { tests::report_facts(device, ++seq, facts); }

    /// What a list verb knows, by --json.
    boost::json::array listed(Words words) const
    {
        words.emplace_back("--json");
        const auto gathered = boost::json::parse(site.ctl(std::move(words)));
        BOOST_TEST(!gathered.at("more").as_bool());
        return gathered.at("items").as_array();
    }

    /// The id of the only active finding of that rule; empty when there is none.
    std::string finding_of(const std::string& rule) const
    {
        const auto found = listed({"finding", "list", "--rule", rule});
        BOOST_TEST(found.size() <= 1U);
        return found.empty() ? "" : text(found.front().as_object(), "id");
    }

    boost::json::object in_api(const std::string& finding)
    {
        return site.web().json("/api/v1/findings/" + finding).as_object();
    }

    std::string state_of(const std::string& finding)
    {
        return text(in_api(finding).at("finding").as_object(), "state");
    }

    /// What it says when it does not do it.
    std::string refused(const Words& words) const
    {
        const auto output = tests::run_program(site.ctl_command(words));
        BOOST_TEST(output.exit_code != 0, output.text);
        return output.text;
    }

    std::string device_id() const { return text(listed({"devices"}).front().as_object(), "id"); }
};

BOOST_FIXTURE_TEST_SUITE(ctl_story, AdministeredSite)

BOOST_AUTO_TEST_CASE(a_finding_goes_through_its_life)
{
    const auto id = finding_of("usb_unregistered");
    BOOST_TEST(site.ctl({"finding", "acknowledge", id}) == "state: acknowledged\n");
    BOOST_TEST(state_of(id) == "acknowledged");

    BOOST_TEST(site.ctl({"finding", "snooze", id, "--days", "90"}) == "state: snoozed\n");
    BOOST_TEST(contains(refused({"finding", "snooze", id, "--days", "91"}), "until"));
    BOOST_TEST(contains(refused({"finding", "snooze", id}), "--until"));

    const auto day =
        std::chrono::floor<std::chrono::days>(SystemClock{}.now()) + std::chrono::days{30};
    const Words waive{"finding", "waive", id, "--until", to_iso_date(day)};
    BOOST_TEST(contains(refused(waive), "--reason is required"));
    Words with_reason = waive;
    with_reason.insert(with_reason.end(), {"--reason", "isolated, the maker's stick"});
    BOOST_TEST(site.ctl(with_reason) == "state: waived\n");
    const auto waived = in_api(id).at("finding").as_object();
    BOOST_TEST(text(waived, "reason") == "isolated, the maker's stick");
    // To the end of that day by the clocks of the site, nine hours ahead.
    BOOST_TEST(text(waived, "until") == to_iso_date(day) + "T14:59:59.000Z");

    BOOST_TEST(site.ctl({"finding", "reopen", id}) == "state: open\n");
    site.ctl({"finding", "assign", id, "--owner", "佐藤", "--due", to_iso_date(day)});
    site.ctl({"finding", "comment", id, "asked the ward"});
    const auto shown = site.ctl({"finding", "show", id});
    BOOST_TEST(contains(shown, "owner: 佐藤"), shown);
    BOOST_TEST(contains(shown, "next:\n    "), shown);
    BOOST_TEST(contains(shown, "what: comment  who: local:"), shown);
    BOOST_TEST(contains(shown, "note: asked the ward"), shown);

    BOOST_TEST(contains(refused({"finding", "resolve", id}), "--reason is required"));
    site.ctl({"finding", "resolve", id, "--reason", "taken away"});
    BOOST_TEST(state_of(id) == "resolved");
    BOOST_TEST(contains(refused({"finding", "acknowledge", id}), "conflict"));
    BOOST_TEST(contains(refused({"finding", "acknowledge", "nothing"}), "not_found"));
}

BOOST_AUTO_TEST_CASE(the_record_of_changes_is_verified_here_and_from_a_file_anywhere)
{
    const auto value = [](const std::string& told, const std::string& name) {
        const auto at = told.find(name + ": ");
        BOOST_TEST_REQUIRE(at != std::string::npos, told);
        const auto begin = at + name.size() + 2;
        return told.substr(begin, told.find('\n', begin) - begin);
    };
    const std::string whole = site.ctl({"audit", "verify"});
    BOOST_TEST(whole.ends_with("the record is whole\n"), whole);
    const std::string head = value(whole, "head");
    site.ctl({"finding", "comment", finding_of("usb_unregistered"), "asked the ward"});
    BOOST_TEST(contains(site.ctl({"audit", "verify", "--head", head}), "the record is whole"));
    BOOST_TEST(contains(refused({"audit", "verify", "--head", std::string(64, '0')}), "no entry"));

    const std::filesystem::path file = site.folder() / "record.json";
    const std::string exported = site.ctl({"audit", "export"});
    platform::replace_file(file, exported, platform::FileAccess::owner_only).value();
    const Words from_file{"audit", "verify", "--file", file.string(), "--head", head};
    BOOST_TEST(contains(site.ctl(from_file), "the record is whole"));
    std::string changed = exported;
    const auto comment = changed.find("finding.comment");
    BOOST_TEST_REQUIRE(comment != std::string::npos);
    changed.replace(comment, 15, "finding.reopen_");
    platform::replace_file(file, changed, platform::FileAccess::owner_only).value();
    BOOST_TEST(contains(refused(from_file), "the record was changed"));
}

BOOST_AUTO_TEST_CASE(a_program_is_approved_refused_and_the_decision_revoked)
{
    const auto models = listed({"model", "list"});
    BOOST_TEST_REQUIRE(models.size() == 1U);
    const auto model = text(models.front().as_object(), "model");
    BOOST_TEST(contains(refused({"model", "end-learning", "no such model"}), "not_found"));
    site.ctl({"model", "end-learning", model});
    facts.processes->programs.push_back(program("/opt/pump/flow", 'b'));
    report();
    wait_until("the finding", [&] { return !finding_of("process_unknown").empty(); });

    const auto unknown = listed({"program", "list"});
    BOOST_TEST_REQUIRE(unknown.size() == 1U);
    BOOST_TEST(text(unknown.front().as_object(), "path") == "/opt/pump/flow");
    const auto id = std::to_string(unknown.front().at("id").to_number<int>());
    BOOST_TEST(contains(refused({"program", "approve", id, "--reason", "x"}), "--site"));
    BOOST_TEST(contains(refused({"program", "approve", id, "--site", "root"}), "--reason"));
    const auto elsewhere = refused({"program", "approve", id, "--model", "K2", "--reason", "x"});
    BOOST_TEST(contains(elsewhere, "model: no such device model"), elsewhere);

    const auto made =
        site.ctl({"program", "approve", id, "--model", model, "--reason", "our pump"});
    BOOST_TEST_REQUIRE(made.starts_with("id: "), made);
    wait_until("its end", [&] { return finding_of("process_unknown").empty(); });
    const auto decisions = site.ctl({"program", "list", "--state", "approved"});
    BOOST_TEST(contains(decisions, "approval.decision: allow"), decisions);
    BOOST_TEST(contains(decisions, "approval.scope_name: " + model), decisions);
    BOOST_TEST(contains(decisions, "approval.reason: our pump"), decisions);

    site.ctl({"program", "revoke", made.substr(4, made.find('\n') - 4)});
    BOOST_TEST(site.ctl({"program", "list", "--state", "approved"}) == "none\n");
    wait_until("it again", [&] { return !finding_of("process_unknown").empty(); });

    site.ctl({"program", "refuse", id, "--site", "root", "--reason", "a game", "--days", "30"});
    const auto refusal = listed({"program", "list", "--state", "approved"});
    BOOST_TEST(text(refusal.front().at("approval").as_object(), "decision") == "refuse");
    BOOST_TEST(!text(refusal.front().at("approval").as_object(), "until").empty());
}

BOOST_AUTO_TEST_CASE(a_model_learns_again_and_what_it_learned_is_listed)
{
    const auto model = text(listed({"model", "list"}).front().as_object(), "model");
    site.ctl({"model", "end-learning", model});
    const auto ended = listed({"model", "list"}).front().as_object();
    BOOST_TEST(!ended.at("learning").as_bool());
    BOOST_TEST(text(ended, "set_by").starts_with("local:"));
    const auto learned = site.ctl({"program", "list", "--state", "learned"});
    BOOST_TEST(contains(learned, "path: /usr/sbin/cron"), learned);
    site.ctl({"model", "learn", model, "--days", "7"});
    BOOST_TEST(listed({"model", "list"}).front().at("learning").as_bool());
}

BOOST_AUTO_TEST_CASE(media_and_neighbours_are_put_on_the_register_and_taken_off)
{
    const auto seen = site.ctl({"medium", "list"});
    BOOST_TEST(contains(seen, "serial: 4C530001230506112345"), seen);
    BOOST_TEST(contains(seen, "product: Ultra\\x1b[2J Fit"), seen);
    const auto made = site.ctl(
        {"medium", "register", "0781", "5583", "4C530001230506112345", "--label", "放射線科 1"});
    BOOST_TEST(made.starts_with("id: "), made);
    wait_until("its end", [&] { return finding_of("usb_unregistered").empty(); });
    BOOST_TEST(site.ctl({"medium", "list"}) == "none\n");
    BOOST_TEST(
        contains(site.ctl({"medium", "list", "--state", "registered"}), "label: 放射線科 1"));
    site.ctl({"medium", "unregister", made.substr(4, made.find('\n') - 4)});
    BOOST_TEST(site.ctl({"medium", "list", "--state", "registered"}) == "none\n");

    BOOST_TEST(listed({"neighbour", "list"}).size() == 3U);
    const auto one = site.ctl(
        {"neighbour", "approve", "--mac", "02-11-22-33-44-01", "--name", "printer, 2nd floor"});
    BOOST_TEST(listed({"neighbour", "list"}).size() == 2U);
    BOOST_TEST(contains(
        refused({"neighbour", "approve", "--mac", "01:00:5e:00:00:01", "--name", "x"}),
        "not an address of one machine"));
    BOOST_TEST(contains(refused({"neighbour", "approve", "--name", "x"}), "--mac"));
    site.ctl({"neighbour", "approve", "--seen-by", device_id(), "--name", "were there before"});
    BOOST_TEST(listed({"neighbour", "list"}).empty());
    BOOST_TEST(listed({"neighbour", "list", "--state", "known"}).size() == 3U);
    site.ctl({"neighbour", "revoke", one.substr(4, one.find('\n') - 4)});
    BOOST_TEST(listed({"neighbour", "list", "--state", "known"}).size() == 2U);
}

BOOST_AUTO_TEST_CASE(people_are_added_shut_out_and_given_passwords)
{
    const std::string name = "佐藤花子";
    const auto web = [&] {
        return std::make_unique<tests::WebClient>(
            fmt::format("https://{}:{}", site.address(), tests::Site::web_port),
            site.folder() / "collector/web/web_ca-1.pem");
    };
    const auto added = site.ctl({"user", "add", name, "--role", "operator"});
    const std::string sign = "first-day password: ";
    BOOST_TEST_REQUIRE(added.starts_with(sign), added);
    const auto first = added.substr(sign.size(), added.find('\n') - sign.size());
    BOOST_TEST(contains(refused({"user", "add", name}), "conflict"));
    BOOST_TEST(contains(refused({"user", "add", "x", "--role", "chief"}), "role: one of"));

    auto browser = web();
    browser->sign_in(name, first);
    site.ctl({"user", "disable", name});
    BOOST_TEST(browser->get("/api/v1/devices").status == 401);
    BOOST_CHECK_THROW(web()->sign_in(name, first), std::runtime_error);
    BOOST_TEST(
        contains(site.ctl({"user", "list"}), "name: 佐藤花子  role: operator  disabled: true"));
    site.ctl({"user", "enable", name});
    web()->sign_in(name, first);

    // A password comes by standard input; on the command line everybody would see it.
    Words typing{"sh", "-c", "printf 'a long sentence\\n' | \"$@\"", "sh"};
    const auto set = site.ctl_command({"user", "set-password", name});
    typing.insert(typing.end(), set.begin(), set.end());
    const auto output = tests::run_program(typing);
    BOOST_TEST(output.exit_code == 0, output.text);
    BOOST_CHECK_THROW(web()->sign_in(name, first), std::runtime_error);
    web()->sign_in(name, "a long sentence");
    BOOST_TEST(contains(refused({"user", "set-password", name}), "nothing was given"));
    BOOST_TEST(contains(refused({"user", "reset-password", "nobody"}), "not_found"));
}

BOOST_AUTO_TEST_CASE(a_list_that_is_cut_off_says_so)
{
    const auto cut = site.ctl({"neighbour", "list", "--limit", "2"});
    BOOST_TEST(contains(cut, "and more: only 2 are shown, see --limit"), cut);
    const auto json = boost::json::parse(site.ctl({"neighbour", "list", "--limit", "2", "--json"}));
    BOOST_TEST(json.at("more").as_bool());
    BOOST_TEST(json.at("items").as_array().size() == 2U);
    BOOST_TEST(!contains(site.ctl({"neighbour", "list", "--limit", "3"}), "and more"));
    BOOST_TEST(!listed({"devices", "--find", "pc-17"}).empty());
    BOOST_TEST(listed({"devices", "--find", "pc-18"}).empty());
    BOOST_TEST(contains(site.ctl({"knowledge", "list"}), "name: os_lifecycle"));
}

BOOST_AUTO_TEST_SUITE_END()

/// The verbs that a help text lists, with what it says of each.
std::vector<std::pair<std::string, std::string>> verbs_of(const std::string& help)
{
    std::vector<std::pair<std::string, std::string>> verbs;
    std::istringstream lines{help};
    bool listed = false;
    for (std::string line; std::getline(lines, line);)
    {
        if (line == "Subcommands:")
            listed = true;
        else if (!line.starts_with("  "))
            listed = false;
        else if (listed && line[2] != ' ')
        {
            const auto end = std::min(line.find(' ', 2), line.size());
            const auto said = line.find_first_not_of(' ', end);
            verbs.emplace_back(
                line.substr(2, end - 2), said == std::string::npos ? "" : line.substr(said));
        }
    }
    return verbs;
}

void check_help(const Words& verb, std::size_t& count)
{
    Words words{MIMAMORICTL};
    words.insert(words.end(), verb.begin(), verb.end());
    words.emplace_back("--help");
    const auto help = tests::run_program(words);
    const std::string name = fmt::format("{}", fmt::join(verb, " "));
    BOOST_TEST(help.exit_code == 0, name);
    for (const auto& [below, said] : verbs_of(help.text))
    {
        ++count;
        BOOST_TEST(!said.empty(), name << ' ' << below << " has no explanation");
        Words next = verb;
        next.push_back(below);
        check_help(next, count);
    }
}

BOOST_AUTO_TEST_CASE(every_verb_of_the_administrators_shell_is_explained)
{
    std::size_t count = 0;
    check_help({}, count);
    BOOST_TEST(count > 40U);
}

BOOST_AUTO_TEST_CASE(a_mistake_on_the_command_line_is_named_with_what_there_is)
{
    const auto said = [](Words words) {
        words.insert(words.begin(), MIMAMORICTL);
        const auto output = tests::run_program(words);
        BOOST_TEST(output.exit_code == 2, output.text);
        return output.text;
    };
    const auto verb = said({"strat"});
    BOOST_TEST(contains(verb, "not understood: strat"), verb);
    BOOST_TEST(contains(verb, "The verbs are: init "), verb);
    const auto below = said({"user", "remove"});
    BOOST_TEST(contains(below, "not understood: remove"), below);
    BOOST_TEST(contains(below, "The verbs are: list add"), below);
    BOOST_TEST(contains(said({"finding", "snooze", "x", "--days", "no"}), "--days"));
    BOOST_TEST(contains(said({"finding", "show"}), "id is required"));
    const auto file = tests::run_program({MIMAMORICTL, "--config", "/nowhere/x.toml", "devices"});
    BOOST_TEST(file.exit_code == 3);
    BOOST_TEST(contains(file.text, "/nowhere/x.toml"), file.text);
}

} // namespace
} // namespace mimamori
