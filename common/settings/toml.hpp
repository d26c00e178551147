#pragma once

#include "common/base/result.hpp"
#include "common/settings/table.hpp"
#include "common/settings/value.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace mimamori::settings {

inline constexpr std::size_t file_bytes_max = 256 * 1024;

/// What the TOML text `text` says; `name` stands for it in messages.
/// Errors: `invalid_input` for what is not TOML (a key that stands twice, too), with the line.
Result<Layer> read_toml(std::string_view text, const std::string& name);

/// What the TOML file says.
/// Errors: `not_found`, `forbidden`, `io`; `too_large` above `file_bytes_max`; as `read_toml`.
Result<Layer> read_toml_file(const std::filesystem::path& path);

/// The settings of the file over the defaults. Errors: as `read_toml_file` and `load`.
template <class Settings>
Result<Loaded<Settings>> load_file(const Table<Settings>& table, const std::filesystem::path& path)
{
    auto layer = read_toml_file(path);
    if (!layer)
        return std::move(layer).error();
    return load(table, {std::move(*layer)});
}

} // namespace mimamori::settings
