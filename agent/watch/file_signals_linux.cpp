#include "agent/watch/signals.hpp"
#include "common/platform/file.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/this_coro.hpp>

#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string_view>

namespace mimamori::agent::watch {
namespace {

constexpr std::size_t folders_max = 63;

constexpr std::uint32_t what_counts =
    IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE | IN_CREATE | IN_ATTRIB | IN_ONLYDIR;

} // namespace

struct FileSignals::State
{
    std::vector<std::filesystem::path> take();

    asio::posix::stream_descriptor descriptor;
    std::map<int, std::filesystem::path> folders; // by inotify's number
};

std::vector<std::filesystem::path> FileSignals::State::take()
{
    std::set<std::filesystem::path> changed;
    alignas(std::uint64_t) std::array<char, 4096> buffer;
    ssize_t got = 0;
    while ((got = ::read(descriptor.native_handle(), buffer.data(), buffer.size())) > 0)
    {
        const std::string_view events{buffer.data(), static_cast<std::size_t>(got)};
        for (std::size_t at = 0; at + sizeof(inotify_event) <= events.size();)
        {
            const auto* event = reinterpret_cast<const inotify_event*>(events.data() + at);
            at += sizeof(inotify_event) + event->len;
            const auto folder = folders.find(event->wd);
            if (folder == folders.end())
                continue;
            changed.insert(folder->second);
            if ((event->mask & IN_IGNORED) != 0) // The folder itself is gone.
                folders.erase(folder);
        }
    }
    return {changed.begin(), changed.end()};
}

FileSignals::FileSignals(std::unique_ptr<State> state)
    : state_{std::move(state)}
{}

FileSignals::FileSignals(FileSignals&&) noexcept = default;
FileSignals& FileSignals::operator=(FileSignals&&) noexcept = default;
FileSignals::~FileSignals() = default;

Result<FileSignals> FileSignals::open(const asio::any_io_executor& executor)
{
    const int fd = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (fd < 0)
        return platform::last_error("watch files");
    return FileSignals{
        std::unique_ptr<State>{new State{asio::posix::stream_descriptor{executor, fd}, {}}}};
}

void FileSignals::watch(const std::vector<std::filesystem::path>& folders)
{
    const int fd = state_->descriptor.native_handle();
    const std::set<std::filesystem::path> wanted{folders.begin(), folders.end()};
    std::set<std::filesystem::path> there;
    for (auto known = state_->folders.begin(); known != state_->folders.end();)
    {
        if (wanted.count(known->second) > 0)
        {
            there.insert(known->second);
            ++known;
            continue;
        }
        ::inotify_rm_watch(fd, known->first);
        known = state_->folders.erase(known);
    }
    for (const auto& folder : wanted)
    {
        if (there.count(folder) > 0 || state_->folders.size() >= folders_max)
            continue;
        const int number = ::inotify_add_watch(fd, folder.c_str(), what_counts);
        if (number >= 0)
            state_->folders[number] = folder;
    }
}

awaitable<Result<std::vector<std::filesystem::path>>> FileSignals::next()
{
    co_await asio::this_coro::throw_if_cancelled(false);
    for (;;)
    {
        const auto [ec] = co_await state_->descriptor.async_wait(
            asio::posix::stream_descriptor::wait_read, token);
        if (ec == asio::error::operation_aborted)
            co_return Error{Errc::cancelled, "wait for files"};
        if (ec)
            co_return Error{Errc::io, "wait for files: " + ec.message()};

        auto changed = state_->take();
        if (!changed.empty())
            co_return changed;
    }
}

} // namespace mimamori::agent::watch
