#pragma once

#include "agent/probes/process_source.hpp"
#include "agent/probes/tree.hpp"
#include "common/base/result.hpp"
#include "common/crypto/hash.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace mimamori::agent::probes {

/// SHA-256 of a file of a Tree.
class FileHash final : public HashSteps
{
public:
    /// Opens a regular file. Errors as `Tree::read`.
    static Result<FileHash> open(const Tree& tree, const std::string& path);

    ~FileHash() override;
    FileHash(FileHash&& other) noexcept;
    FileHash& operator=(FileHash&& other) noexcept;

    Result<std::optional<std::string>> advance(
        std::uint64_t bytes_max, std::uint64_t& read_bytes) override;

    const FileStatus& status() const override { return status_; }

private:
    FileHash(int file, std::string path, FileStatus status);

    int file_;
    std::string path_;
    FileStatus status_;
    crypto::Sha256Stream stream_;
};

} // namespace mimamori::agent::probes
