#pragma once

#include "common/settings/table.hpp"
#include "common/settings/value.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

/// Settings as the Windows registry has them, where group policy and the installer write. Nothing
/// here touches a registry: values come as a map, so that what becomes of them is tested anywhere.
///
/// A setting is a value whose name is the setting's key, "report.heartbeat". Letters count alike in
/// both cases, as they do in the registry.
///
///     true or false        REG_DWORD 1 or 0
///     a whole number       REG_DWORD or REG_QWORD
///     a length of time     REG_DWORD in `registry_unit`s, or REG_SZ with its unit: "15m"
///     a text, path, choice REG_SZ or REG_EXPAND_SZ (the reader expands it)
///     a list of texts      REG_MULTI_SZ
namespace mimamori::settings {

/// One value: a number, a text, a list of texts, or what nobody can use, in words.
using RegistryValue = std::variant<std::uint64_t, std::string, std::vector<std::string>, Other>;

/// The values of one key by their names.
using RegistryValues = std::map<std::string, RegistryValue, std::less<>>;

/// What one number stands for: seconds, or milliseconds for settings finer than that.
std::chrono::milliseconds registry_unit(const Duration& duration);

/// What the values of the key `place` ("HKLM\Software\Policies\Mimamori\Agent") say. Mistakes in it
/// are passed over and told: a slip in a policy must not stop the agents of a whole hospital.
Layer registry_layer(
    const std::vector<Entry>& entries,
    const RegistryValues& values,
    Source source,
    const std::string& place);

} // namespace mimamori::settings
