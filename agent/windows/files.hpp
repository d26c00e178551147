#pragma once

#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::agent::windows {

/// What is told of a file or folder.
struct FileStatus
{
    bool folder{false};
    std::uint64_t size_bytes{0};
    Timestamp written_at{};
    std::uint64_t volume{0}; ///< Serial number of its volume.
    std::uint64_t index{0};  ///< Tells it from others of the volume; 0: not known.

    friend bool operator==(const FileStatus&, const FileStatus&) = default;
};

/// What an executable says about itself in its version resource.
struct VersionInfo
{
    std::string version; ///< "10.0.19041.3636", of the fixed part.
    std::string product;
    std::string company;
    std::string description;
};

/// Which part of a file is read when it is longer than asked for.
enum class Part
{
    head,
    tail
};

/// Files of a Windows machine, only for reading, opened so that nobody else is kept from them.
/// Paths are UTF-8: "C:\Windows\System32\drivers". Nothing is read without a bound. Thread-safe.
///
/// Errors: not_found, forbidden, io (also: no regular file), too_large, unsupported. Messages name
/// the path: "read C:\x: Access is denied".
class Files
{
public:
    virtual ~Files() = default;

    /// At most `bytes_max` bytes of one end of a regular file below `folder`. No step of
    /// `relative` may be a link (reparse point): forbidden. An empty `relative` is `folder` itself.
    virtual Result<std::string> read_below(
        std::string_view folder,
        std::string_view relative,
        Part part,
        std::size_t bytes_max) const = 0;

    /// At most `bytes_max` bytes of any file from `offset` on; fewer at its end.
    virtual Result<std::string> read_part(
        std::string_view path, std::uint64_t offset, std::size_t bytes_max) const = 0;

    /// The same rules for links as `read_below`.
    virtual Result<FileStatus> status_below(
        std::string_view folder, std::string_view relative) const = 0;

    /// The names in a folder, sorted, without "." and "..". The same rules for links.
    virtual Result<std::vector<std::string>> names_below(
        std::string_view folder, std::string_view relative, std::size_t names_max) const = 0;

    /// The folder that a token stands for: "%ProgramFiles%", "%ProgramFiles(x86)%",
    /// "%ProgramData%", "%SystemRoot%". %ProgramFiles% is always the native one. Errors: not_found
    /// also for any other token.
    virtual Result<std::string> known_folder(std::string_view token) const = 0;

    /// Errors: not_found also for a file without version resource.
    virtual Result<VersionInfo> version_info(std::string_view path) const = 0;

    /// Who signed the file, by Authenticode and without network: the subject's name; empty for a
    /// file without a valid signature.
    virtual Result<std::string> signer(std::string_view path) const = 0;

    /// Whether somebody who is no administrator may write to the file or to its folder.
    virtual Result<bool> user_writable(std::string_view path) const = 0;
};

} // namespace mimamori::agent::windows
