#include "tests/unit/collector/notify/mail_server.hpp"

#include "tests/support/temp_folder.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <boost/process/args.hpp>
#include <boost/process/child.hpp>
#include <boost/process/io.hpp>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <mutex>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace mimamori::collector::notify::test {

namespace process = boost::process;
namespace asio = boost::asio;
using asio::ip::tcp;

struct MailServer::Process
{
    tests::TempFolder folder;
    process::opstream input;
    process::ipstream output;
    process::child child;
};

MailServer::MailServer(std::vector<std::string> arguments)
    : process_{std::make_unique<Process>()}
{
    arguments.insert(
        arguments.begin(), {MIMAMORI_SOURCE_DIR "/tests/unit/collector/notify/smtp_server.py",
                            "--folder", process_->folder.path().string()});
    // Debian's own Python has Debian's aiosmtpd.
    process_->child = process::child{
        "/usr/bin/python3", process::args = arguments,
        process::std_in<process_->input, process::std_out> process_->output};
    std::string line;
    if (!std::getline(process_->output, line) || line.empty())
        throw std::runtime_error{"the SMTP server of the tests did not start"};
    port_ = static_cast<std::uint16_t>(std::stoul(line));
}

MailServer::~MailServer()
{
    process_->input.pipe().close(); // It ends by itself then.
    process_->child.wait();
}

std::vector<std::string> MailServer::mails() const
{
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator{process_->folder.path()})
    {
        if (entry.path().extension() == ".eml")
            files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    std::vector<std::string> texts;
    for (const auto& file : files)
    {
        std::ostringstream text;
        text << std::ifstream{file, std::ios::binary}.rdbuf();
        texts.push_back(text.str());
    }
    return texts;
}

void MailServer::hold()
{
    std::ofstream{process_->folder.path() / "hold"};
}

void MailServer::let_go()
{
    std::filesystem::remove(process_->folder.path() / "hold");
}

struct ScriptedServer::State
{
    std::vector<std::string> answers;
    bool hang_up{false};
    asio::io_context io;
    tcp::acceptor acceptor{io, tcp::endpoint{asio::ip::address_v4::loopback(), 0}};
    std::atomic<bool> ending{false};
    std::atomic<int> connections{0};
    mutable std::mutex mutex;
    std::string heard;
    std::thread thread;

    void serve(tcp::socket socket)
    {
        boost::system::error_code ec;
        asio::streambuf buffer;
        for (std::size_t i = 0; i < answers.size(); ++i)
        {
            if (i > 0)
            {
                const std::size_t size = asio::read_until(socket, buffer, "\r\n", ec);
                if (ec)
                    return;
                const auto begin = asio::buffers_begin(buffer.data());
                const std::lock_guard lock{mutex};
                heard.append(begin, begin + static_cast<std::ptrdiff_t>(size));
                buffer.consume(size);
            }
            asio::write(socket, asio::buffer(answers[i]), ec);
            if (ec)
                return;
        }
        if (hang_up)
            return;
        // Says nothing more; ends when the client has had enough.
        char byte = 0;
        while (!ec)
            socket.read_some(asio::buffer(&byte, 1), ec);
    }

    void run()
    {
        while (!ending)
        {
            boost::system::error_code ec;
            tcp::socket socket = acceptor.accept(ec);
            if (ec || ending)
                return;
            ++connections;
            serve(std::move(socket));
        }
    }
};

ScriptedServer::ScriptedServer(std::vector<std::string> answers, bool hang_up)
    : state_{std::make_unique<State>()}
{
    state_->answers = std::move(answers);
    state_->hang_up = hang_up;
    port_ = state_->acceptor.local_endpoint().port();
    state_->thread = std::thread{[this] { state_->run(); }};
}

ScriptedServer::~ScriptedServer()
{
    state_->ending = true;
    // Wakes a thread that waits for a connection.
    boost::system::error_code ignored;
    tcp::socket knock{state_->io};
    knock.connect({asio::ip::address_v4::loopback(), port_}, ignored);
    knock.close(ignored);
    state_->thread.join();
}

int ScriptedServer::connections() const
{
    return state_->connections;
}

std::string ScriptedServer::heard() const
{
    const std::lock_guard lock{state_->mutex};
    return state_->heard;
}

} // namespace mimamori::collector::notify::test
