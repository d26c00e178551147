#pragma once

#include <atomic>
#include <chrono>
#include <curl/curl.h>
#include <memory>
#include <string>

namespace mimamori::collector::notify {

/// One use of libcurl with what all of ours have in common: no proxy and no password from the
/// environment, no signals, certificates verified with TLS 1.2 or later. Lives in one thread.
class CurlSession
{
public:
    CurlSession();

    CurlSession(const CurlSession&) = delete;
    CurlSession& operator=(const CurlSession&) = delete;

    /// Sets an option that must hold; see `ready`.
    template <class Value>
    void set(CURLoption option, Value value)
    {
        ready_ = ready_ && curl_easy_setopt(handle_.get(), option, value) == CURLE_OK;
    }

    /// All of the transfer, and of it the connecting.
    void set_limit(std::chrono::milliseconds limit);

    /// Whom the server's certificate must be signed by: `ca_pem`, and then nobody else; empty: whom
    /// the system trusts. `pin`: the server's key as "sha256//…"; empty: any.
    void set_trust(const std::string& ca_pem, const std::string& pin);

    /// Ends the transfer soon after `stop` has become true; null: never.
    void set_stop(const std::atomic<bool>* stop);

    void add_header(const std::string& line);

    /// Whether libcurl took everything that was set: without it nothing may be sent.
    bool ready() const { return ready_; }

    /// Runs the transfer. Only when `ready`.
    CURLcode perform();

    /// The server's newest answer, such as 250 or 404; 0 when there was none.
    long answer() const;

    /// Why a transfer failed, for people; quoted as for a log.
    std::string problem(CURLcode result) const;

    CURL* get() const { return handle_.get(); }

private:
    struct Deleter
    {
        void operator()(CURL* handle) const { curl_easy_cleanup(handle); }

        void operator()(curl_slist* list) const { curl_slist_free_all(list); }
    };

    std::unique_ptr<CURL, Deleter> handle_;
    std::unique_ptr<curl_slist, Deleter> headers_;
    std::string ca_;
    char detail_[CURL_ERROR_SIZE]{};
    bool ready_{false};
};

} // namespace mimamori::collector::notify
