#include "collector/storage/list_filter.hpp"

#include "collector/storage/audit_store.hpp"
#include "collector/storage/device_list.hpp"
#include "collector/storage/event_list.hpp"
#include "collector/storage/finding_store.hpp"
#include "common/base/utf8.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

/// A filter is read, or refused with a place in it; as SQL it has a mark for each value.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace mimamori;
    using namespace mimamori::collector;
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const storage::ParsedFilter parsed = storage::parse_filter(text);
    if (parsed.bad)
    {
        if (parsed.bad->at > size || !parsed.terms.empty())
            std::abort();
        return 0;
    }
    const storage::FilterTime time{from_ms(1'800'000'000'000), std::chrono::minutes{540}};
    for (const auto* fields :
         {&storage::device_fields(), &storage::finding_fields(), &storage::event_fields(),
          &storage::change_fields()})
    {
        const auto made = storage::condition_of(*fields, parsed.terms, time);
        const auto marks = std::count(made.sql.begin(), made.sql.end(), '?');
        if (!made.bad && static_cast<std::size_t>(marks) != made.values.size())
            std::abort();
    }
    return 0;
}
