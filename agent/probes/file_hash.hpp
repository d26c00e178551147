#pragma once

#include "agent/probes/tree.hpp"
#include "common/base/result.hpp"
#include "common/crypto/hash.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace mimamori::agent::probes {

/// SHA-256 of a file that is read in steps, so that a big one costs nobody a moment.
class FileHash
{
public:
    /// Opens a regular file. Errors as `Tree::read`.
    static Result<FileHash> open(const Tree& tree, const std::string& path);

    ~FileHash();
    FileHash(FileHash&& other) noexcept;
    FileHash& operator=(FileHash&& other) noexcept;

    /// Reads on, at most `bytes_max`; `read_bytes` says how many it were. Returns the hash in hex
    /// when the end was reached, nothing before.
    Result<std::optional<std::string>> advance(std::uint64_t bytes_max, std::uint64_t& read_bytes);

    /// The file that was opened.
    const FileStatus& status() const { return status_; }

private:
    FileHash(int file, std::string path, FileStatus status);

    int file_;
    std::string path_;
    FileStatus status_;
    crypto::Sha256Stream stream_;
};

} // namespace mimamori::agent::probes
