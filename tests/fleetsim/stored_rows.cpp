#include "tests/fleetsim/stored_rows.hpp"

#include "common/wire/json_writer.hpp"

#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>
#include <sqlite3.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace mimamori::fleetsim {
namespace {

constexpr std::size_t differences_kept = 20;

struct CloseDatabase
{
    void operator()(sqlite3* database) const { sqlite3_close(database); }
};

using Database = std::unique_ptr<sqlite3, CloseDatabase>;

/// Rows of one statement. Throws std::runtime_error; `compare_with_database` is the edge.
class Rows
{
public:
    Rows(sqlite3* database, const char* sql)
        : database_{database}
    {
        check(sqlite3_prepare_v2(database, sql, -1, &statement_, nullptr));
    }

    ~Rows() { sqlite3_finalize(statement_); }

    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;

    bool next()
    {
        const int code = sqlite3_step(statement_);
        if (code != SQLITE_ROW && code != SQLITE_DONE)
            check(code);
        return code == SQLITE_ROW;
    }

    std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }

    std::string_view text(int column) const
    {
        const void* const bytes = sqlite3_column_blob(statement_, column);
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
        return {static_cast<const char*>(bytes), bytes ? size : 0};
    }

private:
    void check(int code) const
    {
        if (code != SQLITE_OK)
            throw std::runtime_error{sqlite3_errmsg(database_)};
    }

    sqlite3* database_;
    sqlite3_stmt* statement_{nullptr};
};

/// One stream as it is promised and as it is found.
struct Stream
{
    const SimulatedAgent* agent{nullptr};
    const AckedStream* acked{nullptr};
    bool is_newest{false};
    bool is_found{false};
    std::uint64_t reports{0};
    std::uint64_t events{0};
};

class Comparer
{
public:
    Comparer(sqlite3* database, const std::vector<std::unique_ptr<SimulatedAgent>>& agents)
        : database_{database}
        , agents_{agents}
    {}

    Comparison run()
    {
        Rows integrity{database_, "PRAGMA integrity_check(1)"};
        if (integrity.next() && integrity.text(0) != "ok")
            differ(std::string{integrity.text(0)});
        Rows{database_, "BEGIN"}.next();
        find_streams();
        count_reports();
        read_events();
        settle();
        compare_sections();
        return std::move(result_);
    }

private:
    void differ(std::string what)
    {
        ++result_.differences_total;
        if (result_.differences.size() < differences_kept)
            result_.differences.push_back(std::move(what));
    }

    void find_streams()
    {
        std::unordered_map<std::string, Stream> by_id;
        for (const auto& agent : agents_)
        {
            for (const AckedStream& acked : agent->acked())
                by_id[acked.stream.text()] = {agent.get(), &acked, &acked == &agent->acked().back(),
                                              false,       0,      0};
        }
        Rows rows{
            database_, "SELECT stream.id, stream.no, stream.reports, agent.id FROM stream "
                       "JOIN agent ON agent.no = stream.agent_no"};
        while (rows.next())
        {
            const auto known = by_id.find(std::string{rows.text(0)});
            if (known == by_id.end())
                continue; // Of an earlier run.
            Stream stream = known->second;
            by_id.erase(known);
            stream.is_found = true;
            stream.reports = static_cast<std::uint64_t>(rows.integer(2));
            if (rows.text(3) != stream.agent->id().text())
                differ(fmt::format("stream {} belongs to another agent", rows.text(0)));
            streams_.emplace(rows.integer(1), stream);
        }
        for (const auto& [id, stream] : by_id)
        {
            if (stream.acked->reports > 0)
                differ(fmt::format("stream {} is not there", id));
        }
    }

    void count_reports()
    {
        Rows rows{database_, "SELECT stream_no, count(*) FROM report_log GROUP BY stream_no"};
        while (rows.next())
        {
            const auto stream = streams_.find(rows.integer(0));
            if (stream != streams_.end())
                stream->second.reports += static_cast<std::uint64_t>(rows.integer(1));
        }
    }

