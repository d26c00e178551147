#include "agent/windows/wmi.hpp"

#include "common/base/time.hpp"

#include <thread>
#include <utility>

namespace mimamori::agent::windows {

/// What the worker's thread and those who ask share.
struct WmiWorker::Desk
{
    explicit Desk(Ask ask_system)
        : ask{std::move(ask_system)}
    {}

    const Ask ask;
    std::mutex mutex;
    std::condition_variable changed;
    std::optional<WmiQuestion> question; ///< Not yet taken by the thread.
    std::optional<Result<std::vector<WmiRow>>> answer;
    std::optional<Timestamp> open_since; ///< A question was taken and is not answered yet.
    std::uint64_t number{0};             ///< Of the newest question.
    bool running{false};
    bool closing{false};

    /// The thread's whole life: it ends when the worker does, or when its call returns after that.
    static void serve(const std::shared_ptr<Desk>& desk);
};

void WmiWorker::Desk::serve(const std::shared_ptr<Desk>& desk)
{
    std::unique_lock lock{desk->mutex};
    while (true)
    {
        desk->changed.wait(lock, [&] { return desk->closing || desk->question; });
        if (desk->closing)
            return;
        const WmiQuestion question = std::move(*desk->question);
        desk->question.reset();
        const std::uint64_t number = desk->number;
        lock.unlock();
        auto answer = desk->ask(question);
        lock.lock();
        desk->open_since.reset();
        if (number == desk->number) // Else nobody waits for it any more.
            desk->answer = std::move(answer);
        desk->changed.notify_all();
    }
}

WmiWorker::WmiWorker(Ask ask, std::chrono::milliseconds patience)
    : desk_{std::make_shared<Desk>(std::move(ask))}
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
        // Not before the first question: many devices are never asked one.
        std::thread{[desk = desk_] { Desk::serve(desk); }}.detach();
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
