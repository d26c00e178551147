#pragma once

#include "common/base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

/// Reads ZIP archives as spreadsheets are: deflated or plain files, no encryption.
namespace mimamori::collector::ledger {

class Archive
{
public:
    /// Reads the list of its files. The bytes must outlive it. Errors: invalid_input for a damaged
    /// archive; too_large for one with too many files.
    static Result<Archive> open(std::string_view bytes);

    bool has(std::string_view name) const { return entries_.contains(name); }

    /// Unpacks a file, whatever the archive says of its size, up to `bytes_max`. Errors: not_found,
    /// invalid_input, too_large.
    Result<std::string> read(std::string_view name, std::size_t bytes_max) const;

private:
    struct Entry
    {
        std::uint32_t method{0};
        std::size_t packed_bytes{0};
        std::size_t header_at{0};
    };

    explicit Archive(std::string_view bytes)
        : bytes_{bytes}
    {}

    std::string_view bytes_;
    std::map<std::string, Entry, std::less<>> entries_;
};

} // namespace mimamori::collector::ledger
