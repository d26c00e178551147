#include "collector/ledger/japanese.hpp"
#include "collector/ledger/table.hpp"
#include "common/base/table_cell.hpp"
#include "common/crypto/random.hpp"
#include "common/platform/file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>
#include <utility>
#include <xlsxwriter.h>

namespace mimamori::collector::ledger {
namespace {

constexpr std::size_t xlsx_bytes_max = 256U << 20;

std::string quoted_if_needed(const std::string& cell)
{
    return cell.find_first_of(",\"\r\n") == std::string::npos ? cell : csv_quoted(cell);
}

std::string csv_row(const Row& row)
{
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i)
        line += (i > 0 ? "," : "") + quoted_if_needed(formula_guarded(row[i]));
    return line + "\r\n";
}

/// A file that goes with its name.
class PassingFile
{
public:
    explicit PassingFile(std::filesystem::path path)
        : path_{std::move(path)}
    {}

    ~PassingFile()
    {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }

    PassingFile(const PassingFile&) = delete;
    PassingFile& operator=(const PassingFile&) = delete;

    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// How many columns of letters the widest cell needs; a wide character counts for two.
std::size_t width_of(std::string_view cell)
{
    std::size_t width = 0;
    for (const char c : cell)
    {
        const auto byte = static_cast<unsigned char>(c);
        width += byte < 0x80 ? 1 : (byte >= 0xe0 ? 2 : 0);
    }
    return width;
}

Result<void> write_sheet(lxw_workbook& book, const std::vector<Row>& rows)
{
    lxw_worksheet* const sheet = ::workbook_add_worksheet(&book, "mimamori");
    lxw_format* const head = ::workbook_add_format(&book);
    ::format_set_bold(head);
    std::array<std::size_t, table_columns_max> widths{};
    for (const Row& row : rows)
        for (std::size_t c = 0; c < row.size() && c < widths.size(); ++c)
            widths[c] = std::max(widths[c], std::min<std::size_t>(width_of(row[c]) + 2, 50));
    const auto columns = static_cast<lxw_col_t>(rows.empty() ? 0 : rows.front().size());
    for (lxw_col_t c = 0; c < columns; ++c)
        ::worksheet_set_column(sheet, c, c, static_cast<double>(widths[c]), nullptr);
    for (std::size_t r = 0; r < rows.size(); ++r)
        for (std::size_t c = 0; c < rows[r].size(); ++c)
        {
            const lxw_error failed = ::worksheet_write_string(
                sheet, static_cast<lxw_row_t>(r), static_cast<lxw_col_t>(c), rows[r][c].c_str(),
                r == 0 ? head : nullptr);
            if (failed != LXW_NO_ERROR)
                return Error{
                    Errc::invalid_input,
                    fmt::format("row {}, column {}: {}", r + 1, c + 1, ::lxw_strerror(failed))};
        }
    ::worksheet_freeze_panes(sheet, 1, 0);
    ::worksheet_repeat_rows(sheet, 0, 0);
    ::worksheet_set_landscape(sheet);
    if (columns > 0)
        ::worksheet_autofilter(
            sheet, 0, 0, static_cast<lxw_row_t>(rows.size() - 1),
            static_cast<lxw_col_t>(columns - 1));
    return {};
}

} // namespace

std::string to_csv(const std::vector<Row>& rows)
{
    std::string text = "\xef\xbb\xbf";
    for (const Row& row : rows)
        text += csv_row(row);
    return text;
}

std::string to_shift_jis_csv(const std::vector<Row>& rows, std::vector<Unfit>& unfit)
{
    std::string text;
    for (std::size_t r = 0; r < rows.size(); ++r)
    {
        Row bytes;
        for (std::size_t c = 0; c < rows[r].size(); ++c)
        {
            std::string character;
            bytes.push_back(to_cp932(rows[r][c], character));
            if (!character.empty() && unfit.size() < unfit_max)
                unfit.push_back({r + 1, c + 1, std::move(character)});
        }
        // Second bytes of code page 932 are never one of those that CSV gives a meaning.
        text += csv_row(bytes);
    }
    return text;
}

Result<std::string> to_xlsx(const std::vector<Row>& rows)
{
    std::error_code ec;
    const auto folder = std::filesystem::temp_directory_path(ec);
    if (ec)
        return Error{Errc::io, "folder for passing files: " + ec.message()};
    const PassingFile file{folder / ("mimamori-" + crypto::random_id_text() + ".xlsx")};
    std::string scratch = folder.string();
    lxw_workbook_options options{};
    options.constant_memory = LXW_TRUE;
    options.tmpdir = scratch.data();
    lxw_workbook* const book = ::workbook_new_opt(file.path().c_str(), &options);
    if (!book)
        return Error{Errc::io, "begin an Excel file"};
    const auto written = write_sheet(*book, rows);
    if (const lxw_error failed = ::workbook_close(book); failed != LXW_NO_ERROR)
        return Error{Errc::io, fmt::format("write an Excel file: {}", ::lxw_strerror(failed))};
    if (!written)
        return written.error();
    return platform::read_file(file.path(), xlsx_bytes_max);
}

} // namespace mimamori::collector::ledger
