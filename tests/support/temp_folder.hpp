#pragma once

#include "common/crypto/random.hpp"

#include <filesystem>
#include <string>

namespace mimamori::tests {

/// An empty folder that goes with everything in it.
class TempFolder
{
public:
    explicit TempFolder(const std::filesystem::path& in = std::filesystem::temp_directory_path())
        : path_{in / ("mimamori-test-" + crypto::random_id_text())}
    {
        std::filesystem::create_directory(path_);
    }

    ~TempFolder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }

    /// In memory where the system has such a place: for tests that sync thousands of times.
    static std::filesystem::path in_memory()
    {
        const std::filesystem::path place{"/dev/shm"};
        return std::filesystem::exists(place) ? place : std::filesystem::temp_directory_path();
    }

private:
    std::filesystem::path path_;
};

} // namespace mimamori::tests
