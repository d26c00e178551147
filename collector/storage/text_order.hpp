#pragma once

#include "collector/storage/session.hpp"
#include "common/base/result.hpp"

#include <string>
#include <string_view>

/// How people look for texts and put them in order; in SQL as well. Pure but for `add_text_order`.
namespace mimamori::collector::storage {

/// `text` as it is compared: letters small, wide letters and digits (Ａ１) narrow, blanks one kind.
std::string folded(std::string_view text);

/// Below, equal to or above 0: runs of digits by their value ("PC-9" before "PC-10"), letters
/// without case, wide or narrow. Texts that differ at all are never equal.
int compare_for_people(std::string_view left, std::string_view right);

/// Gives the connection the collation `people` and the function `found_in(word, text, …)`: whether
/// a word, which is folded already, stands in one of the texts. Errors: as `error_of`.
Result<void> add_text_order(Session& session);

} // namespace mimamori::collector::storage
