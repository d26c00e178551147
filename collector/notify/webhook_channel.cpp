#include "collector/notify/webhook_channel.hpp"

#include "collector/notify/curl_session.hpp"
#include "collector/notify/message_parts.hpp"
#include "common/base/encoding.hpp"
#include "common/crypto/hash.hpp"
#include "common/crypto/random.hpp"
#include "common/wire/json_writer.hpp"

#include <boost/describe/class.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace mimamori::collector::notify {

namespace {

constexpr std::size_t findings_at_once = 100;
constexpr std::size_t address_bytes_max = 1'000;

/// The document that is posted. Version 1: members are only ever added.
struct DeviceView
{
    std::string id;
    std::string name;
    std::string site;
};
BOOST_DESCRIBE_STRUCT(DeviceView, (), (id, name, site))

struct FindingView
{
    std::string id;
    std::string rule;
    std::string severity;
    std::string title;
    std::string line;
    Timestamp opened_at{};
    std::optional<DeviceView> device; ///< Absent: it is about the collector itself.
    std::string url;
};
BOOST_DESCRIBE_STRUCT(FindingView, (), (id, rule, severity, title, line, opened_at, device, url))

struct DigestLine
{
    std::string rule;
    std::string severity;
    std::uint64_t findings{0};
};
BOOST_DESCRIBE_STRUCT(DigestLine, (), (rule, severity, findings))

struct DigestView
{
    std::uint64_t devices{0};
    std::uint64_t silent{0};
    std::uint64_t opened{0};
    std::uint64_t resolved{0};
    std::vector<DigestLine> open;
};
BOOST_DESCRIBE_STRUCT(DigestView, (), (devices, silent, opened, resolved, open))

struct Document
{
    std::uint32_t version{1};
    std::string id; ///< Equal in what is sent twice.
    std::string news;
    std::string hospital;
    Timestamp composed_at{};
    std::string text;
    std::vector<FindingView> findings;
    std::optional<DigestView> digest;
};
BOOST_DESCRIBE_STRUCT(
    Document, (), (version, id, news, hospital, composed_at, text, findings, digest))

FindingView view_of(const storage::AlertSubject& subject, const ComposeContext& context)
{
    const auto text =
        findings::Texts::embedded().text_of(subject.rule, subject.evidence, context.reader());
    FindingView view;
    view.id = subject.finding_id;
    view.rule = subject.rule;
    view.severity = severity_name(subject.severity);
    view.title = text.title;
    view.line = text.line;
    view.opened_at = subject.opened_at;
    if (!subject.device.empty())
        view.device = DeviceView{subject.device.text(), subject.device_name, subject.site.text()};
    if (!context.mail.web_address.empty())
        view.url = context.mail.web_address + "findings/" + subject.finding_id;
    return view;
}

DigestView view_of(const DigestContent& digest)
{
    DigestView view{digest.devices, digest.silent, digest.opened, digest.resolved, {}};
    for (const auto& line : digest.open)
        view.open.push_back({line.rule, std::string{severity_name(line.severity)}, line.findings});
    return view;
}

Outgoing finish(Document document, const ComposeContext& context)
{
    document.id = crypto::random_id_text();
    document.hospital = context.mail.site_name;
    document.composed_at = context.now;
    return {document.id, {}, document.text, wire::to_json<wire::Defaults::written>(document)};
}

/// Takes what the server says, so that it can end; keeps none of it.
std::size_t pass_over(char*, std::size_t size, std::size_t count, void* taken)
{
    constexpr std::size_t answer_bytes_max = 64U * 1024;
    auto& sum = *static_cast<std::size_t*>(taken);
    sum += size * count;
    return sum <= answer_bytes_max ? size * count : 0;
}

/// Whether the server's answer is about the message and not about us or the moment.
bool is_final(long answer)
{
    return answer == 400 || answer == 410 || answer == 413 || answer == 415 || answer == 422;
}

} // namespace

