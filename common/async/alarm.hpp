#pragma once

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>

namespace mimamori::async {

/// Cancels what is going on with an I/O object (a socket, a descriptor) at a deadline, so that the
/// operation ends with operation_aborted. Lives as long as that one operation; the object outlives
/// it.
template <class IoObject>
class Alarm
{
public:
    Alarm(IoObject& object, std::chrono::steady_clock::time_point deadline)
        : state_{std::make_shared<State>(object, deadline)}
    {
        state_->timer.async_wait([state = state_](boost::system::error_code stopped) {
            if (stopped || state->object == nullptr)
                return;
            state->rang = true;
            state->object->cancel();
        });
    }

    ~Alarm()
    {
        state_->object = nullptr;
        state_->timer.cancel();
    }

    Alarm(const Alarm&) = delete;
    Alarm& operator=(const Alarm&) = delete;

    /// Whether the deadline is why the operation ended.
    bool rang() const { return state_->rang; }

private:
    /// Shared with the timer's handler, which may run once more after the alarm is gone.
    struct State
    {
        State(IoObject& waited_for, std::chrono::steady_clock::time_point deadline)
            : timer{waited_for.get_executor(), deadline}
            , object{&waited_for}
        {}

        boost::asio::steady_timer timer;
        IoObject* object;
        bool rang{false};
    };

    std::shared_ptr<State> state_;
};

} // namespace mimamori::async
