#pragma once

#include "collector/storage/device_list.hpp"
#include "common/base/result.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// The columns of the ledger as files have them. Pure.
namespace mimamori::collector::ledger {

enum class Language
{
    ja,
    en
};

struct Column
{
    std::string_view name; ///< A field of `storage::device_fields`.
    std::string_view ja;   ///< As the pages call it.
    std::string_view en;
};

/// Null when there is none of that name.
const Column* find_column(std::string_view name);

/// The columns of a text "name,site,place". Errors: invalid_input for one that there is not, for
/// one that stands there twice, and for none at all.
Result<std::vector<const Column*>> parse_columns(std::string_view names);

/// The column that a file's head means, in whatever language and writing; null when none.
const Column* column_of_head(std::string_view head);

std::string_view title_of(const Column& column, Language language);

/// The stage of life ("spare") that a word of either language means; the word itself when none.
std::string stage_of_word(std::string_view word);

/// What cells need besides the row.
struct CellWords
{
    Language language{Language::ja};
    std::map<std::string, std::string, std::less<>> sites; ///< Names by id.
    std::string hospital;                                  ///< For the root, which has no name.
    std::chrono::minutes utc_offset{0};                    ///< Of the site's wall clocks.
    std::function<std::string(const storage::OpenRule&)> title; ///< In that language.
};

std::string cell_of(const storage::DeviceRow& row, const Column& column, const CellWords& words);

} // namespace mimamori::collector::ledger
