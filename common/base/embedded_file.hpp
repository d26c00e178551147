#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace mimamori {

/// One file compiled into the program by mimamori_embed() (common/cmake/mimamori_embed.cmake).
/// It lives as long as the program.
struct EmbeddedFile
{
    /// Path below the BASE folder given to mimamori_embed(), '/' between the parts.
    std::string_view name;

    std::span<const std::byte> bytes;

    /// The bytes as text; whether they are valid UTF-8 is for the reader to check.
    [[nodiscard]] std::string_view text() const
    {
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
};

/// Returns the embedded file of that name, or nullptr.
[[nodiscard]] inline const EmbeddedFile* find_embedded(
    std::span<const EmbeddedFile> files, std::string_view name)
{
    for (const EmbeddedFile& file : files)
    {
        if (file.name == name)
        {
            return &file;
        }
    }
    return nullptr;
}

} // namespace mimamori
