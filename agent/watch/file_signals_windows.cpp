#include "agent/watch/signals.hpp"
#include "agent/watch/wake_windows.hpp"
#include "common/platform/system_windows.hpp"

#include <windows.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace mimamori::agent::watch {
namespace {

/// One thread waits for so many things at most, and one of them is its end.
constexpr std::size_t folders_max = MAXIMUM_WAIT_OBJECTS - 1;

/// A folder in which much is written is told of so often.
constexpr DWORD pause_ms = 200;

/// "%ProgramData%\X" as antivirus definitions have it.
std::wstring expanded(const std::filesystem::path& folder)
{
    std::wstring path(32768, L'\0');
    const DWORD length =
        ::ExpandEnvironmentStringsW(folder.c_str(), path.data(), static_cast<DWORD>(path.size()));
    path.resize(length > 0 && length <= path.size() ? length - 1 : 0);
    return path;
}

/// One folder that the system watches for us.
class WatchedPlace
{
public:
    explicit WatchedPlace(std::filesystem::path path)
        : folder_{std::move(path)}
        , signal_{
              ::FindFirstChangeNotificationW(expanded(folder_).c_str(), FALSE, writes_and_names)}
    {}

    WatchedPlace(WatchedPlace&& other) noexcept
        : folder_{std::move(other.folder_)}
        , signal_{std::exchange(other.signal_, INVALID_HANDLE_VALUE)}
    {}

    WatchedPlace& operator=(WatchedPlace&& other) noexcept
    {
        std::swap(folder_, other.folder_);
        std::swap(signal_, other.signal_);
        return *this;
    }

    ~WatchedPlace()
    {
        if (is_watched())
            ::FindCloseChangeNotification(signal_);
    }

    bool is_watched() const { return signal_ != INVALID_HANDLE_VALUE; }

    /// Whether something was written since the last call. From then on it is watched for more, or
    /// not at all any more when it has gone.
    bool take_change()
    {
        if (!is_watched() || ::WaitForSingleObject(signal_, 0) != WAIT_OBJECT_0)
            return false;
        if (::FindNextChangeNotification(signal_) == FALSE)
            ::FindCloseChangeNotification(std::exchange(signal_, INVALID_HANDLE_VALUE));
        return true;
    }

    HANDLE signal() const { return signal_; }

    /// As it was asked for.
    const std::filesystem::path& folder() const { return folder_; }

private:
    static constexpr DWORD writes_and_names =
        FILE_NOTIFY_CHANGE_FILE_NAME | FILE_NOTIFY_CHANGE_DIR_NAME | FILE_NOTIFY_CHANGE_LAST_WRITE
        | FILE_NOTIFY_CHANGE_SIZE;

    std::filesystem::path folder_;
    HANDLE signal_;
};

/// The thread that waits for all folders. There is none while no folder is watched.
class Watching
{
public:
    explicit Watching(const asio::any_io_executor& executor)
        : wake_{std::make_shared<Wake>(executor)}
    {}

    ~Watching() { stop(); }

    Watching(const Watching&) = delete;
    Watching& operator=(const Watching&) = delete;

    void watch(const std::vector<std::filesystem::path>& folders)
    {
        if (is_over_)
            return;
        std::vector<WatchedPlace> places;
        for (const auto& folder : folders)
        {
            WatchedPlace place{folder};
            if (place.is_watched() && places.size() < folders_max)
                places.push_back(std::move(place));
        }
        const auto is_same = [](const WatchedPlace& a, const WatchedPlace& b) {
            return a.folder() == b.folder();
        };
        if (!has_lost_
            && std::equal(places.begin(), places.end(), places_.begin(), places_.end(), is_same))
            return; // What was just written in them is not forgotten.
        stop();
        has_lost_ = false;
        places_ = std::move(places);
        end_ = platform::UniqueHandle{::CreateEventW(nullptr, TRUE, FALSE, nullptr)};
        if (!places_.empty() && end_)
            begin();
    }

    /// From now on nothing is watched.
    void end()
    {
        is_over_ = true;
        stop();
    }

    Wake& wake() { return *wake_; }

    std::vector<std::filesystem::path> take_written()
    {
        const std::lock_guard guard{lock_};
        return std::exchange(written_, {});
    }

private:
    void begin()
    {
        try
        {
            thread_ = std::thread{[this] { wait_for_changes(); }};
        }
        catch (const std::system_error&)
        {
            places_.clear(); // No room for a thread: what is written is found by the next look.
        }
    }

    void stop()
    {
        if (!thread_.joinable())
            return;
        ::SetEvent(end_.get());
        thread_.join();
    }

    void wait_for_changes()
    {
        platform::release_stack();
        for (;;)
        {
            std::vector<HANDLE> all{end_.get()};
            for (const auto& place : places_)
            {
                if (place.is_watched())
                    all.push_back(place.signal());
            }
            const auto count = static_cast<DWORD>(all.size());
            const DWORD woken_by = ::WaitForMultipleObjects(count, all.data(), FALSE, INFINITE);
            if (woken_by == WAIT_OBJECT_0 || woken_by >= WAIT_OBJECT_0 + count)
                return;
            tell_changes();
            if (::WaitForSingleObject(end_.get(), pause_ms) != WAIT_TIMEOUT)
                return;
        }
    }

    /// Of all folders: the wait names the first one only.
    void tell_changes()
    {
        const std::lock_guard guard{lock_};
        for (auto& place : places_)
        {
            if (!place.take_change())
                continue;
            has_lost_ = has_lost_ || !place.is_watched();
            if (std::find(written_.begin(), written_.end(), place.folder()) == written_.end())
                written_.push_back(place.folder());
        }
        wake_->ring();
    }

    std::shared_ptr<Wake> wake_;
    bool is_over_{false};               ///< Nobody listens any more.
    std::vector<WatchedPlace> places_;  ///< While the thread runs, only that changes their signals.
    std::atomic<bool> has_lost_{false}; ///< Of a folder that has gone.
    platform::UniqueHandle end_;
    std::thread thread_;
    std::mutex lock_;
    std::vector<std::filesystem::path> written_; ///< Under the lock; each once.
};

} // namespace

struct FileSignals::State
{
    explicit State(const asio::any_io_executor& executor)
        : watching{executor}
    {}

    Watching watching;
};

FileSignals::FileSignals(std::unique_ptr<State> state)
    : state_{std::move(state)}
{}

FileSignals::FileSignals(FileSignals&&) noexcept = default;
FileSignals& FileSignals::operator=(FileSignals&&) noexcept = default;
FileSignals::~FileSignals() = default;

Result<FileSignals> FileSignals::open(const asio::any_io_executor& executor)
{
    return FileSignals{std::make_unique<State>(executor)};
}

void FileSignals::watch(const std::vector<std::filesystem::path>& folders)
{
    state_->watching.watch(folders);
}

awaitable<Result<std::vector<std::filesystem::path>>> FileSignals::next()
{
    const bool go_on = co_await state_->watching.wake().wait();
    if (!go_on)
    {
        state_->watching.end();
        co_return Error{Errc::cancelled, "cancelled"};
    }
    co_return state_->watching.take_written();
}

} // namespace mimamori::agent::watch
