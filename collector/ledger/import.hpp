#pragma once

#include "collector/ledger/plan.hpp"
#include "collector/ledger/table.hpp"
#include "collector/storage/session.hpp"
#include "common/base/result.hpp"

#include <cstddef>
#include <string>
#include <vector>

/// A file of somebody else's ledger against ours: what would be different.
namespace mimamori::collector::ledger {

/// How a file is to be understood.
struct ImportWish
{
    std::vector<std::string>
        columns;       ///< For each of the file's columns the field; empty: passed over.
    std::string key;   ///< The field by which devices are found.
    bool add{false};   ///< Devices that are not found are added.
    bool clear{false}; ///< An empty cell empties the value; otherwise it says nothing.
    std::string site;  ///< Of added devices whose row names none; empty: rows must.
    Date today{};      ///< Since when a stage of life is another, where the file does not say.
};

/// Fields by which devices can be found.
bool is_import_key(std::string_view field);

/// The fields that the heads of a file's first row mean, as far as they can be written.
std::vector<std::string> guessed_columns(const Row& heads);

/// A row, or a cell of it, that cannot be taken.
struct RefusedRow
{
    std::size_t row{0};    ///< From 1, as spreadsheets count; 1 are the heads.
    std::size_t column{0}; ///< From 1; 0: the row as a whole.
    std::string why;       ///< A word for programs: "no_key", "twice", "not_found", "bad_value" …
    std::string detail;    ///< The cell.
};

struct ImportPlan
{
    Plan plan;
    std::vector<RefusedRow> refused; ///< Their rows are left out as a whole.
};

/// Compares the table with the devices that the session shows. Errors: invalid_input for a wish
/// that does not fit the table.
Result<ImportPlan> plan_import(
    storage::Session& session, const Table& table, const ImportWish& wish);

} // namespace mimamori::collector::ledger
