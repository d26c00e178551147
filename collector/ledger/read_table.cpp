#include "collector/ledger/encoding.hpp"
#include "collector/ledger/japanese.hpp"
#include "collector/ledger/table.hpp"
#include "common/base/table_cell.hpp"
#include "common/base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csv.h>
#include <optional>
#include <utility>

namespace mimamori::collector::ledger {
namespace {

constexpr std::string_view utf8_mark = "\xef\xbb\xbf";

/// Takes cells from the parser of libcsv, as bytes.
struct Cells
{
    std::vector<Row> rows;
    Row row;
    std::optional<Error> refused;

    void end_row()
    {
        if (rows.size() >= table_rows_max + 1 && !refused)
            refused = Error{
                Errc::too_large, fmt::format("more than {} rows: split the file", table_rows_max)};
        if (!refused)
            rows.push_back(std::move(row));
        row.clear();
    }

    void add(std::string_view cell)
    {
        if (cell.size() > cell_bytes_max && !refused)
            refused = Error{
                Errc::invalid_input, fmt::format(
                                         "row {}, column {}: more than {} bytes", rows.size() + 1,
                                         row.size() + 1, cell_bytes_max)};
        if (row.size() >= table_columns_max && !refused)
            refused = Error{
                Errc::invalid_input,
                fmt::format("row {}: more than {} columns", rows.size() + 1, table_columns_max)};
        if (!refused)
            row.emplace_back(cell);
    }
};

void take_cell(void* bytes, std::size_t size, void* cells)
{
    static_cast<Cells*>(cells)->add({static_cast<const char*>(bytes), bytes ? size : 0});
}

void take_row(int, void* cells)
{
    static_cast<Cells*>(cells)->end_row();
}

/// A parser, freed.
struct Parser
{
    csv_parser parser{};

    explicit Parser(char delimiter)
    {
        // Empty lines are rows too: the numbers of rows must be those of the file.
        csv_init(&parser, CSV_APPEND_NULL | CSV_REPALL_NL);
        csv_set_delim(&parser, static_cast<unsigned char>(delimiter));
    }

    ~Parser() { csv_free(&parser); }

    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;
};

/// What separates cells, judged by the first line.
char delimiter_of(std::string_view text)
{
    const std::string_view line = text.substr(0, text.find_first_of("\r\n"));
    char best = ',';
    std::ptrdiff_t most = 0;
    for (const char c : {',', '\t', ';'})
    {
        const auto count = std::count(line.begin(), line.end(), c);
        if (count > most)
        {
            most = count;
            best = c;
        }
    }
    return best;
}

/// Line ends as one "\n", so that an empty line is a row of its own. No character of code page 932
/// has these bytes inside.
std::string with_plain_ends(std::string_view text)
{
    std::string plain;
    plain.reserve(text.size() + 1);
    for (std::size_t i = 0; i < text.size(); ++i)
    {
        if (text[i] != '\r')
            plain += text[i];
        else if (i + 1 >= text.size() || text[i + 1] != '\n')
            plain += '\n';
    }
    return plain;
}

Result<std::vector<Row>> parse_csv(std::string_view text)
{
    Cells cells;
    Parser csv{delimiter_of(text)};
    const std::string plain = with_plain_ends(text);
    csv_parse(&csv.parser, plain.data(), plain.size(), &take_cell, &take_row, &cells);
    csv_fini(&csv.parser, &take_cell, &take_row, &cells);
    if (cells.refused)
        return *cells.refused;
    return std::move(cells.rows);
}

bool is_empty(const Row& row)
{
    return std::all_of(row.begin(), row.end(), [](const std::string& cell) {
        return cell.find_first_not_of(" \t") == std::string::npos;
    });
}

/// Turns each cell into UTF-8, or says which one is none.
Result<void> decode(std::vector<Row>& rows, std::string_view encoding)
{
    for (std::size_t r = 0; r < rows.size(); ++r)
        for (std::size_t c = 0; c < rows[r].size(); ++c)
        {
            std::string& cell = rows[r][c];
            const bool is_plain = std::all_of(
                cell.begin(), cell.end(), [](char byte) { return byte > 0 && byte < 0x7f; });
            if (is_plain)
                continue;
            std::optional<std::string> text;
            if (encoding == "Shift_JIS")
                text = from_cp932(cell);
            else if (is_utf8(cell))
                text = cell;
            if (text && text->find('\0') != std::string::npos)
                return Error{
                    Errc::invalid_input,
                    fmt::format("row {}, column {}: a zero byte", r + 1, c + 1)};
            if (!text)
                return Error{
                    Errc::invalid_input,
                    fmt::format("row {}, column {}: not written in {}", r + 1, c + 1, encoding)};
            cell = std::move(*text);
        }
    return {};
}

} // namespace

Result<Table> read_table(std::string_view bytes)
{
    if (bytes.size() > file_bytes_max)
        return Error{Errc::too_large, fmt::format("more than {} bytes", file_bytes_max)};
    if (bytes.starts_with("PK\x03\x04"))
        return read_xlsx(bytes);
    constexpr std::string_view old_excel = "\xd0\xcf\x11\xe0";
    if (bytes.starts_with(old_excel))
        return Error{
            Errc::invalid_input, "an old Excel file (.xls) or one with a password: save it as .xlsx"
                                 " without a password, or as CSV"};
    Table table;
    const bool marked = bytes.starts_with(utf8_mark);
    const auto written = marked ? Result<Written>{Written{"UTF-8", {}}} : look_at_encoding(bytes);
    if (!written)
        return written.error();
    table.encoding = written->encoding;
    if (!written->text.empty())
        bytes = written->text;
    if (bytes.starts_with(utf8_mark))
        bytes.remove_prefix(utf8_mark.size());
    auto rows = parse_csv(bytes);
    if (!rows)
        return rows.error();
    while (!rows->empty() && is_empty(rows->back()))
        rows->pop_back();
    if (rows->empty())
        return Error{Errc::invalid_input, "the file has no rows"};
    if (auto decoded = decode(*rows, table.encoding); !decoded)
        return decoded.error();
    for (Row& row : *rows)
        for (std::string& cell : row)
            cell = std::string{without_formula_guard(cell)};
    table.rows = std::move(*rows);
    return table;
}

} // namespace mimamori::collector::ledger
