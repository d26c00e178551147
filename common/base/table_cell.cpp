#include "common/base/table_cell.hpp"

namespace mimamori {
namespace {

bool runs(std::string_view cell)
{
    return !cell.empty() && std::string_view{"=+-@\t\r"}.find(cell.front()) != cell.npos;
}

} // namespace

std::string formula_guarded(std::string_view cell)
{
    return (runs(cell) ? "'" : "") + std::string{cell};
}

std::string_view without_formula_guard(std::string_view cell)
{
    return cell.starts_with('\'') && runs(cell.substr(1)) ? cell.substr(1) : cell;
}

std::string csv_quoted(std::string_view cell)
{
    std::string made = "\"";
    for (const char c : cell)
    {
        if (c == '"')
            made += '"';
        made += c;
    }
    return made + '"';
}

} // namespace mimamori
