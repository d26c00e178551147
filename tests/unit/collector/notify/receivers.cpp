#include "tests/unit/collector/notify/receivers.hpp"

#include "common/base/time.hpp"
#include "common/tls/certificate.hpp"
#include "common/tls/context.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/process/args.hpp>
#include <boost/process/child.hpp>
#include <boost/process/io.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace mimamori::collector::notify::test {

namespace process = boost::process;
namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

std::string read(const std::filesystem::path& file)
{
    std::ostringstream text;
    text << std::ifstream{file, std::ios::binary}.rdbuf();
    return text.str();
}

/// What a command prints, without its last line end.
std::string output_of(const std::string& command)
{
    process::ipstream out;
    process::child child{"/bin/sh", process::args = {"-c", command}, process::std_out > out};
    std::ostringstream text;
    text << out.rdbuf();
    child.wait();
    std::string all = text.str();
    while (!all.empty() && all.back() == '\n')
        all.pop_back();
    return all;
}

/// A port that was free a moment ago, for TCP and UDP alike.
std::uint16_t free_port()
{
    asio::io_context io;
    const asio::ip::tcp::acceptor tcp{io, {asio::ip::address_v4::loopback(), 0}};
    const std::uint16_t port = tcp.local_endpoint().port();
    const asio::ip::udp::socket udp{io, {asio::ip::address_v4::loopback(), port}};
    return port;
}

} // namespace

ReceiverPki::ReceiverPki()
{
    const auto now = SystemClock{}.now();
    const tls::Validity validity{now - 24h, now + 24h};
    const auto write = [this](const std::string& name, const std::string& text) {
        std::ofstream{folder_.path() / name} << text;
    };
    const auto root_key = tls::PrivateKey::generate().value();
    const auto root = tls::make_root(root_key, "Test root", validity).value();
    const auto ca_key = tls::PrivateKey::generate().value();
    const auto ca =
        tls::issue_ca(
            {root, root_key}, ca_key.public_key(), "Test CA", tls::CaPurpose::servers, validity)
            .value();
    write("root.pem", root.to_pem());
    const auto stranger = tls::PrivateKey::generate().value();
    write("stranger.pem", tls::make_root(stranger, "Another root", validity).value().to_pem());
    const auto make = [&](const std::string& name, const tls::ServerNames& names,
                          tls::Validity lifetime) {
        const auto key = tls::PrivateKey::generate().value();
        const auto leaf =
            tls::issue_server({ca, ca_key}, key.public_key(), names, lifetime).value();
        write(name + ".pem", leaf.to_pem() + ca.to_pem());
        write(name + ".key", key.to_pem());
    };
    make("good", {{"mail.test"}, {"127.0.0.1"}}, validity);
    make("other", {{"other.test"}, {}}, validity);
    make("expired", {{"mail.test"}, {"127.0.0.1"}}, {validity.from, validity.from + 1h});
}

std::string ReceiverPki::text(const std::string& name) const
{
    return read(folder_.path() / name);
}

std::vector<std::string> ReceiverPki::server(
    const std::string& name, std::vector<std::string> more) const
{
    more.insert(more.end(), {"--certificate", file(name + ".pem"), "--key", file(name + ".key")});
    return more;
}

std::string ReceiverPki::pin(const std::string& name) const
{
    return "sha256//"
           + output_of(
               "openssl x509 -pubkey -noout -in '" + file(name + ".pem")
               + "' | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary"
                 " | openssl enc -base64");
}

const ReceiverPki& receiver_pki()
{
    static const ReceiverPki made;
    return made;
}

struct WebhookServer::Process
{
    tests::TempFolder folder;
    process::opstream input;
    process::ipstream output;
    process::child child;
};

WebhookServer::WebhookServer(const std::string& answers, const std::string& certificate)
    : process_{std::make_unique<Process>()}
{
    const auto arguments = receiver_pki().server(
        certificate, {MIMAMORI_SOURCE_DIR "/tests/unit/collector/notify/webhook_server.py",
                      "--folder", process_->folder.path().string(), "--answers", answers});
    process_->child = process::child{
        "/usr/bin/python3", process::args = arguments,
        process::std_in<process_->input, process::std_out> process_->output};
    std::string line;
    if (!std::getline(process_->output, line) || line.empty())
        throw std::runtime_error{"the webhook server of the tests did not start"};
    port_ = static_cast<std::uint16_t>(std::stoul(line));
}

