#pragma once

// The browsers' port with everything behind it: TLS, router, sign-in, SQLite, rules.

#include "collector/api/routes.hpp"
#include "collector/enroll/enrolment.hpp"
#include "collector/http/io_threads.hpp"
#include "collector/http/server.hpp"
#include "collector/judge/decision_service.hpp"
#include "collector/judge/judge.hpp"
#include "collector/knowledge/shelf.hpp"
#include "collector/ledger/desk.hpp"
#include "collector/notify/alert_desk.hpp"
#include "collector/people/request_rate.hpp"
#include "collector/people/second_factors.hpp"
#include "collector/people/sign_ins.hpp"
#include "collector/people/tokens.hpp"
#include "collector/pki/agent_directory.hpp"
#include "collector/pki/authority.hpp"
#include "collector/storage/person_store.hpp"
#include "collector/storage/site_store.hpp"
#include "collector/web/site.hpp"
#include "common/base/utf8.hpp"
#include "common/crypto/password.hpp"
#include "common/log/log.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/support/test_pki.hpp"
#include "tests/support/tls_client.hpp"
#include "tests/unit/collector/judge/judge_fixture.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mimamori::collector::api::test {

using judge::test::Lines;
using mimamori::http::Method;
using namespace std::chrono_literals;

inline constexpr const char* password = "correct horse";

inline const mimamori::test::TestPki& pki()
{
    static const mimamori::test::TestPki made;
    return made;
}

/// An answer as a browser sees it.
struct Reply
{
    unsigned status{0};
    mimamori::http::Headers headers;
    std::string body;
    boost::json::value json;

    /// What stands at a JSON pointer: a text as it is, anything else as JSON; "(absent)" when there
    /// is nothing.
    std::string at(const std::string& pointer) const
    {
        boost::system::error_code failure;
        const boost::json::value* found = json.find_pointer(pointer, failure);
        if (!found)
            return "(absent)";
        return found->is_string() ? std::string{found->get_string()}
                                  : boost::json::serialize(*found);
    }

    /// How many elements the array at a JSON pointer has.
    std::size_t count(const std::string& pointer) const
    {
        boost::system::error_code failure;
        const boost::json::value* found = json.find_pointer(pointer, failure);
        return found && found->is_array() ? found->get_array().size() : 0;
    }

    /// A member of each element of "items".
    Lines each(const std::string& member) const
    {
        Lines lines;
        for (std::size_t i = 0; i < count("/items"); ++i)
            lines.push_back(at("/items/" + std::to_string(i) + "/" + member));
        return lines;
    }
};

/// A browser: keeps its cookie and sends the token against forged requests.
class Browser
{
public:
    explicit Browser(asio::ip::tcp::endpoint port)
        : port_{port}
    {}

    std::string cookie;
    std::string csrf;

    Reply get(const std::string& path, const std::string& fields = {})
    {
        return send("GET", path, "", fields);
    }

    Reply post(const std::string& path, const std::string& json, const std::string& fields = {})
    {
        return send("POST", path, json, "Content-Type: application/json\r\n" + fields);
    }

    Reply remove(const std::string& path) { return send("DELETE", path, "", {}); }

    Reply sign_in(const std::string& name, const std::string& with = password)
    {
        Reply reply =
            post("/api/v1/session", R"({"name":")" + name + R"(","password":")" + with + R"("})");
        const std::string set{reply.headers["Set-Cookie"]};
        if (!set.empty())
            cookie = set.substr(0, set.find(';'));
        if (reply.status == 200)
            csrf = reply.at("/csrf");
        return reply;
    }

