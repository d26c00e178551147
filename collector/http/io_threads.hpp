#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <memory>
#include <thread>
#include <vector>

namespace mimamori::collector::http {

namespace asio = boost::asio;

/// The I/O threads all ports share. Each has an io_context of its own, so what lives on one of
/// them needs neither locks nor strands.
class IoThreads
{
public:
    /// Starts `count` threads (1 to 64).
    explicit IoThreads(std::size_t count = 2);

    /// Ends the threads as `stop` does.
    ~IoThreads();

    IoThreads(const IoThreads&) = delete;
    IoThreads& operator=(const IoThreads&) = delete;

    std::size_t size() const { return contexts_.size(); }

    asio::io_context& at(std::size_t index) { return *contexts_[index]; }

    /// Lets the threads end when nothing is left to do, and waits for that. Stop the servers first.
    void stop();

private:
    using Guard = asio::executor_work_guard<asio::io_context::executor_type>;

    std::vector<std::unique_ptr<asio::io_context>> contexts_;
    std::vector<Guard> guards_;
    std::vector<std::thread> threads_;
};

} // namespace mimamori::collector::http
