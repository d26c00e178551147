#include "collector/storage/identity_store.hpp"
#include "common/crypto/hash.hpp"
#include "common/identity/secret.hpp"
#include "tests/support/run_coro.hpp"
#include "tests/unit/collector/api/api_fixture.hpp"

namespace mimamori::collector::api {
namespace {

using namespace test;
using people::Role;

struct EnrolmentSite : ApiSite
{
    Browser administrator{signed_in(Role::administrator)};

    std::string make_key(const std::string& wanted = "{}")
    {
        return administrator.post("/api/v1/enrolment-keys", wanted).at("/key");
    }

    /// A machine that asks to be let in with that key.
    enroll::Admission ask(const std::string& key, const std::string& hostname)
    {
        enroll::Asked asked;
        asked.secret_hash = identity::Secret::parse(key)->hash();
        asked.machine.hostname = hostname;
        asked.address = asio::ip::make_address("10.0.0.7");
        asked.key_fingerprint = crypto::sha256_hex(hostname);
        asked.code = "ABC123";
        asked.now = clock.now();
        return mimamori::test::run_coro(io, enrolment->admit(std::move(asked))).value();
    }
};

BOOST_FIXTURE_TEST_SUITE(enrolment, EnrolmentSite)

BOOST_AUTO_TEST_CASE(a_key_is_shown_once_and_never_again)
{
    const auto made = administrator.post(
        "/api/v1/enrolment-keys",
        R"({"note":"外来","uses":5,"days":10,"range":"10.20.0.0/16","auto_approve":true})");
    BOOST_TEST(made.status == 201);
    const std::string key = made.at("/key");
    BOOST_TEST(key.size() > 20);
    const auto list = administrator.get("/api/v1/enrolment-keys");
    BOOST_TEST(list.body.find(key) == std::string::npos);
    BOOST_TEST(list.at("/items/0/note") == "外来");
    BOOST_TEST(list.at("/items/0/uses") == "5");
    BOOST_TEST(list.at("/items/0/range") == "10.20.0.0/16");
    BOOST_TEST(list.at("/items/0/created_by") == "administrator");
    BOOST_TEST(!log.contains(key));
    BOOST_TEST(
        database.number("SELECT count(*) FROM change_log WHERE detail LIKE '%" + key + "%'") == 0);

    BOOST_TEST(administrator.remove("/api/v1/enrolment-keys/" + made.at("/id")).status == 204);
    BOOST_TEST(administrator.get("/api/v1/enrolment-keys").at("/items/0/revoked") == "true");
    BOOST_TEST(administrator.remove("/api/v1/enrolment-keys/77").status == 404);
}

BOOST_AUTO_TEST_CASE(keys_that_are_not_allowed_are_refused)
{
    for (const char* body :
         {R"({"days":-1})", R"({"days":401})", R"({"uses":-1})", R"({"range":"everywhere"})",
          R"({"range":"10.0.0.0/33"})", R"({"site":"nowhere"})", R"({"uses":"many"})", "[]"})
        BOOST_TEST(administrator.post("/api/v1/enrolment-keys", body).status >= 400, body);
    BOOST_TEST(administrator.get("/api/v1/enrolment-keys").count("/items") == 0);
}

BOOST_AUTO_TEST_CASE(only_administrators_see_keys_queue_and_agents)
{
    auto worker = signed_in(Role::operator_);
    for (const char* path : {"enrolment-keys", "enrolment-queue", "agents", "people", "twins"})
        BOOST_TEST(worker.get("/api/v1/" + std::string{path}).status == 403, path);
}

BOOST_AUTO_TEST_CASE(who_waits_is_let_in_or_kept_out_by_an_administrator)
{
    const std::string key = make_key();
    for (const char* hostname : {"<b>pc-1</b>", "pc-2"})
        BOOST_TEST((ask(key, hostname).outcome == enroll::Admission::Outcome::wait));
    BOOST_TEST(administrator.get("/api/v1/session").at("/waiting_agents") == "2");
    const auto queue = administrator.get("/api/v1/enrolment-queue");
    BOOST_TEST((queue.each("hostname") == Lines{"<b>pc-1</b>", "pc-2"}));
    BOOST_TEST(queue.at("/items/0/code") == "ABC123");
    BOOST_TEST(queue.at("/items/0/address") == "10.0.0.7");
    const std::string first = "/api/v1/enrolment-queue/" + queue.at("/items/0/id");
    const std::string second = "/api/v1/enrolment-queue/" + queue.at("/items/1/id");
    BOOST_TEST(administrator.post(first + "/approve", "{}").status == 204);
    BOOST_TEST(administrator.post(second + "/reject", "{}").status == 204);
    BOOST_TEST(administrator.get("/api/v1/enrolment-queue").count("/items") == 0);
    BOOST_TEST(administrator.post(first + "/approve", "{}").status >= 404);
    BOOST_TEST(administrator.post("/api/v1/enrolment-queue/x/approve", "{}").status == 404);
    BOOST_TEST((ask(key, "<b>pc-1</b>").outcome == enroll::Admission::Outcome::issue));

    const auto agents = administrator.get("/api/v1/agents");
    BOOST_TEST(agents.at("/items/0/hostname") == "<b>pc-1</b>");
    BOOST_TEST(agents.at("/items/0/approved_by") == "administrator");
    BOOST_TEST(agents.at("/items/0/agent_version") == ""); // It has not reported yet.
    const std::string agent = "/api/v1/agents/" + agents.at("/items/0/id") + "/revoke";
    BOOST_TEST(administrator.post(agent, R"({"why":"stolen"})").status == 204);
    const auto after = administrator.get("/api/v1/agents");
    BOOST_TEST(after.at("/items/0/status") == "revoked");
    BOOST_TEST(after.at("/items/0/revoked_why") == "stolen");
    BOOST_TEST(administrator.post("/api/v1/agents/nobody/revoke", "{}").status == 404);
}

BOOST_AUTO_TEST_CASE(agents_come_page_by_page_the_newest_first)
{
    const std::string key = make_key(R"({"auto_approve":true})");
    for (const char* name : {"pc-1", "pc-2", "pc-3", "pc-4", "pc-5"})
        BOOST_TEST((ask(key, name).outcome == enroll::Admission::Outcome::issue));
    const std::string list = "/api/v1/agents";
    Lines seen;
    std::string place;
    for (int page = 0; page < 3; ++page)
    {
        const auto reply = administrator.get(list + "?limit=2&after=" + place);
        BOOST_TEST(reply.at("/total") == (page == 0 ? "5" : "6"));
        for (const std::string& name : reply.each("hostname"))
            seen.push_back(name);
        place = reply.at("/next");
        if (page == 0) // What comes meanwhile moves nothing.
            BOOST_TEST((ask(key, "pc-0").outcome == enroll::Admission::Outcome::issue));
        BOOST_TEST((place == "null") == (page == 2));
    }
    BOOST_TEST(
        seen == (Lines{"pc-5", "pc-4", "pc-3", "pc-2", "pc-1"}), boost::test_tools::per_element());
    BOOST_TEST(administrator.get(list + "?limit=6").at("/next") == "null");
    BOOST_TEST(administrator.get(list + "?limit=5").at("/next") != "null");
    BOOST_TEST(administrator.get(list + "?after=5").status == 400);
    BOOST_TEST(administrator.get(list + "?limit=0").status == 400);
    const std::string elsewhere = administrator.get(list + "?limit=1").at("/next");
    BOOST_TEST(administrator.get("/api/v1/policies/changes?after=" + elsewhere).status == 400);
}

BOOST_AUTO_TEST_CASE(two_records_of_one_machine_become_one_or_are_told_apart)
{
    const auto same_disk = [this](const DeviceId& device) {
        write([&](storage::Session& session) -> Result<bool> {
            storage::set_machine_facts(
                session, device, {{identity::FactKind::serial, "5cg1234xyz"}})
                .value();
            return true;
        });
    };
    const auto put = [this](const char* device, const std::string& values) {
        const std::string path = std::string{"/api/v1/devices/"} + device + "/ledger";
        const std::string tag{administrator.get(path).headers["ETag"]};
        administrator.post(path, R"({"set":)" + values + '}', "If-Match: " + tag + "\r\n");
    };
    for (const char* name : {"old-pc", "new-pc", "lent-pc"})
    {
        same_disk(add_device(name));
        clock.advance(1min);
    }
    put("old-pc", R"({"place":"1F"})");
    put("new-pc", R"({"place":"2F","owner":"森"})");
    const auto pairs = administrator.get("/api/v1/twins");
    BOOST_TEST_REQUIRE(pairs.count("/items") == 3U);
    BOOST_TEST(pairs.at("/items/0/older/name") == "old-pc");
    BOOST_TEST(pairs.at("/items/0/newer/name") == "new-pc");
    BOOST_TEST(pairs.at("/items/0/common/0/kind") == "serial");
    BOOST_TEST(pairs.at("/items/0/common/0/value") == "5cg1234xyz");

    BOOST_TEST(
        administrator.post("/api/v1/twins/apart", R"({"one":"lent-pc","other":"old-pc"})").status
        == 204);
    BOOST_TEST(last_change() == "administrator device.apart lent-pc and old-pc");
    const char* const merge = R"({"from":"new-pc","into":"old-pc"})";
    BOOST_TEST(signed_in(Role::operator_).post("/api/v1/twins/merge", merge).status == 403);
    BOOST_TEST(administrator.post("/api/v1/twins/merge", merge).status == 204);
    BOOST_TEST(last_change() == "administrator device.merge new-pc into old-pc");
    // What stays is the older record, with what was known of the newer one.
    BOOST_TEST(administrator.get("/api/v1/twins").count("/items") == 0U);
    const auto kept = administrator.get("/api/v1/devices/old-pc/ledger");
    BOOST_TEST(kept.at("/values/place") == "1F");
    BOOST_TEST(kept.at("/values/owner") == "森");
    const auto left = administrator.get("/api/v1/devices/new-pc/ledger");
    BOOST_TEST(left.at("/source") == "ledger");
    BOOST_TEST(left.at("/values/stage") == "retired");
    BOOST_TEST(left.at("/values/stage_note") == "= old-pc");
    BOOST_TEST(
        database.text("SELECT d.id FROM agent a JOIN device d ON d.no = a.device_no"
                      " WHERE a.id = 'agent-new-pc'")
        == "old-pc");
    BOOST_TEST(administrator.get("/api/v1/overview").at("/counts/total") == "2");
    for (const char* bad : {R"({"from":"old-pc","into":"old-pc"})", R"({"from":"x","into":"y"})"})
        BOOST_TEST(administrator.post("/api/v1/twins/merge", bad).status >= 404, bad);
}

BOOST_AUTO_TEST_CASE(a_ticket_needs_a_machine)
{
    BOOST_TEST(administrator.post("/api/v1/tickets", "{}").status == 400);
    const auto made = administrator.post("/api/v1/tickets", R"({"hostname":"pc-7"})");
    BOOST_TEST(made.status == 201);
    BOOST_TEST(made.at("/key").size() > 20);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::api
