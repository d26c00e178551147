#include "tests/fleetsim/provocation.hpp"

#include "common/http/deflate.hpp"
#include "common/http/parser.hpp"
#include "common/wire/digest.hpp"
#include "common/wire/json_writer.hpp"
#include "common/wire/report.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mimamori::fleetsim {
namespace {

using Server = const ServerAddress&;
using Agent = const SimulatedAgent&;

constexpr std::string_view target = "/agent/v1/report";

/// A good report of the agent in a stream that is nobody's.
wire::Report good_report(Agent agent)
{
    wire::Report report;
    report.agent_id = agent.id();
    report.agent_version = "0.1.0";
    report.boot_id = "provocation";
    report.stream = StreamId{std::string(26, 'Z')};
    report.seq = 1;
    report.sent_at = SystemClock{}.now();
    return report;
}

std::string post(Server server, const wire::Report& report)
{
    return post_request(server, target, wire::to_json(report), false);
}

std::string post_text(Server server, const std::string& body)
{
    return post_request(server, target, body, false);
}

http::Request plain(std::string body)
{
    http::Request request;
    request.method = http::Method::post;
    request.target = target;
    request.body = std::move(body);
    return request;
}

std::string with_coding(Server server, std::string_view coding, std::string body)
{
    http::Request request = plain(std::move(body));
    request.headers.add("Content-Type", "application/json");
    request.headers.add("Content-Encoding", coding);
    return http::serialize(request, Line::host_of(server));
}

std::string cut_short(Server server, Agent agent)
{
    const std::string json = wire::to_json(good_report(agent));
    return post_text(server, json.substr(0, json.size() / 2));
}

std::string too_deep(Server server, Agent)
{
    return post_text(server, R"({"x":)" + std::string(40, '[') + std::string(40, ']') + "}");
}

std::string bad_utf8(Server server, Agent agent)
{
    auto report = good_report(agent);
    report.boot_id = "X";
    std::string json = wire::to_json(report);
    json.replace(json.find("\"X\""), 3, "\"\xC3\x28\"");
    return post_text(server, json);
}

std::string same_key_twice(Server server, Agent agent)
{
    std::string json = wire::to_json(good_report(agent));
    json.insert(1, "\"seq\":2,");
    return post_text(server, json);
}

std::string wrong_type(Server server, Agent agent)
{
    std::string json = wire::to_json(good_report(agent));
    json.insert(json.size() - 1, ",\"events\":{}");
    return post_text(server, json);
}

std::string no_number(Server server, Agent agent)
{
    auto report = good_report(agent);
    report.seq = 0;
    return post(server, report);
}

std::string for_another(Server server, Agent agent)
{
    auto report = good_report(agent);
    report.agent_id = AgentId{std::string(26, 'Y')};
    return post(server, report);
}

std::string wrong_digest(Server server, Agent agent)
{
    auto report = good_report(agent);
    report.sections.push_back({"os", wire::digest_of("something else"), {"{}"}});
    return post(server, report);
}

std::string falling_events(Server server, Agent agent)
{
    auto report = good_report(agent);
    report.events.push_back(agent.device().event(2, report.sent_at));
    report.events.push_back(agent.device().event(1, report.sent_at));
    return post(server, report);
}

std::string number_out_of_reach(Server server, Agent agent)
{
    auto report = good_report(agent);
    report.stream = agent.acked().back().stream;
    report.seq = std::uint64_t{1} << 62;
    return post(server, report);
}

std::string too_large(Server server, Agent)
{
    return fmt::format(
        "POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n"
        "Content-Length: 2097152\r\n\r\n{{",
        target, Line::host_of(server));
}

std::string deflate_bomb(Server server, Agent)
{
    constexpr std::size_t unpacked_bytes = 64U * 1024 * 1024;
    static const std::string packed =
        http::deflate(std::string(unpacked_bytes, ' '), http::Packing::deflate);
    return with_coding(server, "deflate", packed);
}

std::string damaged_deflate(Server server, Agent agent)
{
    std::string packed = http::deflate(wire::to_json(good_report(agent)), http::Packing::deflate);
    packed[packed.size() / 2] = static_cast<char>(~packed[packed.size() / 2]);
    return with_coding(server, "deflate", packed);
}

std::string unknown_coding(Server server, Agent agent)
{
    return with_coding(server, "br", wire::to_json(good_report(agent)));
}

std::string not_json(Server server, Agent agent)
{
    http::Request request = plain(wire::to_json(good_report(agent)));
    request.headers.add("Content-Type", "text/plain");
    return http::serialize(request, Line::host_of(server));
}

std::string wrong_method(Server server, Agent)
{
    http::Request request;
    request.target = target;
    return http::serialize(request, Line::host_of(server));
}

std::string wrong_path(Server server, Agent agent)
{
    return post_request(server, "/agent/v1/../v2/report", wire::to_json(good_report(agent)), false);
}

std::string two_lengths(Server server, Agent)
{
    return fmt::format(
        "POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n"
        "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{{}}",
        target, Line::host_of(server));
}

std::string header_too_long(Server server, Agent)
{
    return fmt::format(
        "POST {} HTTP/1.1\r\nHost: {}\r\nX-Long: {}\r\n\r\n", target, Line::host_of(server),
        std::string(64U * 1024, 'x'));
}

std::string no_http(Server, Agent)
{
    return std::string{"\x01\x02\x03 this is no HTTP at all\r\n\r\n"};
}

const std::vector<Provocation>& list()
{
    static const std::vector<Provocation> all{
        {"cut short", cut_short, {400}},
        {"too deep", too_deep, {400, 413}},
        {"bad UTF-8", bad_utf8, {400}},
        {"same key twice", same_key_twice, {400}},
        {"wrong type", wrong_type, {400}},
        {"no number", no_number, {400}},
        {"for another agent", for_another, {403}},
        {"wrong digest", wrong_digest, {400}},
        {"falling events", falling_events, {400}},
        {"number out of reach", number_out_of_reach, {409}},
        {"too large", too_large, {413}},
        {"deflate bomb", deflate_bomb, {413}},
        {"damaged deflate", damaged_deflate, {400}},
        {"unknown coding", unknown_coding, {415}},
        {"not JSON", not_json, {415}},
        {"wrong method", wrong_method, {405}},
        {"wrong path", wrong_path, {404}},
        {"two lengths", two_lengths, {400}},
        {"header too long", header_too_long, {431}},
        {"no HTTP", no_http, {400}},
    };
    return all;
}

} // namespace

std::span<const Provocation> provocations()
{
    return list();
}

awaitable<std::string> provoke(
    const Provocation& provocation,
    Line line,
    const ServerAddress& server,
    const SimulatedAgent& agent)
{
    const auto opened = co_await line.open();
    if (!opened)
        co_return fmt::format("{}: {}", provocation.name, opened.error().message);
    // It may be refused, and the connection closed, before all of it is sent.
    const std::string bytes = provocation.bytes(server, agent);
    const auto answer = co_await line.ask(bytes);
    co_await line.close();
    if (!answer)
        co_return provocation.statuses.empty()
            ? std::string{}
            : fmt::format("{}: no answer: {}", provocation.name, answer.error().message);
    const unsigned status = http::to_number(answer->status);
    const bool is_right =
        std::find(provocation.statuses.begin(), provocation.statuses.end(), status)
        != provocation.statuses.end();
    co_return is_right ? std::string{} : fmt::format("{}: answered {}", provocation.name, status);
}

} // namespace mimamori::fleetsim
