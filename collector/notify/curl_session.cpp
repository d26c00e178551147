#include "collector/notify/curl_session.hpp"

#include "common/base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mimamori::collector::notify {

namespace {

constexpr std::chrono::milliseconds connect_limit{10'000};

bool start_curl()
{
    // Not safe to do twice at once; the language makes this once.
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    return started == CURLE_OK;
}

/// Called by libcurl about once a second, and more often when bytes flow.
int look_at_stop(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t)
{
    return *static_cast<const std::atomic<bool>*>(stop) ? 1 : 0;
}

} // namespace

CurlSession::CurlSession()
    : handle_{start_curl() ? curl_easy_init() : nullptr}
    , ready_{handle_ != nullptr}
{
    set(CURLOPT_ERRORBUFFER, detail_);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_PROXY, ""); // Whatever the environment says.
    set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
}

void CurlSession::set_limit(std::chrono::milliseconds limit)
{
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(limit.count()));
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::min(limit, connect_limit).count()));
}

void CurlSession::set_trust(const std::string& ca_pem, const std::string& pin)
{
    if (!ca_pem.empty())
    {
        ca_ = ca_pem;
        curl_blob blob{ca_.data(), ca_.size(), CURL_BLOB_NOCOPY};
        set(CURLOPT_CAINFO_BLOB, &blob);
        // Else whom the system trusts would be as good.
        set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    }
    if (!pin.empty())
        set(CURLOPT_PINNEDPUBLICKEY, pin.c_str());
}

void CurlSession::set_stop(const std::atomic<bool>* stop)
{
    if (stop == nullptr)
        return;
    set(CURLOPT_XFERINFOFUNCTION, &look_at_stop);
    set(CURLOPT_XFERINFODATA, stop);
    set(CURLOPT_NOPROGRESS, 0L);
}

void CurlSession::add_header(const std::string& line)
{
    curl_slist* longer = curl_slist_append(headers_.get(), line.c_str());
    ready_ = ready_ && longer != nullptr;
    if (longer == nullptr)
        return;
    headers_.release(); // It is the beginning of the longer one, or the same.
    headers_.reset(longer);
}

CURLcode CurlSession::perform()
{
    if (headers_)
        set(CURLOPT_HTTPHEADER, headers_.get());
    return ready_ ? curl_easy_perform(handle_.get()) : CURLE_FAILED_INIT;
}

long CurlSession::answer() const
{
    long answer = 0;
    static_cast<void>(curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &answer));
    return answer;
}

std::string CurlSession::problem(CURLcode result) const
{
    std::string problem = detail_[0] != '\0' ? detail_ : curl_easy_strerror(result);
    if (const long last = answer(); last != 0)
        problem += fmt::format(" (last answer {})", last);
    return for_log(problem);
}

} // namespace mimamori::collector::notify
