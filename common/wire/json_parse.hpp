#pragma once

#include "common/base/result.hpp"

#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <string_view>

namespace mimamori::wire {

/// Limits that hold while a document is read, so that a hostile one costs no memory.
struct JsonLimits
{
    std::size_t bytes_max{8U * 1024 * 1024};
    std::size_t depth_max{16};
    std::size_t values_max{400'000};          ///< All values of the document together.
    std::size_t elements_max{20'000};         ///< Of any one array or object.
    std::size_t string_bytes_max{32U * 1024}; ///< Of any one string or member name.
};

/// Reads one JSON document from outside into a value.
///
/// Refused, each with its place ("sections[3].body: member \"path\" stands twice"): ill-formed JSON
/// or UTF-8, equal member names in one object, the character U+0000, numbers that are no integers
/// of 64 bits, and whatever exceeds `limits` (`too_large`; the rest is `invalid_input`).
Result<boost::json::value> parse_json(
    std::string_view text, const JsonLimits& limits = {}, boost::json::storage_ptr memory = {});

} // namespace mimamori::wire
