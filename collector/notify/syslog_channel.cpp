#include "collector/notify/syslog_channel.hpp"

#include "collector/notify/curl_session.hpp"
#include "collector/notify/message_parts.hpp"
#include "collector/notify/mime.hpp"
#include "collector/notify/outbox.hpp"
#include "common/crypto/random.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <span>
#include <utility>

namespace mimamori::collector::notify {

namespace {

namespace asio = boost::asio;
using asio::ip::udp;
using storage::AlertSubject;

constexpr std::size_t lines_at_once = 200;
constexpr std::size_t value_bytes_max = 255;
constexpr std::size_t datagram_bytes_max = 2'048; ///< What RFC 5426 asks receivers to take.
constexpr std::chrono::seconds time_limit{20};
constexpr std::chrono::seconds taken_limit{5};

constexpr int facility_local0 = 16;

/// What is changed in a message that may have arrived before. Values of structured data cannot hold
/// it: their quotes are escaped.
constexpr std::string_view first_time = " repeat=\"no\"";
constexpr std::string_view perhaps_again = " repeat=\"perhaps\"";

int syslog_severity(News news, rules::Severity severity)
{
    if (news == News::resolved)
        return 5; // Notice.
    switch (severity)
    {
    case rules::Severity::action:
        return 2; // Critical.
    case rules::Severity::warning:
        return 4;
    case rules::Severity::info:
        return 6;
    }
    return 6;
}

int cef_severity(rules::Severity severity)
{
    switch (severity)
    {
    case rules::Severity::action:
        return 8;
    case rules::Severity::warning:
        return 5;
    case rules::Severity::info:
        return 2;
    }
    return 0;
}

std::string escaped(std::string_view text, std::string_view special)
{
    std::string out;
    for (const char c : one_line(text, value_bytes_max))
    {
        if (special.find(c) != std::string_view::npos)
            out += '\\';
        out += c;
    }
    return out;
}

/// The collector's own name: that of its pages.
std::string host_of(const MailSettings& mail)
{
    std::string_view text{mail.web_address};
    if (text.starts_with("https://"))
        text.remove_prefix(8);
    text = text.substr(0, text.find_last_of(':'));
    std::string host;
    for (const char c : text.substr(0, value_bytes_max))
    {
        if (c > ' ' && c < 0x7F)
            host += c;
    }
    return host.empty() ? "-" : host;
}

std::string header(int severity, std::string_view id, const ComposeContext& context)
{
    return fmt::format(
        "<{}>1 {} {} mimamori - {}", facility_local0 * 8 + severity, to_rfc3339(context.now),
        host_of(context.mail), id);
}

std::string cef_line(
    const AlertSubject& subject, const std::string& title, News news, const ComposeContext& context)
{
    std::string url;
    if (!context.mail.web_address.empty())
        url = context.mail.web_address + "findings/" + subject.finding_id;
    return fmt::format(
        "CEF:0|mimamori|mimamori-collector|1|{}|{}|{}|act={} dvchost={} deviceExternalId={} "
        "externalId={} rt={} cs1Label=site cs1={} request={}",
        cef_header(subject.rule), cef_header(title), cef_severity(subject.severity),
        news_name(news), cef_value(subject.device_name), cef_value(subject.device.text()),
        cef_value(subject.finding_id), to_ms(subject.opened_at), cef_value(subject.site.text()),
        cef_value(url));
}

std::string finding_line(const AlertSubject& subject, News news, const ComposeContext& context)
{
    const auto text =
        findings::Texts::embedded().text_of(subject.rule, subject.evidence, context.reader());
    const std::string title = one_line(text.title, value_bytes_max);
    const std::string data = fmt::format(
        "[mimamori@32473 news=\"{}\" rule=\"{}\" severity=\"{}\" finding=\"{}\" device=\"{}\""
        " deviceId=\"{}\" site=\"{}\"{}]",
        news_name(news), sd_value(subject.rule), severity_name(subject.severity),
        sd_value(subject.finding_id), sd_value(subject.device_name),
        sd_value(subject.device.text()), sd_value(subject.site.text()), first_time);
    const std::string message =
        context.channel.is.format == "cef"
            ? cef_line(subject, title, news, context)
            : fmt::format("{}: {}", one_line(subject.device_name, value_bytes_max), title);
    return fmt::format(
        "{} {} \xEF\xBB\xBF{}", header(syslog_severity(news, subject.severity), "finding", context),
        data, message);
}

/// What `mimamorictl audit verify --head` is given later, with the signature under it.
std::string head_line(const storage::SignedHead& head, const ComposeContext& context)
{
    return fmt::format(
        "{} [mimamori@32473 entry=\"{}\" hash=\"{}\" signedAt=\"{}\" key=\"{}\" signature=\"{}\"{}]"
        " record of changes: entry {} has hash {}",
        header(5, "audit-head", context), head.no, sd_value(head.hash), to_rfc3339(head.signed_at),
        sd_value(head.key), sd_value(head.signature), first_time, head.no, head.hash);
}

std::string summary_of(const Bundle& bundle, std::size_t lines)
{
    if (bundle.is_test)
        return "test";
    if (bundle.digest)
        return "digest";
    if (bundle.head)
        return fmt::format("record of changes: entry {}", bundle.head->no);
    return fmt::format("{} {}", lines, news_name(bundle.news));
}

std::vector<std::string> lines_of(const Bundle& bundle, const ComposeContext& context)
{
    std::vector<std::string> lines;
    if (bundle.is_test)
        lines.push_back(
            fmt::format("{} [mimamori@32473{}] test", header(5, "test", context), first_time));
    else if (bundle.digest)
    {
        std::uint64_t open = 0;
        for (const auto& line : bundle.digest->open)
            open += line.findings;
        lines.push_back(fmt::format(
            "{} [mimamori@32473 devices=\"{}\" silent=\"{}\" opened=\"{}\" resolved=\"{}\""
            " open=\"{}\"{}] digest",
            header(5, "digest", context), bundle.digest->devices, bundle.digest->silent,
            bundle.digest->opened, bundle.digest->resolved, open, first_time));
    }
    else if (bundle.head)
        lines.push_back(head_line(*bundle.head, context));
    for (const AlertSubject& subject : bundle.findings)
        lines.push_back(finding_line(subject, bundle.news, context));
    return lines;
}

DeliveryReport send_datagrams(
    const SyslogAddress& address, const std::vector<std::string_view>& lines)
{
    boost::system::error_code ec;
    asio::io_context io;
    udp::resolver resolver{io};
    const auto found = resolver.resolve(address.host, std::to_string(address.port), ec);
    if (ec || found.empty())
        return {Delivered::try_later, "no address for this name"};
    udp::socket socket{io};
    socket.connect(found.begin()->endpoint(), ec);
    for (const std::string_view line : lines)
    {
        if (!ec)
            socket.send(asio::buffer(line.substr(0, datagram_bytes_max)), 0, ec);
    }
    if (ec)
        return {Delivered::try_later, ec.message()};
    return {Delivered::accepted, {}};
}

/// Sends all of it on a connection that curl has made.
CURLcode send_all(CURL* curl, std::string_view bytes)
{
    const auto end = std::chrono::steady_clock::now() + time_limit;
    while (!bytes.empty())
    {
        std::size_t sent = 0;
        const CURLcode result = curl_easy_send(curl, bytes.data(), bytes.size(), &sent);
        bytes.remove_prefix(sent);
        if (result == CURLE_OK)
            continue;
        if (result != CURLE_AGAIN || std::chrono::steady_clock::now() >= end)
            return result == CURLE_AGAIN ? CURLE_OPERATION_TIMEDOUT : result;
        curl_socket_t socket = CURL_SOCKET_BAD;
        static_cast<void>(curl_easy_getinfo(curl, CURLINFO_ACTIVESOCKET, &socket));
        wait_until_taken(socket, std::chrono::milliseconds{200});
    }
    return CURLE_OK;
}

/// Whether the other side has ended the connection.
bool is_closed(CURL* curl)
{
    char byte = 0;
    std::size_t received = 0;
    const CURLcode result = curl_easy_recv(curl, &byte, 1, &received);
    return result != CURLE_AGAIN && (result != CURLE_OK || received == 0);
}

DeliveryReport send_stream(
    const SyslogAddress& address, const DeliverContext& context, const std::string& bytes)
{
    const bool bare_v6 = address.host.find(':') != std::string::npos;
    const std::string host = bare_v6 ? '[' + address.host + ']' : address.host;
    const bool tls = address.transport == SyslogTransport::tls;
    // libcurl makes and verifies the connection; what goes over it is ours.
    const std::string url = fmt::format("{}://{}:{}/", tls ? "https" : "http", host, address.port);
    CurlSession curl;
    curl.set(CURLOPT_URL, url.c_str());
    curl.set(CURLOPT_CONNECT_ONLY, 1L);
    curl.set(CURLOPT_SSL_ENABLE_ALPN, 0L);
    curl.set_limit(time_limit);
    curl.set_stop(context.stop);
    curl.set_trust(context.channel.ca, context.channel.pin);
    if (!curl.ready())
        return {Delivered::try_later, "libcurl cannot be used so"};
    CURLcode result = curl.perform();
    if (result == CURLE_OK)
        result = send_all(curl.get(), bytes);
    if (result != CURLE_OK)
        return {Delivered::try_later, curl.problem(result)};
    curl_socket_t socket = CURL_SOCKET_BAD;
    static_cast<void>(curl_easy_getinfo(curl.get(), CURLINFO_ACTIVESOCKET, &socket));
    if (!wait_until_taken(socket, taken_limit) || is_closed(curl.get()))
        return {Delivered::try_later, "the server did not take what was sent"};
    return {Delivered::accepted, {}};
}

} // namespace

std::string sd_value(std::string_view text)
{
    return escaped(text, "\"\\]");
}

std::string cef_header(std::string_view text)
{
    return escaped(text, "\\|");
}

std::string cef_value(std::string_view text)
{
    return escaped(text, "\\=");
}

Result<SyslogAddress> parse_syslog_address(std::string_view text)
{
    const Error wrong{
        Errc::invalid_input,
        "address: udp://, tcp:// or tls:// with a host, such as tls://log:6514"};
    SyslogAddress address;
    if (text.starts_with("udp://"))
        address.transport = SyslogTransport::udp;
    else if (text.starts_with("tcp://"))
        address.transport = SyslogTransport::tcp;
    else if (!text.starts_with("tls://"))
        return wrong;
    address.port = address.transport == SyslogTransport::tls ? 6514 : 514;
    text.remove_prefix(6);
    std::string_view port;
    if (text.starts_with('['))
    {
        const std::size_t close = text.find(']');
        if (close == std::string_view::npos)
            return wrong;
        address.host = text.substr(1, close - 1);
        port = text.substr(close + 1);
    }
    else
    {
        const std::size_t colon = text.find(':');
        address.host = text.substr(0, colon);
        port = colon == std::string_view::npos ? std::string_view{} : text.substr(colon);
    }
    const bool plain = std::all_of(address.host.begin(), address.host.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
               || c == '.' || c == '-' || c == ':';
    });
    if (address.host.empty() || address.host.size() > 253 || !plain)
        return wrong;
    if (port.empty())
        return address;
    port.remove_prefix(1);
    const auto [end, ec] = std::from_chars(port.data(), port.data() + port.size(), address.port);
    if (ec != std::errc{} || end != port.data() + port.size() || address.port == 0)
        return wrong;
    return address;
}

