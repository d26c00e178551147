#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace mimamori::collector::notify::test {

/// The SMTP server of smtp_server.py, which keeps each mail it takes as a file.
class MailServer
{
public:
    explicit MailServer(std::vector<std::string> arguments = {});
    ~MailServer();

    MailServer(const MailServer&) = delete;
    MailServer& operator=(const MailServer&) = delete;

    std::uint16_t port() const { return port_; }

    /// The mails so far, in their order: the first line is the envelope.
    std::vector<std::string> mails() const;

    /// From now on mails are taken and not confirmed, until `let_go`.
    void hold();
    void let_go();

private:
    struct Process;

    std::unique_ptr<Process> process_;
    std::uint16_t port_{0};
};

/// A server that says what the test tells it, one text per connection: "220 hi\r\n" and then an
/// answer after each line that it reads. The last text is repeated for further connections.
class ScriptedServer
{
public:
    /// Answers after the greeting are given in turn to lines that come in; after the last one it
    /// says nothing more and keeps the connection open, unless `hang_up`.
    explicit ScriptedServer(std::vector<std::string> answers, bool hang_up = false);
    ~ScriptedServer();

    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;

    std::uint16_t port() const { return port_; }

    int connections() const;

    /// All that clients said.
    std::string heard() const;

private:
    struct State;

    std::unique_ptr<State> state_;
    std::uint16_t port_{0};
};

} // namespace mimamori::collector::notify::test
