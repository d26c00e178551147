#include "collector/storage/report_log.hpp"

#include "collector/storage/statement.hpp"
#include "collector/storage/stream_marks.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

namespace mimamori::collector::storage {

std::size_t fold_reports(Session& session, std::size_t rows_max)
{
    struct Folded
    {
        UnfoldedReports reports;
        std::int64_t last_at_ms{0};
    };

    std::map<std::int64_t, Folded> streams; // In the order of the table, so each page is hit once.
    std::size_t count = 0;
    std::int64_t last_no = 0;
    {
        const auto rows = session.prepared(
            "SELECT no, stream_no, seq, digest, at_ms FROM report_log ORDER BY no LIMIT ?1");
        rows->bind(1, static_cast<std::int64_t>(rows_max));
        while (rows->next())
        {
            last_no = rows->integer(0);
            Folded& folded = streams[rows->integer(1)];
            folded.reports.emplace_back(
                static_cast<std::uint64_t>(rows->integer(2)), rows->integer(3));
            folded.last_at_ms = std::max(folded.last_at_ms, rows->integer(4));
            ++count;
        }
    }
    for (const auto& [no, folded] : streams)
    {
        std::uint64_t last_seq = 0;
        RecentReports recent;
        {
            const auto row = session.prepared("SELECT last_seq, recent FROM stream WHERE no = ?1");
            row->bind(1, no);
            if (!row->next())
                continue;
            last_seq = static_cast<std::uint64_t>(row->integer(0));
            recent = RecentReports::from_text(row->text(1));
        }
        for (const auto& [seq, digest] : folded.reports)
        {
            if (seq <= last_seq)
                continue;
            last_seq = seq;
            recent.add(seq, digest);
        }
        const std::string recent_text = recent.to_text();
        session
            .prepared(R"sql(
                UPDATE stream SET last_seq = ?2, recent = ?3, reports = reports + ?4,
                                  last_report_at_ms = max(last_report_at_ms, ?5)
                WHERE no = ?1)sql")
            ->bind(1, no)
            .bind(2, static_cast<std::int64_t>(last_seq))
            .bind(3, std::string_view{recent_text})
            .bind(4, static_cast<std::int64_t>(folded.reports.size()))
            .bind(5, folded.last_at_ms)
            .run();
    }
    session.prepared("DELETE FROM report_log WHERE no <= ?1")->bind(1, last_no).run();
    return count;
}

} // namespace mimamori::collector::storage
