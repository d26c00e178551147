#pragma once

#include "common/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

struct stat;

namespace mimamori::agent::probes {

/// What an entry of a folder is.
enum class FileKind
{
    regular,
    folder,
    link,
    other
};

/// What stat(2) says about a file.
struct FileStatus
{
    FileKind kind{FileKind::other};
    std::uint32_t mode{0}; ///< Permission bits with set-id and sticky.
    std::uint32_t user{0};
    std::uint32_t group{0};
    std::uint64_t device{0};
    std::uint64_t inode{0};
    std::uint64_t size_bytes{0};
    std::int64_t changed_ns{0};        ///< Modification time since 1970.
    std::int64_t status_changed_ns{0}; ///< Change time: no program can set it back.
};

/// The answer of stat(2) in our terms.
FileStatus to_file_status(const struct stat& st);

/// The machine's files, all below one folder.
///
/// Paths are the machine's own ("/etc/passwd"), and so are the ones in error messages: "read
/// /etc/passwd: Permission denied". Links are followed inside the folder. Only regular files are
/// opened, never waiting (a FIFO in their place is an error), and nothing is read without a bound.
class Tree
{
public:
    explicit Tree(std::filesystem::path root);

    /// The whole file. Errors: not_found, forbidden, io (also: not a regular file), too_large.
    Result<std::string> read(std::string_view path, std::size_t bytes_max = 1024 * 1024) const;

    /// The same for places that users can write: no step of the path may be a link.
    Result<std::string> read_untrusted(
        std::string_view path, std::size_t bytes_max = 64 * 1024) const;

    /// The first line, without white space around it: for the values of /proc and /sys.
    Result<std::string> read_value(std::string_view path) const;

    /// At most `bytes_max` bytes from `offset` on; fewer at the end of the file.
    Result<std::string> read_part(
        std::string_view path, std::uint64_t offset, std::size_t bytes_max) const;

    /// The last `bytes_max` bytes of the file.
    Result<std::string> read_end(std::string_view path, std::size_t bytes_max) const;

    /// The file in pieces of at most 128 KiB, until `take` returns false.
    Result<void> read_pieces(
        std::string_view path, const std::function<bool(std::string_view)>& take) const;

    /// The names in a folder, sorted, without "." and "..". Errors: too_large beyond `names_max`.
    Result<std::vector<std::string>> names(
        std::string_view path, std::size_t names_max = 50'000) const;

    /// The same, no step of the path may be a link.
    Result<std::vector<std::string>> names_untrusted(
        std::string_view path, std::size_t names_max = 1'000) const;

    /// Where a link points, as it stands there.
    Result<std::string> link_target(std::string_view path) const;

    /// Follows links.
    Result<FileStatus> status(std::string_view path) const;

    /// Does not follow the last step.
    Result<FileStatus> link_status(std::string_view path) const;

    bool exists(std::string_view path) const;

    const std::filesystem::path& root() const { return root_; }

    /// Opens a regular file for reading; the caller closes the descriptor.
    Result<int> open_file(std::string_view path) const;

private:
    Result<int> open_at(std::string_view path, int flags) const;

    std::filesystem::path root_;
    bool is_live_;
};

} // namespace mimamori::agent::probes
