#pragma once

#include "common/base/result.hpp"

#include <filesystem>
#include <utility>

namespace mimamori::platform {

/// A lock that one process of the machine can hold at a time. The system gives it back when the
/// process ends, however that happens; the empty file stays.
class LockFile
{
public:
    /// Takes the lock at once or not at all. Errors: conflict when another process has it;
    /// not_found, forbidden, io.
    static Result<LockFile> take(const std::filesystem::path& path);

    LockFile(LockFile&& other) noexcept
        : handle_{std::exchange(other.handle_, -1)}
    {}

    LockFile& operator=(LockFile&& other) noexcept
    {
        std::swap(handle_, other.handle_);
        return *this;
    }

    ~LockFile();

private:
    explicit LockFile(int handle)
        : handle_{handle}
    {}

    int handle_;
};

} // namespace mimamori::platform
