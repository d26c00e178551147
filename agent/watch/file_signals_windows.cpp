#include "agent/watch/signals.hpp"
#include "agent/watch/wake_windows.hpp"
#include "common/platform/system_windows.hpp"

#include <boost/asio/windows/object_handle.hpp>

#include <windows.h>

#include <algorithm>
#include <list>
#include <utility>

namespace mimamori::agent::watch {
namespace {

constexpr std::size_t folders_max = 64;

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
struct WatchedPlace
{
    WatchedPlace(const asio::any_io_executor& executor, HANDLE signal, std::filesystem::path path)
        : changed{executor}
        , notification{signal}
        , folder{std::move(path)}
    {
        // The handle of a notification is not closed like others: a copy is waited for.
        HANDLE copy = nullptr;
        const HANDLE process = ::GetCurrentProcess();
        if (::DuplicateHandle(process, signal, process, &copy, SYNCHRONIZE, FALSE, 0) != FALSE)
            changed.assign(copy);
    }

    ~WatchedPlace()
    {
        boost::system::error_code ignored;
        changed.close(ignored);
        ::FindCloseChangeNotification(notification);
    }

    WatchedPlace(const WatchedPlace&) = delete;
    WatchedPlace& operator=(const WatchedPlace&) = delete;

    asio::windows::object_handle changed;
    HANDLE notification;
    std::filesystem::path folder; ///< As it was asked for.
};

/// Handlers of waits that were cancelled may come after it has gone.
struct Watching : std::enable_shared_from_this<Watching>
{
    explicit Watching(const asio::any_io_executor& used)
        : executor{used}
        , wake{std::make_shared<Wake>(used)}
    {}

    void watch(const std::shared_ptr<WatchedPlace>& place)
    {
        place->changed.async_wait(
            [weak = weak_from_this(), place](const boost::system::error_code& failed) {
                const auto own = weak.lock();
                if (failed || !own || own->is_over)
                    return;
                own->written.push_back(place->folder);
                own->wake->ring();
                if (::FindNextChangeNotification(place->notification) != FALSE)
                    own->watch(place);
            });
    }

    /// Waits that nobody ends would keep the program from ending.
    void stop()
    {
        for (const auto& place : places)
        {
            boost::system::error_code ignored;
            place->changed.cancel(ignored);
        }
        places.clear();
    }

    asio::any_io_executor executor;
    std::shared_ptr<Wake> wake;
    bool is_over{false}; ///< Nobody listens any more: a wait of now would never be ended.
    std::list<std::shared_ptr<WatchedPlace>> places;
    std::vector<std::filesystem::path> written;
};

} // namespace

struct FileSignals::State
{
    std::shared_ptr<Watching> watching;
};

FileSignals::FileSignals(std::unique_ptr<State> state)
    : state_{std::move(state)}
{}

FileSignals::FileSignals(FileSignals&&) noexcept = default;
FileSignals& FileSignals::operator=(FileSignals&&) noexcept = default;
FileSignals::~FileSignals() = default;

Result<FileSignals> FileSignals::open(const asio::any_io_executor& executor)
{
    return FileSignals{std::unique_ptr<State>{new State{std::make_shared<Watching>(executor)}}};
}

void FileSignals::watch(const std::vector<std::filesystem::path>& folders)
{
    Watching& watching = *state_->watching;
    if (watching.is_over)
        return;
    watching.stop();
    for (const auto& folder : folders)
    {
        if (watching.places.size() >= folders_max)
            break;
        constexpr DWORD what = FILE_NOTIFY_CHANGE_FILE_NAME | FILE_NOTIFY_CHANGE_DIR_NAME
                               | FILE_NOTIFY_CHANGE_LAST_WRITE | FILE_NOTIFY_CHANGE_SIZE;
        const HANDLE signal = ::FindFirstChangeNotificationW(expanded(folder).c_str(), FALSE, what);
        if (signal == INVALID_HANDLE_VALUE)
            continue;
        watching.places.push_back(
            std::make_shared<WatchedPlace>(watching.executor, signal, folder));
        watching.watch(watching.places.back());
    }
}

awaitable<Result<std::vector<std::filesystem::path>>> FileSignals::next()
{
    const bool go_on = co_await state_->watching->wake->wait();
    if (!go_on)
    {
        state_->watching->is_over = true;
        state_->watching->stop();
        co_return Error{Errc::cancelled, "cancelled"};
    }
    std::vector<std::filesystem::path> folders;
    for (auto& folder : std::exchange(state_->watching->written, {}))
    {
        if (std::find(folders.begin(), folders.end(), folder) == folders.end())
            folders.push_back(std::move(folder));
    }
    co_return folders;
}

} // namespace mimamori::agent::watch
