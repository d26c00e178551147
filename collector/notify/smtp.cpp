#include "collector/notify/smtp.hpp"

#include "common/base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <curl/curl.h>
#include <memory>
#include <string_view>

namespace mimamori::collector::notify {

namespace {

struct CurlDeleter
{
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }

    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

using Curl = std::unique_ptr<CURL, CurlDeleter>;
using List = std::unique_ptr<curl_slist, CurlDeleter>;

/// What is left of the message to be sent.
std::size_t read_message(char* buffer, std::size_t size, std::size_t count, void* rest)
{
    auto& left = *static_cast<std::string_view*>(rest);
    const std::size_t taken = std::min(size * count, left.size());
    std::memcpy(buffer, left.data(), taken);
    left.remove_prefix(taken);
    return taken;
}

bool start_curl()
{
    // Not safe to do twice at once; the language makes this once.
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    return started == CURLE_OK;
}

template <class Value>
void set(CURL* handle, CURLoption option, Value value)
{
    // A wrong option is a bug of ours; what matters for safety is checked by its result below.
    static_cast<void>(curl_easy_setopt(handle, option, value));
}

/// Options that must hold or nothing is sent.
bool set_security(CURL* handle, const MailSettings& settings)
{
    const bool tls = settings.security != MailSecurity::none;
    const long use_ssl = tls ? CURLUSESSL_ALL : CURLUSESSL_NONE;
    bool done = curl_easy_setopt(handle, CURLOPT_USE_SSL, use_ssl) == CURLE_OK;
    done = curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK && done;
    done = curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK && done;
    done =
        curl_easy_setopt(handle, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2) == CURLE_OK && done;
    done = curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps") == CURLE_OK && done;
    if (!settings.ca_file.empty())
        done =
            curl_easy_setopt(handle, CURLOPT_CAINFO, settings.ca_file.c_str()) == CURLE_OK && done;
    if (tls && !settings.user.empty())
    {
        done =
            curl_easy_setopt(handle, CURLOPT_USERNAME, settings.user.c_str()) == CURLE_OK && done;
        done = curl_easy_setopt(handle, CURLOPT_PASSWORD, settings.password.c_str()) == CURLE_OK
               && done;
    }
    return done;
}

/// Whether the server's last answer means that this mail will never be taken. Answers about the
/// login are about our settings, which somebody can put right.
bool is_final(long answer)
{
    if (answer == 530 || answer == 534 || answer == 535 || answer == 538)
        return false;
    return answer >= 500 && answer <= 599;
}

} // namespace

DeliveryReport deliver(
    const MailSettings& settings,
    const std::string& sender,
    const std::string& recipient,
    const std::string& message)
{
    if (!is_address(sender) || !is_address(recipient))
        return {Delivery::refused, "sender or recipient is not an address"};
    if (auto checked = check(settings); !checked)
        return {Delivery::try_later, checked.error().message};
    const Curl handle{start_curl() ? curl_easy_init() : nullptr};
    const List recipients{curl_slist_append(nullptr, ('<' + recipient + '>').c_str())};
    if (!handle || !recipients)
        return {Delivery::try_later, "libcurl cannot be used"};

    const bool wrapped = settings.security == MailSecurity::tls;
    const bool bare_v6 = settings.host.find(':') != std::string::npos;
    const std::string host = bare_v6 ? '[' + settings.host + ']' : settings.host;
    const std::string url =
        fmt::format("{}://{}:{}/mimamori", wrapped ? "smtps" : "smtp", host, settings.port);
    const std::string from = '<' + sender + '>';
    std::string_view rest = message;
    char detail[CURL_ERROR_SIZE] = "";
    CURL* curl = handle.get();
    set(curl, CURLOPT_URL, url.c_str());
    set(curl, CURLOPT_MAIL_FROM, from.c_str());
    set(curl, CURLOPT_MAIL_RCPT, recipients.get());
    set(curl, CURLOPT_UPLOAD, 1L);
    set(curl, CURLOPT_READFUNCTION, &read_message);
    set(curl, CURLOPT_READDATA, &rest);
    set(curl, CURLOPT_ERRORBUFFER, detail);
    set(curl, CURLOPT_NOSIGNAL, 1L);
    set(curl, CURLOPT_PROXY, ""); // Whatever the environment says.
    set(curl, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    const auto limit_ms = std::chrono::milliseconds{settings.time_limit}.count();
    set(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(limit_ms));
    set(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::min<long long>(limit_ms, 10'000)));
    if (!set_security(curl, settings))
        return {Delivery::try_later, "libcurl lacks TLS"};

    const CURLcode result = curl_easy_perform(curl);
    if (result == CURLE_OK)
        return {Delivery::accepted, {}};
    long answer = 0;
    static_cast<void>(curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer));
    std::string problem = detail[0] != '\0' ? detail : curl_easy_strerror(result);
    if (answer != 0)
        problem += fmt::format(" (last answer {})", answer);
    return {is_final(answer) ? Delivery::refused : Delivery::try_later, for_log(problem)};
}

} // namespace mimamori::collector::notify