Result<void> check_syslog_channel(const Channel& channel)
{
    const auto address = parse_syslog_address(channel.address);
    if (!address)
        return address.error();
    if (!channel.format.empty() && channel.format != "rfc5424" && channel.format != "cef")
        return Error{Errc::invalid_input, "format: \"rfc5424\" or \"cef\""};
    if (!channel.to.empty())
        return Error{Errc::invalid_input, "to: not for syslog"};
    if (!channel.secret.empty())
        return Error{Errc::invalid_input, "secret: not for syslog"};
    const bool trusts = !channel.ca.empty() || !channel.pin.empty();
    if (trusts && address->transport != SyslogTransport::tls)
        return Error{Errc::invalid_input, "ca: only with tls://"};
    return check_trust(channel);
}

std::vector<Outgoing> compose_syslog(const Bundle& bundle, const ComposeContext& context)
{
    const std::vector<std::string> lines = lines_of(bundle, context);
    std::vector<Outgoing> all;
    for (std::size_t from = 0; from < lines.size(); from += lines_at_once)
    {
        const std::size_t to = std::min(from + lines_at_once, lines.size());
        std::string content;
        for (std::size_t i = from; i < to; ++i)
            content += lines[i] + '\n';
        all.push_back(
            {crypto::random_id_text(), {}, summary_of(bundle, to - from), std::move(content)});
    }
    return all;
}

DeliveryReport deliver_syslog(const storage::Delivery& delivery, const DeliverContext& context)
{
    const auto address = parse_syslog_address(context.channel.address);
    if (!address)
        return {Delivered::try_later, address.error().message};
    std::string content = delivery.content;
    if (delivery.perhaps_twice)
    {
        for (std::size_t at = 0; (at = content.find(first_time, at)) != std::string::npos;)
        {
            content.replace(at, first_time.size(), perhaps_again);
            at += perhaps_again.size();
        }
    }
    std::vector<std::string_view> lines;
    std::string stream;
    for (std::string_view rest = content; !rest.empty();)
    {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        lines.push_back(line);
        stream += fmt::format("{} {}", line.size(), line);
    }
    if (address->transport == SyslogTransport::udp)
        return send_datagrams(*address, lines);
    return send_stream(*address, context, stream);
}

} // namespace mimamori::collector::notify
