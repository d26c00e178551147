// What an onlooker sees of a spool.

#include "agent/report/spool.hpp"

namespace mimamori::agent::report {
namespace {

Result<Database> open_for_looking(const std::filesystem::path& folder)
{
    return Database::open(folder / "spool.db", Database::Mode::onlooker);
}

Result<SpoolState> state_of(Database& database)
{
    SpoolState state;
    auto done = database.query(
        R"(SELECT stream, made_ms, next_seq, lost_ever,
                  (SELECT count(*) FROM event), (SELECT coalesce(sum(bytes), 0) FROM event),
                  (SELECT min(at_ms) FROM event) FROM spool)",
        [&](const Row& row) {
            state.stream = StreamId{std::string{row.text(0)}};
            state.made_at = from_ms(row.integer(1));
            state.next_seq = static_cast<std::uint64_t>(row.integer(2));
            state.lost_ever = static_cast<std::uint64_t>(row.integer(3));
            state.events = static_cast<std::uint64_t>(row.integer(4));
            state.bytes = static_cast<std::uint64_t>(row.integer(5));
            if (!row.is_null(6))
                state.oldest_at = from_ms(row.integer(6));
            return false;
        });
    if (done)
        done = database.query(
            "SELECT first, last, count, since_ms, until_ms, why FROM lost ORDER BY id LIMIT 50",
            [&](const Row& row) {
                wire::LostEvents lost;
                lost.first = static_cast<std::uint64_t>(row.integer(0));
                lost.last = static_cast<std::uint64_t>(row.integer(1));
                lost.count = static_cast<std::uint64_t>(row.integer(2));
                lost.since = from_ms(row.integer(3));
                lost.until = from_ms(row.integer(4));
                lost.why = row.text(5);
                state.lost.push_back(std::move(lost));
                return true;
            });
    if (!done)
        return std::move(done).error();
    return state;
}

} // namespace

Result<SpoolState> Spool::look(const std::filesystem::path& folder)
{
    auto database = open_for_looking(folder);
    if (!database)
        return std::move(database).error();
    return state_of(*database);
}

Result<std::vector<RefusedReport>> Spool::look_at_refused(const std::filesystem::path& folder)
{
    auto database = open_for_looking(folder);
    if (!database)
        return std::move(database).error();
    std::vector<RefusedReport> all;
    auto done = database->query(
        "SELECT at_ms, seq, why, report FROM refused ORDER BY id DESC", [&](const Row& row) {
            all.push_back(
                {from_ms(row.integer(0)), static_cast<std::uint64_t>(row.integer(1)),
                 std::string{row.text(2)}, std::string{row.text(3)}});
            return true;
        });
    if (!done)
        return std::move(done).error();
    return all;
}

SpoolState Spool::state() const
{
    SpoolState state;
    state.stream = stream_;
    state.made_at = made_at_;
    state.next_seq = next_seq_;
    state.events = counts_.events;
    state.bytes = counts_.bytes;
    state.lost_ever = counts_.lost_ever;
    return state;
}

} // namespace mimamori::agent::report
