#include "collector/http/io_threads.hpp"

#include <cassert>

namespace mimamori::collector::http {

IoThreads::IoThreads(std::size_t count)
{
    assert(count >= 1 && count <= 64);
    for (std::size_t i = 0; i < count; ++i)
    {
        contexts_.push_back(std::make_unique<asio::io_context>(1));
        guards_.push_back(asio::make_work_guard(*contexts_.back()));
    }
    for (const auto& context : contexts_)
        threads_.emplace_back([&io = *context] { io.run(); });
}

IoThreads::~IoThreads()
{
    stop();
}

void IoThreads::stop()
{
    guards_.clear();
    for (std::thread& thread : threads_)
        thread.join();
    threads_.clear();
}

} // namespace mimamori::collector::http
