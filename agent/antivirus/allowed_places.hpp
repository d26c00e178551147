#pragma once

#include "agent/antivirus/definitions.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

/// Where antivirus sources may look at most. The lists are compiled in: no file that is carried in
/// later, whoever signed it, can make the agent read anywhere else.
namespace mimamori::agent::antivirus {

/// A path split where it leaves the product's place.
struct PlacedPath
{
    std::string place;    ///< As the definitions declare it: "/var/lib/clamav".
    std::string relative; ///< What follows, without a leading separator; empty: the place itself.
};

/// Whether a path is written the one way we take: absolute from "/" or from "%ProgramFiles%",
/// "%ProgramFiles(x86)%" or "%ProgramData%"; no empty, "." or ".." part, no control character, no
/// ':' , at most 256 bytes, '*' only in the last part and only once.
bool is_plain_path(std::string_view path);

/// Finds the declared place that `path` lies in. Nothing when it lies in none, or is not plain.
std::optional<PlacedPath> find_place(std::string_view path, const Places& places);

/// Whether `key` ("HKLM\SOFTWARE\…") lies below one of the declared keys and is written plainly: at
/// most 8 parts more, each without control characters.
bool is_placed_key(std::string_view key, const Places& places);

/// Whether the class is declared.
bool is_placed_wmi(
    std::string_view wmi_namespace, std::string_view wmi_class, const Places& places);

/// The packages whose versions may be asked for.
std::span<const std::string_view> known_packages();

/// Why a product may not be used as it declares itself; empty: it may. Checks its places against
/// the compiled-in lists, every path, key, package and class of its sources against its places, and
/// all counts and lengths.
std::string reason_to_refuse(const Product& product);

} // namespace mimamori::agent::antivirus
