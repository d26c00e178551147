#include "collector/ledger/import.hpp"
#include "collector/ledger/table.hpp"
#include "common/base/utf8.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

/// A file of any kind becomes texts within the limits, or is refused.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace mimamori;
    using namespace mimamori::collector;
    const auto table = ledger::read_table({reinterpret_cast<const char*>(data), size});
    if (!table)
        return 0;
    if (table->rows.empty() || table->rows.size() > ledger::table_rows_max + 1)
        std::abort();
    for (const ledger::Row& row : table->rows)
        for (const std::string& cell : row)
            if (!is_utf8(cell))
                std::abort();
    if (ledger::guessed_columns(table->rows.front()).size() != table->rows.front().size())
        std::abort();
    return 0;
}
