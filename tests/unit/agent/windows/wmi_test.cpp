#include "agent/windows/wmi.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <future>
#include <thread>

namespace mimamori::agent::windows {
namespace {

using namespace std::chrono_literals;

const WmiQuestion question{R"(root\cimv2)", "Win32_BIOS", {"Name"}, {}};

/// A provider that answers when it is let go; it counts its threads.
struct Provider
{
    std::promise<void> gate;
    std::shared_future<void> open{gate.get_future().share()};
    std::atomic<int> calls{0};
    std::atomic<int> at_work{0};
    std::atomic<int> most_at_work{0};

    Result<std::vector<WmiRow>> answer(bool waits)
    {
        ++calls;
        most_at_work = std::max<int>(most_at_work, ++at_work);
        if (waits)
            open.wait();
        --at_work;
        return std::vector<WmiRow>{{{"Name", "American Megatrends"}}};
    }
};

BOOST_AUTO_TEST_SUITE(windows_wmi)

BOOST_AUTO_TEST_CASE(a_question_is_answered)
{
    Provider provider;
    const WmiWorker wmi{[&](const WmiQuestion&) { return provider.answer(false); }, 10s};
    for (int i = 0; i < 3; ++i)
    {
        const auto rows = wmi.ask(question);
        BOOST_TEST_REQUIRE(rows.has_value());
        BOOST_TEST(rows->front().at("Name") == "American Megatrends");
    }
    BOOST_TEST(provider.calls == 3);
}

BOOST_AUTO_TEST_CASE(a_provider_that_hangs_costs_one_thread_and_is_asked_again_when_it_returns)
{
    auto provider = std::make_shared<Provider>();
    const WmiWorker wmi{
        [provider](const WmiQuestion&) { return provider->answer(provider->calls == 0); }, 50ms};

    const auto first = wmi.ask(question);
    BOOST_TEST_REQUIRE(!first.has_value());
    BOOST_TEST((first.error().code == Errc::timeout));
    BOOST_TEST(first.error().message == "WMI Win32_BIOS: no answer in time");

    // It is not asked while it hangs, and nobody waits for it.
    for (int i = 0; i < 100; ++i)
    {
        const auto next = wmi.ask(question);
        BOOST_TEST_REQUIRE(!next.has_value());
        BOOST_TEST((next.error().code == Errc::unavailable));
        BOOST_TEST(next.error().message.starts_with("WMI: provider hangs since 20"));
    }
    BOOST_TEST(provider->calls == 1);

    provider->gate.set_value();
    auto answer = wmi.ask(question);
    while (!answer)
    {
        std::this_thread::yield();
        answer = wmi.ask(question);
    }
    BOOST_TEST(answer->size() == 1U);
    BOOST_TEST(provider->calls == 2);
    BOOST_TEST(provider->most_at_work == 1);
}

BOOST_AUTO_TEST_CASE(a_worker_goes_away_while_its_provider_hangs)
{
    auto provider = std::make_shared<Provider>();
    {
        const WmiWorker wmi{
            [provider](const WmiQuestion&) { return provider->answer(true); }, 10ms};
        BOOST_TEST(!wmi.ask(question).has_value());
    }
    BOOST_TEST(provider->at_work == 1);
    provider->gate.set_value();
    while (provider->at_work > 0)
        std::this_thread::yield();
}

BOOST_AUTO_TEST_CASE(the_thread_goes_when_nobody_asks_and_comes_back_for_a_question)
{
    std::atomic<int> came{0};
    std::atomic<int> went{0};
    const auto prepare = [&]() -> std::shared_ptr<void> {
        ++came;
        return {nullptr, [&](void*) { ++went; }};
    };
    Provider provider;
    const WmiWorker wmi{
        [&](const WmiQuestion&) { return provider.answer(false); }, 10s, prepare, 1ms};
    for (int i = 1; i <= 3; ++i)
    {
        BOOST_TEST(wmi.ask(question).has_value());
        BOOST_TEST(came == i);
        while (went < i)
            std::this_thread::yield();
    }
    BOOST_TEST(provider.most_at_work == 1);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::windows
