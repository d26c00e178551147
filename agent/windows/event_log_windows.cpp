#include "agent/windows/live_windows.hpp"
#include "common/platform/system_windows.hpp"

// windows.h comes first.
#include <windows.h>

#include <array>
#include <vector>
#include <winevt.h>

namespace mimamori::agent::windows {
namespace {

/// A handle of the event log service; it closes itself.
class EventHandle
{
public:
    explicit EventHandle(EVT_HANDLE handle)
        : handle_{handle}
    {}

    EventHandle(EventHandle&& other) noexcept
        : handle_{std::exchange(other.handle_, nullptr)}
    {}

    EventHandle& operator=(EventHandle&&) = delete;

    ~EventHandle()
    {
        if (handle_ != nullptr)
            ::EvtClose(handle_);
    }

    explicit operator bool() const { return handle_ != nullptr; }

    EVT_HANDLE get() const { return handle_; }

private:
    EVT_HANDLE handle_;
};

std::string xml_of(EVT_HANDLE event)
{
    constexpr DWORD bytes_max = 256U * 1024;
    std::vector<wchar_t> buffer(4'096);
    for (;;)
    {
        const auto bytes = static_cast<DWORD>(buffer.size() * sizeof(wchar_t));
        DWORD used = 0;
        DWORD properties = 0;
        if (::EvtRender(nullptr, event, EvtRenderEventXml, bytes, buffer.data(), &used, &properties)
            != FALSE)
            return platform::to_utf8(buffer.data());
        if (::GetLastError() != ERROR_INSUFFICIENT_BUFFER || used > bytes_max || used <= bytes)
            return {};
        buffer.resize(used / sizeof(wchar_t) + 1);
    }
}

class LiveEventLog final : public EventLog
{
public:
    Result<std::vector<std::string>> query(const EventQuestion& question) const override
    {
        const std::string step = "event log " + question.channel;
        const EventHandle results{::EvtQuery(
            nullptr, platform::to_wide(question.channel).c_str(),
            platform::to_wide(xpath_of(question)).c_str(),
            EvtQueryChannelPath | EvtQueryReverseDirection)};
        if (!results)
        {
            const DWORD error = ::GetLastError();
            if (error == ERROR_EVT_CHANNEL_NOT_FOUND)
                return Error{Errc::not_found, step + ": not there"};
            return platform::system_error(step, error);
        }
        constexpr DWORD patience_ms = 5'000;
        std::vector<std::string> found;
        while (found.size() < question.events_max)
        {
            std::array<EVT_HANDLE, 32> batch{};
            DWORD count = 0;
            const BOOL more = ::EvtNext(
                results.get(), static_cast<DWORD>(batch.size()), batch.data(), patience_ms, 0,
                &count);
            const DWORD error = more == FALSE ? ::GetLastError() : ERROR_SUCCESS;
            for (DWORD i = 0; i < count; ++i)
            {
                const EventHandle event{batch[i]};
                if (found.size() < question.events_max)
                    found.push_back(xml_of(event.get()));
            }
            if (error == ERROR_NO_MORE_ITEMS)
                break;
            if (error != ERROR_SUCCESS)
                return platform::system_error(step, error);
        }
        return found;
    }
};

} // namespace

std::unique_ptr<EventLog> make_event_log()
{
    return std::make_unique<LiveEventLog>();
}

} // namespace mimamori::agent::windows
