#include "collector/storage/live_marks.hpp"

#include "collector/storage/statement.hpp"

namespace mimamori::collector::storage {

LiveMarks read_live_marks(Session& session, const LiveMarks& after)
{
    const auto row = session.prepared(R"sql(
        SELECT coalesce((SELECT no FROM finding_change WHERE no > ?1 ORDER BY no DESC LIMIT 1), ?1),
               coalesce((SELECT no FROM event WHERE no > ?2 ORDER BY no DESC LIMIT 1), ?2))sql");
    row->bind(1, after.findings).bind(2, after.events).next();
    return {row->integer(0), row->integer(1)};
}

} // namespace mimamori::collector::storage
