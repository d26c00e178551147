#include "agent/probes/file_hash.hpp"
#include "common/base/encoding.hpp"
#include "common/platform/file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace mimamori::agent::probes {

FileHash::FileHash(int file, std::string path, FileStatus status)
    : file_{file}
    , path_{std::move(path)}
    , status_{status}
{}

FileHash::~FileHash()
{
    if (file_ >= 0)
        ::close(file_);
}

FileHash::FileHash(FileHash&& other) noexcept
    : file_{std::exchange(other.file_, -1)}
    , path_{std::move(other.path_)}
    , status_{other.status_}
    , stream_{std::move(other.stream_)}
{}

FileHash& FileHash::operator=(FileHash&& other) noexcept
{
    std::swap(file_, other.file_);
    std::swap(path_, other.path_);
    std::swap(status_, other.status_);
    std::swap(stream_, other.stream_);
    return *this;
}

Result<FileHash> FileHash::open(const Tree& tree, const std::string& path)
{
    auto file = tree.open_file(path);
    if (!file)
        return std::move(file).error();

    struct stat st
    {};

    if (::fstat(*file, &st) != 0)
    {
        auto error = platform::last_error("read " + path);
        ::close(*file);
        return error;
    }
    return FileHash{*file, path, to_file_status(st)};
}

Result<std::optional<std::string>> FileHash::advance(
    std::uint64_t bytes_max, std::uint64_t& read_bytes)
{
    std::array<char, 64U * 1024> block;
    read_bytes = 0;
    while (read_bytes < bytes_max)
    {
        const auto wanted = std::min<std::uint64_t>(block.size(), bytes_max - read_bytes);
        const ssize_t got = ::read(file_, block.data(), wanted);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return platform::last_error("read " + path_);
        if (got == 0)
            return std::optional<std::string>{to_hex(stream_.finish())};
        stream_.update({block.data(), static_cast<std::size_t>(got)});
        read_bytes += static_cast<std::uint64_t>(got);
    }
    return std::optional<std::string>{};
}

} // namespace mimamori::agent::probes
