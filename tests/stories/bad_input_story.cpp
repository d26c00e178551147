// What no agent of ours would send, over real sockets: refused with a clear status and a line in
// the log, stored not even in part, and noticed by nobody else.

#include "common/http/deflate.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/sections.hpp"
#include "tests/support/report_builder.hpp"
#include "tests/support/site_peer.hpp"

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <list>
#include <ostream>
#include <sstream>

namespace mimamori {
namespace {

using tests::RawPeer;
using tests::text;
using tests::wait_until;
using namespace std::chrono_literals;

constexpr const char* json_header = "Content-Type: application/json\r\n";

/// One site for all cases: that it outlives them is what they prove.
struct SharedSite
{
    tests::Site site;
    tests::TestDevice good{"GOOD-1"};
    tests::TestDevice bad{"BAD-1"};
    std::uint64_t good_seq{0};

    SharedSite()
    {
        site.start_collector();
        tests::enrol(good, site);
        tests::enrol(bad, site);
    }
};

std::optional<SharedSite> shared;

struct BeginAndEnd
{
    BeginAndEnd() { shared.emplace(); }

    ~BeginAndEnd()
    {
        shared->site.stop_collector();
        shared.reset();
    }
};

/// The lines of the collector's log that name all of these.
std::string log_lines(const std::vector<std::string>& words)
{
    std::string found;
    std::istringstream lines{shared->site.collector_log()};
    for (std::string line; std::getline(lines, line);)
        if (std::all_of(words.begin(), words.end(), [&](const auto& word) {
                return line.find(word) != std::string::npos;
            }))
            found += line + '\n';
    return found;
}

bool log_has(const std::vector<std::string>& words)
{
    return !log_lines(words).empty();
}

AgentId bad_agent()
{
    return shared->bad.uplink->identity().agent;
}

/// A connection of the enrolled agent that behaves badly.
struct BadPeer : RawPeer
{
    BadPeer()
        : RawPeer{shared->site, tests::identity_of(shared->bad.uplink->identity())}
    {
        shake_hands().value();
    }
};

/// A report that would be taken, with more members.
std::string report_with(const std::string& more)
{
    return fmt::format(
        R"({{"agent_id":"{}","stream":"{}","seq":1,"boot_id":"b","events":[{{"number":1,"at":)"
        R"("2026-11-22T00:00:00Z","kind":"network_changed","text":"part"}}]{}}})",
        bad_agent().text(), tests::id_text('S'), more);
}

/// The same answer as ever for a good agent, and nothing of the bad one in the database.
void check_others()
{
    const auto delivery = shared->good.send_report(++shared->good_seq);
    BOOST_TEST((delivery.outcome == agent::report::Delivery::Outcome::answered));
    BOOST_TEST(delivery.receipt.seq == shared->good_seq);
    BOOST_TEST(shared->site.metric("mimamori_events_stored_total") == 0U);
    BOOST_TEST(shared->site.collector().is_running());
}

void check_refused(
    const std::string& body, const std::string& headers, int status, const std::string& why)
{
    BadPeer peer;
    const auto answer =
        peer.ask(peer.request("/agent/v1/report", body, headers), http::Method::post);
    BOOST_TEST_REQUIRE(answer.has_value(), (answer ? "" : answer.error().message));
    BOOST_TEST(static_cast<int>(answer->status) == status, answer->body);
    BOOST_TEST(answer->headers["Content-Type"] == "application/problem+json");
    wait_until("a line of the log", [&] { return log_has({peer.address()}); });
    const std::string told = log_lines({peer.address()});
    BOOST_TEST(told.find(why) != std::string::npos, told);
    check_others();
}

BOOST_TEST_GLOBAL_FIXTURE(BeginAndEnd);
BOOST_AUTO_TEST_SUITE(bad_input_story)

// ------------------------------------------------------------------ bodies

struct BadBody
{
    const char* name;
    std::string (*body)();
    int status;
    const char* why;