    void read_events()
    {
        Rows rows{
            database_,
            "SELECT stream_no, number, kind, body FROM event ORDER BY stream_no, number"};
        while (rows.next())
        {
            const auto found = streams_.find(rows.integer(0));
            if (found == streams_.end())
                continue;
            Stream& stream = found->second;
            const auto number = static_cast<std::uint64_t>(rows.integer(1));
            if (number != ++stream.events)
            {
                differ(fmt::format(
                    "{}: event {} in place of {}", stream.agent->id().text(), number,
                    stream.events));
                stream.events = number;
            }
            wire::Event event = stream.agent->device().event(number, Timestamp{});
            const std::string kind = boost::describe::enum_to_string(event.kind, "unknown");
            event.number = 0;
            event.kind = wire::EventKind::unknown;
            if (rows.text(2) != kind || rows.text(3) != wire::to_json(event))
                differ(fmt::format(
                    "{}: event {} has other content", stream.agent->id().text(), number));
        }
    }

    void settle()
    {
        for (const auto& [no, stream] : streams_)
        {
            const bool may_have_more = stream.is_newest && stream.agent->is_waiting();
            const std::uint64_t reports_max = stream.acked->reports + (may_have_more ? 1 : 0);
            const std::uint64_t events_max =
                may_have_more ? stream.agent->last_event() : stream.acked->events;
            result_.reports_acked += stream.acked->reports;
            result_.reports_stored += stream.reports;
            result_.events_acked += stream.acked->events;
            result_.events_stored += stream.events;
            if (stream.reports < stream.acked->reports || stream.reports > reports_max)
                differ(fmt::format(
                    "{}: {} reports acknowledged, {} stored", stream.agent->id().text(),
                    stream.acked->reports, stream.reports));
            if (stream.events < stream.acked->events || stream.events > events_max)
                differ(fmt::format(
                    "{}: {} events acknowledged, {} stored", stream.agent->id().text(),
                    stream.acked->events, stream.events));
        }
    }

    void compare_sections()
    {
        std::unordered_map<std::string, const SimulatedAgent*> by_id;
        for (const auto& agent : agents_)
        {
            if (!agent->is_waiting() && !agent->owes_bodies() && agent->acked().back().reports > 0)
                by_id[agent->id().text()] = agent.get();
        }
        Rows rows{
            database_, "SELECT agent.id, section_current.section, section_body.digest "
                       "FROM section_current "
                       "JOIN section_body ON section_body.no = section_current.body_no "
                       "JOIN agent ON agent.device_no = section_current.device_no"};
        std::unordered_map<const SimulatedAgent*, std::size_t> found;
        while (rows.next())
        {
            const auto known = by_id.find(std::string{rows.text(0)});
            const auto section = wire::section_index(rows.text(1));
            if (known == by_id.end() || !section)
                continue;
            ++found[known->second];
            const auto& digest = known->second->digests()[*section];
            if (rows.text(2) != std::string_view{digest.data(), digest.size()})
                differ(fmt::format("{}: another {}", rows.text(0), rows.text(1)));
        }
        for (const auto& [id, agent] : by_id)
        {
            result_.sections_compared += found[agent];
            if (found[agent] != wire::section_count)
                differ(fmt::format("{}: {} sections", id, found[agent]));
        }
    }

    sqlite3* database_;
    const std::vector<std::unique_ptr<SimulatedAgent>>& agents_;
    std::unordered_map<std::int64_t, Stream> streams_; ///< By number.
    Comparison result_;
};

} // namespace

Result<Comparison> compare_with_database(
    const std::filesystem::path& file, const std::vector<std::unique_ptr<SimulatedAgent>>& agents)
{
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &opened, SQLITE_OPEN_READONLY, nullptr);
    const Database database{opened};
    if (code != SQLITE_OK)
        return Error{Errc::io, fmt::format("open {}: {}", file.string(), sqlite3_errstr(code))};
    sqlite3_busy_timeout(opened, 5'000);
    try
    {
        return Comparer{opened, agents}.run();
    }
    catch (const std::runtime_error& failure)
    {
        return Error{Errc::io, fmt::format("{}: {}", file.string(), failure.what())};
    }
}

} // namespace mimamori::fleetsim
