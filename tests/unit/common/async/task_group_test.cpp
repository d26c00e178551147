#include "common/async/offload.hpp"
#include "common/async/sleep.hpp"
#include "common/async/task_group.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace mimamori::async {
namespace {

using namespace std::chrono_literals;

struct Ended
{
    asio::io_context io;
    std::vector<std::string> failures;
    TaskGroup group{io.get_executor(), [this](const std::string& task, const std::exception& why) {
                        failures.push_back(task + ": " + why.what());
                    }};

    bool stopped{false};

    awaitable<void> stop() { stopped = co_await group.stop(1h); }

    void run()
    {
        asio::co_spawn(io, stop(), asio::detached);
        io.run();
    }
};

awaitable<void> sleep_long()
{
    co_await sleep_for(1h);
}

awaitable<void> sleep_again_and_again(int& waits)
{
    for (waits = 0; waits < 3; ++waits)
        co_await sleep_for(1h); // Its answer is forgotten.
}

awaitable<void> fail()
{
    throw std::runtime_error{"broken"};
    co_return;
}

BOOST_AUTO_TEST_SUITE(task_group)

BOOST_FIXTURE_TEST_CASE(a_sleeping_task_ends_when_the_group_stops, Ended)
{
    group.spawn("sleeper", sleep_long());
    run();
    BOOST_TEST(stopped); // And not after the hour that it was given.
    BOOST_TEST(group.empty());
    BOOST_TEST(failures.empty());
}

BOOST_FIXTURE_TEST_CASE(a_task_that_forgets_it_was_stopped_does_not_sleep_again, Ended)
{
    int waits = 0;
    group.spawn("sleeper", sleep_again_and_again(waits));
    run();
    BOOST_TEST(stopped);
    BOOST_TEST(waits == 3);
    BOOST_TEST(group.empty());
}

BOOST_FIXTURE_TEST_CASE(a_failure_is_reported_with_the_name_of_its_task, Ended)
{
    group.spawn("broken task", fail());
    run();
    BOOST_TEST(failures == std::vector<std::string>{"broken task: broken"});
}

BOOST_AUTO_TEST_CASE(offloaded_work_runs_on_the_pool_and_comes_home)
{
    asio::io_context io;
    asio::thread_pool pool{1};
    std::thread::id worked_on;
    std::thread::id came_home_to;
    auto task = [](asio::thread_pool& on, std::thread::id& worked,
                   std::thread::id& home) -> awaitable<void> {
        auto work = [] { return std::this_thread::get_id(); };
        worked = co_await offload(on, work);
        home = std::this_thread::get_id();
    };
    asio::co_spawn(io, task(pool, worked_on, came_home_to), asio::detached);
    io.run();
    BOOST_TEST((worked_on != std::this_thread::get_id()));
    BOOST_TEST((came_home_to == std::this_thread::get_id()));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::async
