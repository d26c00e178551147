#pragma once

#include "common/base/result.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

/// Reads ZIP archives as spreadsheets are, by minizip.
namespace mimamori::collector::ledger {

class Archive
{
public:
    /// Reads the list of its files. The bytes must outlive it. Errors: invalid_input for a damaged
    /// archive; too_large for one with too many files.
    static Result<Archive> open(std::string_view bytes);

    bool has(const std::string& name);

    /// Unpacks a file, whatever the archive says of its size, up to `bytes_max`. Errors: not_found,
    /// invalid_input (damaged, or packed in a way that no spreadsheet uses), too_large.
    Result<std::string> read(const std::string& name, std::size_t bytes_max);

private:
    struct Opened; ///< minizip's handle, and the bytes it reads from.

    explicit Archive(std::shared_ptr<Opened> opened)
        : opened_{std::move(opened)}
    {}

    std::shared_ptr<Opened> opened_;
};

} // namespace mimamori::collector::ledger