    /// Any bytes; the first answer to them.
    Reply raw(const std::string& bytes, Method method = Method::get)
    {
        if (!connection_)
        {
            connection_ = std::make_unique<mimamori::test::TlsClient>(port_, pki().client());
            connection_->shake_hands().value();
        }
        auto answer = connection_->ask(bytes, method);
        Reply reply;
        if (!answer || answer->headers["Connection"] == "close")
            connection_.reset();
        if (!answer)
            return reply;
        reply.status = mimamori::http::to_number(answer->status);
        reply.headers = answer->headers;
        reply.body = answer->body;
        if (reply.headers["Content-Type"].find("json") != std::string_view::npos)
            reply.json = boost::json::parse(reply.body);
        record(bytes.substr(0, bytes.find(" HTTP/")), reply);
        return reply;
    }

private:
    /// For tests/api/contract_test.py, which holds every answer to the API's description.
    static void record(const std::string& asked, const Reply& reply)
    {
        const char* const file = std::getenv("MIMAMORI_API_RECORD");
        if (!file || asked.find(" /api/v1/") == std::string::npos)
            return;
        boost::json::object line;
        line["method"] = asked.substr(0, asked.find(' '));
        line["path"] = asked.substr(std::min(asked.find(' ') + 1, asked.size()));
        line["status"] = reply.status;
        line["type"] = std::string{reply.headers["Content-Type"]};
        // A file is no JSON, nor even UTF-8.
        line["body"] = is_utf8(reply.body) ? reply.body : std::string{"(bytes)"};
        std::ofstream{file, std::ios::app} << boost::json::serialize(line) << '\n';
    }

    Reply send(
        const std::string& method,
        const std::string& path,
        const std::string& body,
        const std::string& fields)
    {
        std::string request = method + ' ' + path + " HTTP/1.1\r\nHost: collector.test\r\n";
        if (!cookie.empty())
            request += "Cookie: " + cookie + "\r\n";
        if (method != "GET" && !csrf.empty())
            request += "X-CSRF-Token: " + csrf + "\r\n";
        request += fields;
        if (!body.empty())
            request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
        return raw(request + "\r\n" + body);
    }

    asio::ip::tcp::endpoint port_;
    std::unique_ptr<mimamori::test::TlsClient> connection_;
};

/// A site whose rules are run by hand, so that each case says when.
struct ApiSite : judge::test::Site
{
    log::Capture log;
    tests::TempFolder folder;
    std::unique_ptr<pki::Authority> authority;
    pki::AgentDirectory directory;
    knowledge::Shelf shelf{{folder.path() / "knowledge", {}, {}, {}}};

    std::optional<enroll::Enrolment> enrolment;
    std::optional<people::SignIns> people;
    std::optional<people::SecondFactors> second_factors;
    std::optional<people::Tokens> tokens;
    std::optional<people::RequestRate> request_rate{std::in_place};
    std::optional<judge::Judge> judge_loop;
    std::optional<judge::DecisionService> decisions;
    std::optional<notify::Notifier> notifier; ///< Not running: nothing is delivered.
    std::optional<notify::AlertDesk> alerts;
    std::optional<ledger::Desk> desk; ///< Works when a case says so.
    std::optional<Services> services;
    std::optional<http::Router> router;
    web::Site page_files;
    std::optional<http::IoThreads> threads;
    std::unique_ptr<http::Server> server;
    MailState mail;
    notify::MailSettings mail_settings;
    storage::DiskForecast disk;

    ApiSite()
    {
        const auto place = folder.path() / "pki";
        pki::create_site_authority(place, "Aoba", clock.now()).value();
        pki::AuthorityOptions wanted;
        wanted.folder = place;
        wanted.agent_port_names = {{"collector.test"}, {"127.0.0.1"}};
        authority = pki::Authority::open(wanted, clock.now()).value();
        open();
    }

    ~ApiSite() { close(); }

