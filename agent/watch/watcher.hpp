#pragma once

#include "agent/watch/signals.hpp"
#include "common/async/asio.hpp"
#include "common/async/task_group.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::agent::watch {

/// A folder whose changes make sections out of date.
struct WatchedFolder
{
    std::filesystem::path folder;
    std::vector<std::string> sections;
    std::chrono::milliseconds quiet{1000}; ///< So long nothing more must happen,
    std::chrono::milliseconds most{5000};  ///< but no longer than this.
};

/// Folders that every Linux has some of. Package managers write for minutes, so they get longer.
std::vector<WatchedFolder> common_folders();

/// Listens to devices, network adapters and folders, and says which sections are out of date.
/// Where the system tells nothing it says so once in the log; the probes' own intervals remain.
class Watcher
{
public:
    using Changed = std::function<void(std::string_view section)>;

    /// `changed` is called on the executor.
    Watcher(asio::any_io_executor executor, Changed changed);

    /// What is listened to; folders always are.
    struct Wishes
    {
        bool devices{true};
        bool network{true};
    };

    /// Spawns the listeners. The group is stopped before this object goes.
    void start(async::TaskGroup& tasks, const Wishes& wishes);

    /// Replaces the watched folders.
    void watch(std::vector<WatchedFolder> folders);

    /// "events" where the system tells of USB devices, else "polling".
    std::string_view usb_mode() const { return usb_mode_; }

private:
    struct Folder
    {
        WatchedFolder what;
        asio::steady_timer timer;
        std::chrono::steady_clock::time_point since{}; ///< First change that waits; 0: none.
    };

    void start_devices(async::TaskGroup& tasks);
    void start_network(async::TaskGroup& tasks);
    void start_files(async::TaskGroup& tasks);
    awaitable<void> listen_to_devices(DeviceSignals signals);
    awaitable<void> listen_to_network(NetworkSignals signals);
    awaitable<void> listen_to_files();
    void wrote_in(const std::filesystem::path& folder);
    void is_quiet(const std::filesystem::path& path);

    asio::any_io_executor executor_;
    Changed changed_;
    std::list<Folder> folders_;
    std::optional<FileSignals> files_;
    std::string_view usb_mode_{"polling"};
};

} // namespace mimamori::agent::watch
