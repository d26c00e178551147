#pragma once

// Programs that take what is sent: a webhook's server and a real rsyslog.

#include "tests/support/temp_folder.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace mimamori::collector::notify::test {

/// Certificates around the real time, since libcurl has no other clock: "good" for mail.test and
/// 127.0.0.1, "other" for another name, "expired"; "root.pem" signed them, "stranger.pem" did not.
class ReceiverPki
{
public:
    ReceiverPki();

    std::string file(const std::string& name) const { return (folder_.path() / name).string(); }

    std::string text(const std::string& name) const;

    /// What a server takes to use the certificate of that name.
    std::vector<std::string> server(
        const std::string& name, std::vector<std::string> more = {}) const;

    /// "sha256//…" of the key of the certificate of that name.
    std::string pin(const std::string& name) const;

private:
    tests::TempFolder folder_;
};

/// Made once for all cases of the program.
const ReceiverPki& receiver_pki();

/// The HTTPS server of webhook_server.py.
class WebhookServer
{
public:
    explicit WebhookServer(
        const std::string& answers = "200", const std::string& certificate = "good");
    ~WebhookServer();

    WebhookServer(const WebhookServer&) = delete;
    WebhookServer& operator=(const WebhookServer&) = delete;

    std::string address() const { return "https://127.0.0.1:" + std::to_string(port_) + "/hook"; }

    struct Request
    {
        std::string head; ///< Path and header lines.
        std::string body;

        /// The value of a header; empty when it is absent.
        std::string header(const std::string& name) const;
    };

    /// The requests so far, in their order.
    std::vector<Request> requests() const;

private:
    struct Process;

    std::unique_ptr<Process> process_;
    std::uint16_t port_{0};
};

/// rsyslogd with one input, which writes each message it takes as a line
/// "severity|app|msgid|structured data|message".
class SyslogServer
{
public:
    enum class Input
    {
        udp,
        tcp,
        tls
    };

    explicit SyslogServer(Input input, const std::string& certificate = "good");
    ~SyslogServer();

    SyslogServer(const SyslogServer&) = delete;
    SyslogServer& operator=(const SyslogServer&) = delete;

    std::string address() const;

    /// The lines so far.
    std::vector<std::string> lines() const;

    /// Whether this machine has rsyslogd with TLS.
    static bool is_there();

private:
    struct Process;

    Input input_;
    std::unique_ptr<Process> process_;
    std::uint16_t port_{0};
};

} // namespace mimamori::collector::notify::test
