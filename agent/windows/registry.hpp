#pragma once

#include "agent/windows/registry_value.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::agent::windows {

/// The two faces of the registry of 64-bit Windows. On 32-bit Windows both show the same.
enum class View
{
    native,
    wow ///< What 32-bit programs see: HKLM\SOFTWARE is HKLM\SOFTWARE\WOW6432Node.
};

/// The registry, only for reading. Keys begin with "HKLM\" or "HKU\" and are UTF-8; case does not
/// matter. Thread-safe.
///
/// Errors: not_found, forbidden, io; too_large for a value above `value_bytes_max` or more names
/// than asked for. Messages name the key: "read HKLM\SOFTWARE\X Y: Access is denied".
class Registry
{
public:
    virtual ~Registry() = default;

    /// An empty `name` is the key's default value.
    virtual Result<RegistryValue> value(
        View view, std::string_view key, std::string_view name) const = 0;

    /// The names of the keys below, sorted, the case of ASCII letters ignored.
    virtual Result<std::vector<std::string>> keys(
        View view, std::string_view key, std::size_t names_max) const = 0;

    /// The names of the values of a key, sorted likewise.
    virtual Result<std::vector<std::string>> value_names(
        View view, std::string_view key, std::size_t names_max) const = 0;

    /// When the key or one of its values was last written.
    virtual Result<Timestamp> written_at(View view, std::string_view key) const = 0;
};

// One value in the native view, understood. Errors: those of `value`, and invalid_input when the
// value is of another type or size; the message names key and value.
Result<std::string> read_text(
    const Registry& registry, std::string_view key, std::string_view name);
Result<std::uint64_t> read_number(
    const Registry& registry, std::string_view key, std::string_view name);

/// Whether the key is there. Errors as `keys`, without not_found.
Result<bool> key_exists(const Registry& registry, View view, std::string_view key);

/// "HKLM\SOFTWARE\X Y": how messages name a value.
std::string place_of(std::string_view key, std::string_view name);

} // namespace mimamori::agent::windows
