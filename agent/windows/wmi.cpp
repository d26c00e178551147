#include "agent/windows/wmi.hpp"

#include "common/base/time.hpp"

#include <system_error>
#include <thread>
#include <utility>

namespace mimamori::agent::windows {

/// What the worker's thread and those who ask share.
struct WmiWorker::Desk
{
    Desk(Ask ask_system, Prepare prepare_thread, std::chrono::milliseconds rest)
        : ask{std::move(ask_system)}
        , prepare{std::move(prepare_thread)}
        , rest_after{rest}
    {}

    const Ask ask;
    const Prepare prepare;
    const std::chrono::milliseconds rest_after;
    std::mutex mutex;
    std::condition_variable changed;
    std::optional<WmiQuestion> question; ///< Not yet taken by the thread.
    std::optional<Result<std::vector<WmiRow>>> answer;
    std::optional<Timestamp> open_since; ///< A question was taken and is not answered yet.
    std::uint64_t number{0};             ///< Of the newest question.
    bool running{false};
    bool closing{false};

    /// The thread's whole life: it ends when nobody asks, when the worker does, or when its call
    /// returns after that.
    static void serve(const std::shared_ptr<Desk>& desk);

    /// Answers until nobody asks any more. Then a new question needs a new thread.
    void answer_questions();
};

void WmiWorker::Desk::serve(const std::shared_ptr<Desk>& desk)
{
    const auto prepared = desk->prepare();
    desk->answer_questions();
}

void WmiWorker::Desk::answer_questions()
{
    std::unique_lock lock{mutex};
    while (true)
    {
        changed.wait_for(lock, rest_after, [&] { return closing || question; });
        if (closing || !question)
        {
            running = false;
            return;
        }
        const WmiQuestion taken = std::move(*question);
        question.reset();
        const std::uint64_t number_taken = number;
        lock.unlock();
        auto found = ask(taken);
        lock.lock();
        open_since.reset();
        if (number_taken == number) // Else nobody waits for it any more.
            answer = std::move(found);
        changed.notify_all();
    }
}

WmiWorker::WmiWorker(
    Ask ask,
    std::chrono::milliseconds patience,
    Prepare prepare,
    std::chrono::milliseconds rest_after)
    : desk_{std::make_shared<Desk>(std::move(ask), std::move(prepare), rest_after)}
    , patience_{patience}
{}

WmiWorker::~WmiWorker()
{
    const std::lock_guard lock{desk_->mutex};
    desk_->closing = true;
    desk_->changed.notify_all();
}

Result<std::vector<WmiRow>> WmiWorker::ask(const WmiQuestion& question) const
{
    const std::lock_guard turn{turn_};
    std::unique_lock lock{desk_->mutex};
    if (desk_->open_since)
        return Error{
            Errc::unavailable,
            "WMI: provider hangs since " + to_rfc3339(*desk_->open_since).substr(0, 19) + "Z"};
    if (!desk_->running)
    {
        // Only when there is something to ask: at rest the agent has one thread less.
        try
        {
            std::thread{[desk = desk_] { Desk::serve(desk); }}.detach();
        }
        catch (const std::system_error& failure)
        {
            return Error{Errc::unavailable, std::string{"WMI: no thread: "} + failure.what()};
        }
        desk_->running = true;
    }
    ++desk_->number;
    desk_->question = question;
    desk_->answer.reset();
    desk_->open_since = SystemClock{}.now();
    desk_->changed.notify_all();
    if (desk_->changed.wait_for(lock, patience_, [&] { return desk_->answer.has_value(); }))
        return std::move(*desk_->answer);
    ++desk_->number; // What comes late is for nobody.
    return Error{Errc::timeout, "WMI " + question.wmi_class + ": no answer in time"};
}

} // namespace mimamori::agent::windows
