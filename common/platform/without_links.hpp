#pragma once

#include "common/base/result.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace mimamori::platform {

/// An open file of the system (open(2)), closed at the end.
class Descriptor
{
public:
    /// Takes it over; -1: none.
    explicit Descriptor(int fd)
        : fd_{fd}
    {}

    Descriptor(Descriptor&& other) noexcept
        : fd_{std::exchange(other.fd_, -1)}
    {}

    Descriptor& operator=(Descriptor&& other) noexcept
    {
        std::swap(fd_, other.fd_);
        return *this;
    }

    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor();

    int get() const { return fd_; }

    /// It is somebody else's to close.
    int release() { return std::exchange(fd_, -1); }

private:
    int fd_;
};

/// Opens `path` below `root` with `flags` (open(2)); the descriptor closes on exec. No step of it
/// may be a link, so nobody who can write into a folder on the way can lead us out of it. Errors:
/// not_found, forbidden (also: a step is a link), invalid_input ("." or ".." in it), io.
Result<Descriptor> open_without_links(
    const std::filesystem::path& root, const std::string& path, int flags);

/// The names in an open folder, sorted, without "." and ".."; `path` is for messages. Errors: io;
/// too_large when there are more than `names_max`.
Result<std::vector<std::string>> names_in(
    Descriptor folder, const std::string& path, std::size_t names_max);

} // namespace mimamori::platform
