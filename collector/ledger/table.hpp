#pragma once

#include "common/base/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// Tables as files: CSV and Excel (XLSX), in and out.
namespace mimamori::collector::ledger {

using Row = std::vector<std::string>;

struct Table
{
    std::vector<Row> rows;
    std::string encoding; ///< "XLSX", or as in Written: what the file was.
};

/// Limits of a file.
inline constexpr std::size_t file_bytes_max = 16U << 20;
inline constexpr std::size_t table_rows_max = 50'000;
inline constexpr std::size_t table_columns_max = 100;
inline constexpr std::size_t cell_bytes_max = 4'000;

/// Reads a CSV file (UTF-8, UTF-16, Shift_JIS as Windows writes it, EUC-JP or ISO-2022-JP; with
/// commas, tabs or semicolons) or the first sheet of an Excel file. Rows without any text are left
/// out at the end only, so that row numbers are those of the file. Errors: invalid_input, naming
/// row and column; too_large for more than the limits.
Result<Table> read_table(std::string_view bytes);

/// Reads an Excel file. Errors: as above. Unpacks no more than a fixed multiple of what a table can
/// hold, whatever the file says.
Result<Table> read_xlsx(std::string_view bytes);

/// The rows as CSV with a mark for UTF-8. No cell is a formula to a spreadsheet: one that begins as
/// if it were gets an apostrophe in front.
std::string to_csv(const std::vector<Row>& rows);

/// A character that code page 932 does not have.
struct Unfit
{
    std::size_t row{0}; ///< From 1, as spreadsheets count.
    std::size_t column{0};
    std::string character;
};

/// The same in code page 932 (Shift_JIS); `unfit` gets the cells that do not fit, the first of
/// their characters each, at most `unfit_max`.
inline constexpr std::size_t unfit_max = 20;
std::string to_shift_jis_csv(const std::vector<Row>& rows, std::vector<Unfit>& unfit);

/// The rows as an Excel file whose cells are texts. Errors: io; invalid_input names the row and
/// column of a text longer than Excel takes (32,767 characters).
Result<std::string> to_xlsx(const std::vector<Row>& rows);

} // namespace mimamori::collector::ledger