    void open()
    {
        enrolment.emplace(enroll::Enrolment::Parts{
            *database, *authority, directory, clock, [](const AgentId&) {}});
        people.emplace(*database, clock);
        second_factors.emplace(*database, clock);
        tokens.emplace(*database, clock);
        judge::Judge::Parts parts{
            .database = *database,
            .liveness = liveness,
            .clock = clock,
            .knowledge = rules::Knowledge{judge::test::lifecycle(), judge::test::windows_builds()},
            .remote_tools = judge::test::remote_tools(),
            .alerts_queued = {},
            .device_changed = {}};
        judge_loop.emplace(judge_io.get_executor(), std::move(parts), options);
        decisions.emplace(*database, *judge_loop, clock);
        notifier.emplace(
            judge_io.get_executor(), *database, clock, mail_settings,
            notify::Secrets{folder.path() / "alert-secrets"});
        alerts.emplace(*database, *notifier, clock);
        desk.emplace(judge_io.get_executor(), *database, clock, [] {});
        auto name = [](storage::Session& session) -> Result<void> {
            storage::take_hospital_name(session, "さくら病院");
            return {};
        };
        BOOST_REQUIRE(database->write_and_wait(name).has_value());
        services.emplace(Services{
            .database = *database,
            .liveness = liveness,
            .clock = clock,
            .people = *people,
            .second_factors = *second_factors,
            .tokens = *tokens,
            .request_rate = *request_rate,
            .decisions = *decisions,
            .remote_tools = judge::test::remote_tools(),
            .enrolment = *enrolment,
            .policy = options.policy,
            .utc_offset = 9h,
            .knowledge = {{"os_lifecycle", "OSのサポート期限", "End of support", "2026-02-01"}},
            .shelf = shelf,
            .mail = [this] { return mail; },
            .disk = [this] { return disk; },
            .alerts = &*alerts,
            .desk = &*desk});
        std::vector<http::Route> table = routes(*services);
        for (http::Route& route : web::routes(page_files))
            table.push_back(std::move(route));
        router.emplace(std::move(table));
        http::ServerOptions port;
        port.name = "web port";
        port.kind = http::PortKind::web;
        port.now = mimamori::test::pki_now;
        port.limits = http::web_limits();
        port.endpoint = {asio::ip::make_address("127.0.0.1"), 0};
        threads.emplace(2);
        auto context = tls::Context::web_port({test::pki().server()}).value();
        server = http::Server::listen(*threads, port, std::move(context), *router).value();
    }

    void close()
    {
        server.reset();
        threads.reset();
        desk.reset();
        alerts.reset();
        notifier.reset();
        decisions.reset();
        judge_loop.reset();
        people.reset();
        enrolment.reset();
    }

    /// As if the collector was stopped and started again.
    void restart_collector()
    {
        close();
        restart();
        open();
    }

    /// Adds a person; all have the same password.
    void add_person(
        const std::string& name,
        people::Role role,
        const std::vector<SiteId>& sites = {people::root_site()})
    {
        static const std::string stored = crypto::hash_password(password).value();
        storage::Person person;
        person.id = "person-" + name;
        person.name = name;
        person.role = people::to_text(role);
        person.sites = sites;
        person.password = stored;
        person.created_at = clock.now();
        write([&](storage::Session& session) -> Result<bool> {
            if (auto done = storage::add_person(session, person); !done)
                return done.error();
            return true;
        });
    }

    Browser browser() const { return Browser{server->endpoint()}; }

    /// Adds a site below the root.
    SiteId add_site(const std::string& name, const SiteId& parent = people::root_site())
    {
        storage::Site site;
        site.parent = parent;
        site.name = name;
        write([&](storage::Session& session) -> Result<bool> {
            if (auto done = storage::add_site(session, site, clock.now()); !done)
                return done.error();
            return true;
        });
        return site.id;
    }

    void move_device(const DeviceId& device, const SiteId& site)
    {
        write([&](storage::Session& session) -> Result<bool> {
            if (auto done = storage::move_device(session, device, site); !done)
                return done.error();
            return true;
        });
    }

    /// A browser in which somebody with that role is signed in.
    Browser signed_in(people::Role role)
    {
        const std::string name{people::to_text(role)};
        add_person(name, role);
        Browser made = browser();
        BOOST_TEST_REQUIRE(made.sign_in(name).status == 200);
        return made;
    }

    /// Judges the device with what people have decided.
    void judge_anew(const DeviceId& device)
    {
        evaluator->forget();
        judge(device);
    }

    /// The newest entries of the record of changes: "who action detail".
    std::string last_change()
    {
        return database.text("SELECT who || ' ' || action || ' ' || detail FROM change_log"
                             " ORDER BY no DESC LIMIT 1");
    }
};

} // namespace mimamori::collector::api::test
