#pragma once

#include <boost/json/value.hpp>

#include <filesystem>
#include <memory>
#include <string>

namespace mimamori::tests {

/// What the web port answered.
struct WebAnswer
{
    long status{0};
    std::string type; ///< Content-Type.
    std::string body;

    /// Throws when the body is no JSON.
    boost::json::value json() const;
};

/// A browser without a screen: keeps its cookie, sends the CSRF token, verifies the server's
/// certificate. Throws when there is no answer at all.
class WebClient
{
public:
    /// `base` as in "https://127.0.0.1:8443"; `ca` holds the certificate that the chain ends in.
    WebClient(std::string base, std::filesystem::path ca);
    ~WebClient();

    WebClient(const WebClient&) = delete;
    WebClient& operator=(const WebClient&) = delete;

    /// Throws when it is refused.
    void sign_in(const std::string& name, const std::string& password);

    WebAnswer get(const std::string& path);
    WebAnswer post(const std::string& path, const boost::json::value& body);
    WebAnswer remove(const std::string& path);

    /// The JSON at `path`; throws for any status but 200.
    boost::json::value json(const std::string& path);

private:
    struct Handle;

    WebAnswer ask(const char* method, const std::string& path, const std::string& body);

    std::string base_;
    std::filesystem::path ca_;
    std::string csrf_;
    std::unique_ptr<Handle> handle_;
};

} // namespace mimamori::tests
