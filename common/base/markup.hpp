#pragma once

#include <string>
#include <string_view>

namespace mimamori {

/// The text as content or as a quoted attribute of XML or HTML: `&`, `<`, `>` and `"` as entities.
std::string markup_escaped(std::string_view text);

} // namespace mimamori
