#pragma once

#include "common/base/id.hpp"
#include "common/base/time.hpp"
#include "common/wire/raw_json.hpp"

#include <concepts>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

/// The closed list of shapes that wire types are made of, for json_reader.hpp and json_writer.hpp.
namespace mimamori::wire::shapes {

template <class T>
inline constexpr bool is_id = false;
template <class Tag>
inline constexpr bool is_id<Id<Tag>> = true;

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;

template <class T>
inline constexpr bool is_time = std::is_same_v<T, Timestamp> || std::is_same_v<T, Date>;

/// What is a string in JSON.
template <class T>
inline constexpr bool is_text =
    std::is_same_v<T, std::string> || is_time<T> || std::is_enum_v<T> || is_id<T>;

} // namespace mimamori::wire::shapes
