#include "collector/notify/smtp.hpp"

#include "collector/notify/curl_session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string_view>

namespace mimamori::collector::notify {

namespace {

using List = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

/// What is left of the message to be sent.
std::size_t read_message(char* buffer, std::size_t size, std::size_t count, void* rest)
{
    auto& left = *static_cast<std::string_view*>(rest);
    const std::size_t taken = std::min(size * count, left.size());
    std::memcpy(buffer, left.data(), taken);
    left.remove_prefix(taken);
    return taken;
}

/// The mail server's part; certificates are verified in any case.
void set_security(CurlSession& curl, const MailSettings& settings)
{
    const bool tls = settings.security != MailSecurity::none;
    curl.set(CURLOPT_USE_SSL, static_cast<long>(tls ? CURLUSESSL_ALL : CURLUSESSL_NONE));
    curl.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    if (!settings.ca_file.empty())
    {
        curl.set(CURLOPT_CAINFO, settings.ca_file.c_str());
        curl.set(CURLOPT_CAPATH, static_cast<const char*>(nullptr)); // And nobody else.
    }
    else
        curl.set_trust(settings.ca_pem, {});
    if (tls && !settings.user.empty())
    {
        curl.set(CURLOPT_USERNAME, settings.user.c_str());
        curl.set(CURLOPT_PASSWORD, settings.password.c_str());
    }
}

bool is_about_login(long answer)
{
    return answer == 530 || answer == 534 || answer == 535 || answer == 538;
}

/// Whether the server's last answer means that this mail will never be taken. Answers about the
/// login are about our settings, which somebody can put right.
bool is_final(long answer)
{
    return !is_about_login(answer) && answer >= 500 && answer <= 599;
}

Trouble trouble_of(const CurlSession& curl, CURLcode result)
{
    curl_off_t looked_up = 0;
    static_cast<void>(curl_easy_getinfo(curl.get(), CURLINFO_NAMELOOKUP_TIME_T, &looked_up));
    if (result == CURLE_OPERATION_TIMEDOUT && looked_up == 0)
        return Trouble::name;
    const long answer = curl.answer();
    switch (result)
    {
    case CURLE_COULDNT_RESOLVE_HOST:
        return Trouble::name;
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
        return Trouble::connection;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
        return Trouble::certificate;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_USE_SSL_FAILED:
    case CURLE_WEIRD_SERVER_REPLY:
        return Trouble::no_tls;
    case CURLE_LOGIN_DENIED:
        return Trouble::sign_in;
    default:
        break;
    }
    if (is_about_login(answer))
        return Trouble::sign_in;
    return answer >= 400 && answer <= 599 ? Trouble::addresses : Trouble::other;
}

} // namespace

DeliveryReport send_mail(
    const MailSettings& settings,
    const std::string& sender,
    const std::string& recipient,
    const std::string& message,
    const std::atomic<bool>* stop)
{
    if (!is_address(sender) || !is_address(recipient))
        return {Delivered::refused, "sender or recipient is not an address"};
    if (auto checked = check(settings); !checked)
        return {Delivered::try_later, checked.error().message};
    const List recipients{
        curl_slist_append(nullptr, ('<' + recipient + '>').c_str()), &curl_slist_free_all};
    CurlSession curl;
    if (!curl.ready() || !recipients)
        return {Delivered::try_later, "libcurl cannot be used"};

    const bool wrapped = settings.security == MailSecurity::tls;
    const bool bare_v6 = settings.host.find(':') != std::string::npos;
    const std::string host = bare_v6 ? '[' + settings.host + ']' : settings.host;
    const std::string url =
        fmt::format("{}://{}:{}/mimamori", wrapped ? "smtps" : "smtp", host, settings.port);
    const std::string from = '<' + sender + '>';
    std::string_view rest = message;
    curl.set(CURLOPT_URL, url.c_str());
    curl.set(CURLOPT_MAIL_FROM, from.c_str());
    curl.set(CURLOPT_MAIL_RCPT, recipients.get());
    curl.set(CURLOPT_UPLOAD, 1L);
    curl.set(CURLOPT_READFUNCTION, &read_message);
    curl.set(CURLOPT_READDATA, &rest);
    curl.set_limit(settings.time_limit);
    curl.set_stop(stop);
    set_security(curl, settings);
    if (!curl.ready())
        return {Delivered::try_later, "libcurl lacks TLS"};

    const CURLcode result = curl.perform();
    if (result == CURLE_OK)
        return {Delivered::accepted, {}};
    return {
        is_final(curl.answer()) ? Delivered::refused : Delivered::try_later, curl.problem(result),
        trouble_of(curl, result)};
}

} // namespace mimamori::collector::notify
