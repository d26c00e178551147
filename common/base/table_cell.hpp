#pragma once

#include <string>
#include <string_view>

/// Cells of tables that a spreadsheet opens.
namespace mimamori {

/// With an apostrophe in front when a spreadsheet would run the cell as a formula: when it begins
/// with one of `= + - @`, a tabulator or a carriage return.
std::string formula_guarded(std::string_view cell);

/// The cell without the apostrophe that `formula_guarded` put in front.
std::string_view without_formula_guard(std::string_view cell);

/// In quotes, those inside doubled (RFC 4180, 2).
std::string csv_quoted(std::string_view cell);

} // namespace mimamori
