#include "agent/watch/watcher.hpp"

#include "common/async/sleep.hpp"
#include "common/log/log.hpp"

#include <algorithm>

namespace mimamori::agent::watch {
namespace {

using namespace std::chrono_literals;

/// A device has all its functions and drivers a moment after it was announced.
constexpr auto device_settles = 300ms;

/// An adapter that gets its address by DHCP changes several times within a moment.
constexpr auto network_settles = 500ms;

/// The disk of a USB stick, and the label on it, come after the stick.
bool concerns_usb(const Uevent& event)
{
    return is_usb_device(event)
           || (event.subsystem == "block" && event.device.find("/usb") != std::string::npos);
}

} // namespace

Watcher::Watcher(asio::any_io_executor executor, Changed changed)
    : executor_{std::move(executor)}
    , changed_{std::move(changed)}
{}

void Watcher::start(async::TaskGroup& tasks, const Wishes& wishes)
{
    if (wishes.devices)
        start_devices(tasks);
    if (wishes.network)
        start_network(tasks);
    start_files(tasks);
}

void Watcher::start_devices(async::TaskGroup& tasks)
{
    auto devices = DeviceSignals::open(executor_);
    if (!devices)
        return log::warn("usb devices are polled: {}", devices.error().message);
    usb_mode_ = "events";
    tasks.spawn("devices", listen_to_devices(std::move(*devices)));
}

void Watcher::start_network(async::TaskGroup& tasks)
{
    auto network = NetworkSignals::open(executor_);
    if (!network)
        return log::warn("network changes are polled: {}", network.error().message);
    tasks.spawn("network", listen_to_network(std::move(*network)));
}

void Watcher::start_files(async::TaskGroup& tasks)
{
    auto files = FileSignals::open(executor_);
    if (!files)
        return log::warn("files are polled: {}", files.error().message);
    files_ = std::move(*files);
    std::vector<std::filesystem::path> paths;
    for (const auto& folder : folders_)
        paths.push_back(folder.what.folder);
    files_->watch(paths);
    tasks.spawn("files", listen_to_files());
}

awaitable<void> Watcher::listen_to_devices(DeviceSignals signals)
{
    for (;;)
    {
        const auto batch = co_await signals.next();
        if (!batch)
            co_return;
        const bool is_ours =
            batch->some_were_lost
            || std::any_of(batch->events.begin(), batch->events.end(), concerns_usb);
        if (!is_ours)
            continue;
        const bool go_on = co_await async::sleep_for(device_settles);
        if (!go_on)
            co_return;
        changed_("usb");
    }
}

awaitable<void> Watcher::listen_to_network(NetworkSignals signals)
{
    for (;;)
    {
        const auto changed = co_await signals.next();
        if (!changed)
            co_return;
        const bool go_on = co_await async::sleep_for(network_settles);
        if (!go_on)
            co_return;
        changed_("interfaces");
    }
}

awaitable<void> Watcher::listen_to_files()
{
    for (;;)
    {
        const auto folders = co_await files_->next();
        if (!folders)
            co_return;
        for (const auto& folder : *folders)
            wrote_in(folder);
    }
}

void Watcher::wrote_in(const std::filesystem::path& path)
{
    const auto now = std::chrono::steady_clock::now();
    for (auto& folder : folders_)
    {
        if (folder.what.folder != path)
            continue;
        if (folder.since == std::chrono::steady_clock::time_point{})
            folder.since = now;
        const auto at = std::min(now + folder.what.quiet, folder.since + folder.what.most);
        folder.timer.expires_at(at);
        folder.timer.async_wait([this, path](const boost::system::error_code& ec) {
            if (!ec)
                is_quiet(path);
        });
    }
}

void Watcher::is_quiet(const std::filesystem::path& path)
{
    // By its path: the folder may be watched no more when its timer ends.
    for (auto& folder : folders_)
    {
        if (folder.what.folder != path)
            continue;
        folder.since = {};
        for (const auto& section : folder.what.sections)
            changed_(section);
    }
}

void Watcher::watch(std::vector<WatchedFolder> folders)
{
    const auto is_same = [](const WatchedFolder& a, const WatchedFolder& b) {
        return a.folder == b.folder && a.sections == b.sections;
    };
    std::vector<std::filesystem::path> paths;
    for (const auto& folder : folders)
        paths.push_back(folder.folder);
    // A folder that stays keeps its timer: something may just have been written there.
    folders_.remove_if([&](const Folder& old) {
        return std::none_of(folders.begin(), folders.end(), [&](const WatchedFolder& one) {
            return is_same(old.what, one);
        });
    });
    for (auto& folder : folders)
    {
        const bool is_there = std::any_of(folders_.begin(), folders_.end(), [&](const Folder& old) {
            return is_same(old.what, folder);
        });
        if (!is_there)
            folders_.push_back({std::move(folder), asio::steady_timer{executor_}, {}});
    }
    if (files_)
        files_->watch(paths);
}

std::vector<WatchedFolder> common_folders()
{
    return {
        {"/var/lib/dpkg", {"patches", "software"}, 20s, 300s},
        {"/var/lib/rpm", {"patches", "software"}, 20s, 300s},
        {"/etc/systemd/system", {"services"}, 5s, 60s},
    };
}

} // namespace mimamori::agent::watch