    friend std::ostream& operator<<(std::ostream& out, const BadBody& bad)
    {
        return out << bad.name;
    }
};

const BadBody bad_bodies[] = {
    {"truncated", [] { return report_with("").substr(0, 150); }, 400, "incomplete"},
    {"deep",
     [] { return report_with(",\"x\":" + std::string(5000, '[') + std::string(5000, ']')); }, 413,
     "deeper"},
    {"ill-formed UTF-8", [] { return report_with(",\"agent_version\":\"\xC3\x28\""); }, 400,
     "agent_version"},
    {"a name twice", [] { return report_with(R"(,"seq":2)"); }, 400, "seq"},
    {"oversized", [] { return report_with(",\"x\":\"" + std::string(1100 * 1024, 'x') + '"'); },
     413, "are allowed"},
    {"a text too long", [] { return report_with(",\"x\":\"" + std::string(40'000, 'x') + '"'); },
     413, "x"},
    {"a list too long",
     [] {
         std::string list = "0";
         for (int i = 0; i < 20'000; ++i)
             list += ",0";
         return report_with(",\"x\":[" + list + "]");
     },
     413, "elements"},
    {"another agent's name",
     [] {
         std::string body = report_with("");
         const auto own = bad_agent().text();
         const auto others = shared->good.uplink->identity().agent.text();
         return body.replace(body.find(own), own.size(), others);
     },
     403, "agent"},
};

BOOST_DATA_TEST_CASE(a_bad_body_is_refused, boost::unit_test::data::make(bad_bodies), bad)
{
    check_refused(bad.body(), json_header, bad.status, bad.why);
}

// ------------------------------------------------------------------ encodings and headers

BOOST_AUTO_TEST_CASE(encodings_that_are_none_are_refused)
{
    const std::string body = report_with("");
    const auto with = [](const std::string& header) { return json_header + header + "\r\n"; };
    check_refused(body, with("Content-Encoding: br"), 415, "encoding");
    check_refused(body, with("Content-Encoding: deflate"), 400, "packed body damaged");
    check_refused(body, with("Content-Encoding: deflate, deflate"), 415, "encoding");
    check_refused(body, "Content-Type: text/plain\r\n", 415, "type");
}

BOOST_AUTO_TEST_CASE(a_bomb_of_deflate_is_stopped_at_its_limit)
{
    const std::string packed =
        http::deflate(std::string(64U * 1024 * 1024, ' '), http::Packing::deflate);
    BOOST_TEST(packed.size() < 100'000U);
    check_refused(
        packed, std::string{json_header} + "Content-Encoding: deflate\r\n", 413,
        "unpacked body too large");
}

BOOST_AUTO_TEST_CASE(requests_that_are_none_are_refused)
{
    struct Bytes
    {
        const char* sent;
        const char* status;
    };

    const Bytes requests[] = {
        {"GARBAGE\r\n\r\n", "HTTP/1.1 400"},
        {"POST /agent/v1/report HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
         "HTTP/1.1 400"},
        {"POST /agent/v1/report HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n"
         "Transfer-Encoding: chunked\r\n\r\n",
         "HTTP/1.1 400"},
        {"GET /agent/v1/nothing HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 404"},
        {"GET /agent/v1/report HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 405"},
        {"GET /agent/v1/../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 40"},
    };
    for (const auto& request : requests)
    {
        BadPeer peer;
        peer.send(request.sent).value();
        while (peer.held().find("\r\n\r\n") == std::string::npos)
        {
            const auto more = peer.read_more();
            BOOST_TEST_REQUIRE((more && *more > 0), request.sent);
        }
        BOOST_TEST(peer.held().starts_with(request.status), peer.held());
        BOOST_TEST(log_has({peer.address()}), request.sent);
    }
    BadPeer large;
    const auto refused =
        large.ask("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n");
    BOOST_TEST_REQUIRE(refused.has_value());
    BOOST_TEST(static_cast<int>(refused->status) == 431);
    check_others();
}

// ------------------------------------------------------------------ slow, silent, gone

BOOST_AUTO_TEST_CASE(who_is_silent_or_slow_is_sent_away_while_others_are_served)
{
    using Socket = asio::ip::tcp::socket;
    asio::io_context io;
    const asio::ip::tcp::endpoint port{
        asio::ip::make_address(shared->site.address()), tests::Site::agents_port};
    // Half-open: connected, and no word of TLS; then half a greeting; then no request.
    std::list<Socket> silent;
    for (int i = 0; i < 200; ++i)
    {
        silent.emplace_back(io).connect(port);
        if (i % 2 == 0)
            asio::write(silent.back(), asio::buffer("\x16\x03\x01\x02\x00", 5));
    }
    BadPeer header;
    BadPeer body;
    BadPeer vanished;
    header.send("POST /agent/v1/report HTT").value();
    const std::string whole = body.request("/agent/v1/report", report_with(""));
    body.send(whole.substr(0, whole.size() - 100)).value();
    vanished.send(whole.substr(0, whole.size() - 100)).value();
    vanished.vanish();
    wait_until("who vanished", [&] { return log_has({vanished.address(), "left within"}); });
    check_others();

    // One byte a second, for ever: counted from the begin, not from the last byte.
    std::size_t sent = whole.size() - 100;
    const auto drip = [&](RawPeer& peer, std::string_view byte) { return peer.send(byte); };
    const auto is_over = [&](RawPeer& peer) { return log_has({peer.address(), "took too long"}); };
    wait_until("the slow header's end", [&] {
        std::this_thread::sleep_for(1s);
        const bool is_open = drip(header, "x").has_value();
        static_cast<void>(drip(body, whole.substr(sent++, 1)));
        return !is_open || is_over(header);
    });
    wait_until("the slow body's end", [&] {
        std::this_thread::sleep_for(1s);
        const bool is_open = drip(body, whole.substr(sent++, 1)).has_value();
        return !is_open || is_over(body);
    });
    BOOST_TEST(is_over(header));
    BOOST_TEST(is_over(body));

    std::size_t closed = 0;
    for (auto& socket : silent)
    {
        boost::system::error_code ended;
        char byte{};
        socket.non_blocking(true);
        while (!ended)
            asio::read(socket, asio::buffer(&byte, 1), ended);
        closed += ended != asio::error::would_block ? 1 : 0;
    }
    BOOST_TEST(closed == silent.size());
    BOOST_TEST(log_has({"127.0.0.1"}));
    check_others();
}

// ------------------------------------------------------------------ true in form, absurd in fact

BOOST_AUTO_TEST_CASE(ten_thousand_forged_neighbours_are_one_finding_and_little_space)
{
    auto& device = shared->bad;
    wire::Report report;
    report.agent_id = bad_agent();
    report.stream = StreamId{tests::id_text('N')};
    const auto bytes_before = shared->site.metric("mimamori_database_bytes");
    for (unsigned batch = 0; batch < 10; ++batch)
    {
        wire::NeighboursSection section;
        for (unsigned i = 0; i < 1'000; ++i)
            section.neighbours.push_back(
                {fmt::format("10.{}.{}.{}", batch, i / 250, i % 250),
                 fmt::format("02:00:00:{:02x}:{:02x}:{:02x}", batch, i / 250, i % 250), "eth0"});
        report.seq = batch + 1;
        report.sent_at = SystemClock{}.now();
        report.sections = {tests::with_body("neighbours", section)};
        const std::string text = wire::to_json(report);
        const auto delivery = test::run_coro(device.io, device.uplink->send(text));
        BOOST_TEST_REQUIRE(
            (delivery.outcome == agent::report::Delivery::Outcome::answered),
            delivery.error.message);
    }
    const auto agents = shared->site.web().json("/api/v1/agents");
    std::string id;
    for (const auto& agent : agents.at("items").as_array())
        if (agent.at("id").as_string() == bad_agent().text())
            id = agent.at("device_id").as_string().c_str();
    wait_until(
        "the finding", [&] { return !shared->site.findings(id, "neighbour_unknown").empty(); });
    check_others();
    BOOST_TEST(shared->site.findings(id, "neighbour_unknown").size() == 1U);
    const auto bytes = shared->site.metric("mimamori_database_bytes");
    BOOST_TEST_MESSAGE("the database grew by " << (bytes - bytes_before) / 1024 << " KiB");
    BOOST_TEST(bytes - bytes_before < 4U * 1024 * 1024);
}

// ------------------------------------------------------------------ settings

BOOST_AUTO_TEST_CASE(a_broken_settings_file_names_file_line_key_and_what_is_allowed)
{
    const tests::TempFolder folder;
    const auto agent = folder.path() / "agent.toml";
    std::ofstream{agent} << "[report]\nheartbeat = \"1s\"\n";
    const auto of_agent = tests::run_program({MIMAMORI_AGENT, "--config", agent.string(), "run"});
    BOOST_TEST(of_agent.exit_code != 0);
    for (const std::string& part :
         {agent.string(), std::string{"2"}, std::string{"report.heartbeat"}, std::string{"5s"}})
        BOOST_TEST(of_agent.text.find(part) != std::string::npos, of_agent.text);
    BOOST_TEST_MESSAGE(of_agent.text);

    const auto collector = folder.path() / "collector.toml";
    std::ofstream{collector} << "[agents]\nnames = [\"a\"]\nport = 70000\ncolour = \"red\"\n";
    const auto of_collector =
        tests::run_program({MIMAMORI_COLLECTOR, "--config", collector.string(), "check-config"});
    BOOST_TEST(of_collector.exit_code != 0);
    for (const std::string& part :
         {collector.string(), std::string{"agents.port"}, std::string{"65535"},
          std::string{"agents.colour"}})
        BOOST_TEST(of_collector.text.find(part) != std::string::npos, of_collector.text);
    BOOST_TEST_MESSAGE(of_collector.text);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori
