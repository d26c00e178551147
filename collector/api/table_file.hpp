#pragma once

#include "collector/http/message.hpp"
#include "collector/ledger/table.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::collector::api {

/// How a table is wanted as a file.
struct FileWish
{
    std::string format;  ///< One of `file_formats`.
    bool replace{false}; ///< What Shift_JIS does not have becomes 〓 instead of a refusal.
};

/// CSV as today's Excel reads it, CSV of old Windows, Excel.
inline const std::initializer_list<std::string_view> file_formats{"csv", "sjis", "xlsx"};

/// The rows, heads first, as a file called `name` with its ending. Refuses with "does_not_fit" and
/// the first such places what Shift_JIS does not have; `wish.format` is one of the three.
http::Response table_file(
    const std::vector<ledger::Row>& rows, const FileWish& wish, std::string_view name);

} // namespace mimamori::collector::api
