#include "tests/support/web_client.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <curl/curl.h>
#include <stdexcept>
#include <thread>
#include <utility>

namespace mimamori::tests {
namespace {

constexpr long seconds_max = 30;

std::size_t keep(char* bytes, std::size_t size, std::size_t count, void* body)
{
    static_cast<std::string*>(body)->append(bytes, size * count);
    return size * count;
}

struct ListDeleter
{
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

} // namespace

struct WebClient::Handle
{
    Handle()
    {
        static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
        curl = started == CURLE_OK ? curl_easy_init() : nullptr;
        if (curl == nullptr)
            throw std::runtime_error{"curl does not start"};
    }

    ~Handle() { curl_easy_cleanup(curl); }

    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;

    CURL* curl;
};

boost::json::value WebAnswer::json() const
{
    boost::system::error_code failed;
    auto value = boost::json::parse(body, failed);
    if (failed)
        throw std::runtime_error{"no JSON: " + body.substr(0, 200)};
    return value;
}

WebClient::WebClient(std::string base, std::filesystem::path ca)
    : base_{std::move(base)}
    , ca_{std::move(ca)}
    , handle_{std::make_unique<Handle>()}
{
    CURL* curl = handle_->curl;
    curl_easy_setopt(curl, CURLOPT_CAINFO, ca_.c_str());
    curl_easy_setopt(curl, CURLOPT_COOKIEFILE, ""); // Keeps cookies, in memory.
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, seconds_max);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &keep);
}

WebClient::~WebClient() = default;

WebAnswer WebClient::ask(const char* method, const std::string& path, const std::string& body)
{
    CURL* curl = handle_->curl;
    WebAnswer answer;
    const std::string url = base_ + path;
    const std::string token = "X-CSRF-Token: " + csrf_;
    std::unique_ptr<curl_slist, ListDeleter> headers{
        curl_slist_append(nullptr, "Content-Type: application/json")};
    curl_slist_append(headers.get(), token.c_str());
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
    if (!body.empty())
    {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
        curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, body.c_str());
    }
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer.body);
    const CURLcode done = curl_easy_perform(curl);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, nullptr);
    if (done != CURLE_OK)
        throw std::runtime_error{url + ": " + curl_easy_strerror(done)};
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
    const char* type = nullptr;
    curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
    answer.type = type != nullptr ? type : "";
    return answer;
}

WebAnswer WebClient::get(const std::string& path)
{
    return ask("GET", path, {});
}

WebAnswer WebClient::post(const std::string& path, const boost::json::value& body)
{
    return ask("POST", path, boost::json::serialize(body));
}

WebAnswer WebClient::remove(const std::string& path)
{
    return ask("DELETE", path, {});
}

boost::json::value WebClient::json(const std::string& path)
{
    // Who waits for something asks often, and is told to wait when that was too often.
    constexpr long too_many_requests = 429;
    constexpr int waits_max = 60;
    auto answer = get(path);
    for (int waits = 0; answer.status == too_many_requests && waits < waits_max; ++waits)
    {
        std::this_thread::sleep_for(std::chrono::seconds{1});
        answer = get(path);
    }
    if (answer.status != 200)
        throw std::runtime_error{
            path + ": " + std::to_string(answer.status) + ' ' + answer.body.substr(0, 500)};
    return answer.json();
}

void WebClient::sign_in(const std::string& name, const std::string& password)
{
    const boost::json::object wish{{"name", name}, {"password", password}};
    const auto answer = post("/api/v1/session", wish);
    if (answer.status != 200)
        throw std::runtime_error{"not signed in: " + answer.body};
    csrf_ = answer.json().at("csrf").as_string().c_str();
}

} // namespace mimamori::tests