WebhookServer::~WebhookServer()
{
    process_->input.pipe().close(); // It ends by itself then.
    process_->child.wait();
}

std::string WebhookServer::Request::header(const std::string& name) const
{
    const std::string begin = '\n' + name + ": ";
    const std::size_t at = head.find(begin);
    if (at == std::string::npos)
        return {};
    const std::size_t from = at + begin.size();
    return head.substr(from, head.find('\n', from) - from);
}

std::vector<WebhookServer::Request> WebhookServer::requests() const
{
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator{process_->folder.path()})
    {
        if (entry.path().extension() == ".request")
            files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    std::vector<Request> requests;
    for (const auto& file : files)
    {
        const std::string text = read(file);
        const std::size_t end = text.find("\n\n");
        requests.push_back({text.substr(0, end + 1), text.substr(end + 2)});
    }
    return requests;
}

struct SyslogServer::Process
{
    tests::TempFolder folder;
    process::child child;

    std::filesystem::path log() const { return folder.path() / "taken"; }
};

bool SyslogServer::is_there()
{
    return std::filesystem::exists("/usr/sbin/rsyslogd")
           && std::filesystem::exists("/usr/lib/x86_64-linux-gnu/rsyslog/lmnsd_ossl.so");
}

SyslogServer::SyslogServer(Input input, const std::string& certificate)
    : input_{input}
    , process_{std::make_unique<Process>()}
    , port_{free_port()}
{
    const std::string folder = process_->folder.path().string();
    std::string module =
        "module(load=\"imtcp\")\ninput(type=\"imtcp\" address=\"127.0.0.1\" port=\"";
    if (input == Input::udp)
        module = "module(load=\"imudp\")\ninput(type=\"imudp\" address=\"127.0.0.1\" port=\"";
    else if (input == Input::tls)
        module = "global(DefaultNetstreamDriver=\"ossl\""
                 " DefaultNetstreamDriverCAFile=\""
                 + receiver_pki().file("root.pem") + "\" DefaultNetstreamDriverCertFile=\""
                 + receiver_pki().file(certificate + ".pem") + "\" DefaultNetstreamDriverKeyFile=\""
                 + receiver_pki().file(certificate + ".key")
                 + "\")\nmodule(load=\"imtcp\" StreamDriver.Name=\"ossl\" StreamDriver.Mode=\"1\""
                   " StreamDriver.AuthMode=\"anon\")\n"
                   "input(type=\"imtcp\" address=\"127.0.0.1\" port=\"";
    std::ofstream{process_->folder.path() / "rsyslog.conf"}
        << "global(workDirectory=\"" << folder
        << "\" parser.escapeControlCharactersOnReceive=\"off\""
        << ")\n"
        << module << port_ << "\")\n"
        << "template(name=\"line\" type=\"string\" string=\"%syslogseverity%|%app-name%|%msgid%|"
           "%structured-data%|%msg%\\n\")\n"
        << "action(type=\"omfile\" file=\"" << process_->log().string()
        << "\" template=\"line\" flushOnTXEnd=\"on\" asyncWriting=\"off\")\n";
    process_->child = process::child{
        "/usr/sbin/rsyslogd",
        process::args = {"-n", "-f", folder + "/rsyslog.conf", "-i", folder + "/pid"},
        process::std_out > process::null, process::std_err > (folder + "/errors")};
    const auto listens = [&] {
        if (!process_->child.running())
            throw std::runtime_error{"rsyslogd ended: " + read(process_->folder.path() / "errors")};
        const std::string table = read(input == Input::udp ? "/proc/net/udp" : "/proc/net/tcp");
        char hex[8];
        std::snprintf(hex, sizeof hex, ":%04X ", static_cast<unsigned>(port_));
        return table.find(hex) != std::string::npos;
    };
    tests::wait_until("rsyslogd", listens);
}

SyslogServer::~SyslogServer()
{
    // SIGTERM would be nicer; what it has written is on disk already.
    process_->child.terminate();
}

std::string SyslogServer::address() const
{
    const char* scheme = input_ == Input::udp ? "udp" : input_ == Input::tcp ? "tcp" : "tls";
    return std::string{scheme} + "://127.0.0.1:" + std::to_string(port_);
}

std::vector<std::string> SyslogServer::lines() const
{
    std::vector<std::string> lines;
    std::ifstream file{process_->log()};
    for (std::string line; std::getline(file, line);)
        lines.push_back(line);
    return lines;
}

} // namespace mimamori::collector::notify::test
