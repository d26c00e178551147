#include "agent/uplink/answer.hpp"

#include "common/base/utf8.hpp"
#include "common/wire/json_reader.hpp"

#include <boost/describe/class.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace mimamori::agent::uplink {
namespace {

/// The part of a problem (RFC 9457) that we branch on.
struct Problem
{
    std::string code;
};
BOOST_DESCRIBE_STRUCT(Problem, (), (code))

bool has_type(const http::Response& response, std::string_view type)
{
    return response.headers["Content-Type"].starts_with(type);
}

struct Meaning
{
    std::string_view code;
    std::string_view text;
};

// clang-format off
constexpr std::array meanings{
    Meaning{"secret_unknown", "the collector does not know this enrolment key or ticket"},
    Meaning{"key_expired", "the enrolment key has expired; ask for a new one"},
    Meaning{"key_used_up", "the enrolment key has enrolled as many devices as it may"},
    Meaning{"key_revoked", "the enrolment key was revoked; ask for a new one"},
    Meaning{"address_not_allowed", "the enrolment key is not for this device's network"},
    Meaning{"ticket_expired", "the ticket has expired; ask for a new one"},
    Meaning{"ticket_used", "the ticket was used before; ask for a new one"},
    Meaning{"ticket_revoked", "the ticket was revoked; ask for a new one"},
    Meaning{"wrong_machine", "the ticket is for another hostname or serial number"},
    Meaning{"rejected", "a person has rejected this device"},
    Meaning{"agent_revoked", "this device's certificate was revoked; enrol it anew"},
    Meaning{"unauthorized", "the collector does not know this device any more"},
    Meaning{"forbidden", "the collector takes no reports of this device; it may have been revoked"},
    Meaning{"key_mismatch", "the collector knows this device by another key; enrol it anew"},
    Meaning{"certificate_expired", "this device's certificate has expired; it is being renewed"},
    Meaning{"certificate_required", "the collector saw no certificate of this device"},
    Meaning{"too_often", "too many devices asked from this address; asking again later"},
    Meaning{"queue_full", "the approval queue is full; asking again later"},
};
// clang-format on

} // namespace

std::string problem_code_of(const http::Response& response)
{
    if (!has_type(response, "application/problem+json"))
        return {};
    auto problem = wire::from_json<Problem>(response.body);
    return problem ? std::move(problem->code) : std::string{};
}

bool is_collectors(const http::Response& response)
{
    return response.body.empty() || has_type(response, "application/json")
           || has_type(response, "application/problem+json");
}

std::string describe(const http::Response& response)
{
    const std::string code = problem_code_of(response);
    return fmt::format(
        "{} {}", to_number(response.status), code.empty() ? "without a reason" : for_log(code));
}

std::chrono::seconds retry_after_of(const http::Response& response)
{
    constexpr long long most_s = 24 * 60 * 60;
    const std::string_view text = response.headers["Retry-After"];
    long long seconds = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (failed != std::errc{} || end != text.data() + text.size())
        return std::chrono::seconds{0};
    return std::chrono::seconds{std::clamp(seconds, 0LL, most_s)};
}

std::string_view meaning_of(std::string_view problem_code)
{
    const auto found = std::find_if(meanings.begin(), meanings.end(), [&](const Meaning& one) {
        return one.code == problem_code;
    });
    return found == meanings.end() ? std::string_view{} : found->text;
}

Error explain(const Error& failure, const std::string& host)
{
    const std::string& message = failure.message;
    const auto says = [&](std::string_view part) {
        return message.find(part) != std::string::npos;
    };
    // What we refuse begins with whose certificate it is; what is left are the collector's alerts.
    if (failure.code == Errc::unauthenticated && !says("certificate of \""))
        return Error{
            Errc::forbidden,
            fmt::format("{} refuses this device's certificate ({})", host, message)};
    if (failure.code == Errc::unauthenticated)
    {
        const std::string_view hint =
            says("mismatch")  ? "it is for other names; check the collector's address"
            : says("expired") ? "it has expired; the collector must renew it"
            : says("purpose") ? "it is not a server's; somebody else holds a key of this site"
            : says("before one of this collector")
                ? "an older one may be in the wrong hands; the collector must show its newest"
                : "it does not end in the configured ca_fingerprint; a proxy or TLS inspection "
                  "in between, or the wrong collector";
        // The collector was not reached, so this is not its refusal.
        return Error{
            Errc::unavailable,
            fmt::format(
                "{} showed a certificate that is not accepted: {} ({})", host, hint, message)};
    }
    if (failure.code == Errc::invalid_input && says("tls handshake"))
        return Error{
            Errc::unavailable,
            fmt::format(
                "something at {} answers without the collector's TLS: a proxy, or another service "
                "({})",
                host, message)};
    return Error{failure.code, fmt::format("{}: {}", host, message)};
}

} // namespace mimamori::agent::uplink