Result<void> check_webhook_channel(const Channel& channel)
{
    const std::string& address = channel.address;
    const bool plain =
        std::all_of(address.begin(), address.end(), [](char c) { return c > ' ' && c < 0x7F; });
    if (!address.starts_with("https://") || address.size() < 9 || !plain
        || address.size() > address_bytes_max || address.find('@') != std::string::npos)
        return Error{Errc::invalid_input, "address: begins with https:// and has no password"};
    if (channel.secret.empty())
        return Error{Errc::invalid_input, "secret: is needed, to sign what is sent"};
    if (!channel.to.empty())
        return Error{Errc::invalid_input, "to: not for a webhook"};
    if (!channel.format.empty())
        return Error{Errc::invalid_input, "format: not for a webhook"};
    return check_trust(channel);
}

std::vector<Outgoing> compose_webhooks(const Bundle& bundle, const ComposeContext& context)
{
    std::vector<Outgoing> all;
    if (bundle.is_test || bundle.digest)
    {
        Document document;
        document.news = bundle.is_test ? "test" : "digest";
        document.text = document.news;
        if (bundle.digest)
            document.digest = view_of(*bundle.digest);
        all.push_back(finish(std::move(document), context));
        return all;
    }
    for (std::size_t from = 0; from < bundle.findings.size(); from += findings_at_once)
    {
        const std::size_t to = std::min(from + findings_at_once, bundle.findings.size());
        Document document;
        document.news = news_name(bundle.news);
        for (std::size_t i = from; i < to; ++i)
            document.findings.push_back(view_of(bundle.findings[i], context));
        document.text =
            fmt::format("{} {}: {}", to - from, document.news, document.findings.front().title);
        all.push_back(finish(std::move(document), context));
    }
    return all;
}

std::string webhook_signature(std::string_view secret, std::string_view body, Timestamp now)
{
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    const std::string signed_text = fmt::format("{}.{}", seconds, body);
    const std::span<const std::uint8_t> key{
        reinterpret_cast<const std::uint8_t*>(secret.data()), secret.size()};
    return fmt::format("t={},v1={}", seconds, to_hex(crypto::hmac_sha256(key, signed_text)));
}

DeliveryReport deliver_webhook(const storage::Delivery& delivery, const DeliverContext& context)
{
    const Channel& channel = context.channel;
    const auto secret = context.secrets.get(channel.secret);
    if (!secret)
        return {Delivered::try_later, "the secret cannot be read"};
    CurlSession curl;
    curl.set(CURLOPT_URL, channel.address.c_str());
    curl.set(CURLOPT_PROTOCOLS_STR, "https");
    curl.set(CURLOPT_FOLLOWLOCATION, 0L);
    curl.set(CURLOPT_POST, 1L);
    curl.set(CURLOPT_POSTFIELDS, delivery.content.c_str());
    curl.set(CURLOPT_POSTFIELDSIZE, static_cast<long>(delivery.content.size()));
    std::size_t taken = 0;
    curl.set(CURLOPT_WRITEFUNCTION, &pass_over);
    curl.set(CURLOPT_WRITEDATA, &taken);
    curl.set_limit(context.mail.webhook_limit);
    curl.set_stop(context.stop);
    curl.set_trust(channel.ca, channel.pin);
    curl.add_header("Content-Type: application/json; charset=utf-8");
    curl.add_header("User-Agent: mimamori-collector");
    curl.add_header("Expect:"); // No waiting for 100.
    curl.add_header("X-Mimamori-Delivery: " + delivery.message_id);
    if (delivery.perhaps_twice)
        curl.add_header("X-Mimamori-Repeat: perhaps");
    curl.add_header(
        "X-Mimamori-Signature: " + webhook_signature(*secret, delivery.content, context.now));
    if (!curl.ready())
        return {Delivered::try_later, "libcurl cannot be used so"};
    const CURLcode result = curl.perform();
    const long answer = curl.answer();
    if (answer >= 200 && answer <= 299)
        return {Delivered::accepted, {}};
    if (answer == 0 || result != CURLE_OK)
        return {Delivered::try_later, curl.problem(result)};
    return {
        is_final(answer) ? Delivered::refused : Delivered::try_later,
        fmt::format("the server answered {}", answer)};
}

} // namespace mimamori::collector::notify
