#include "agent/report/spool.hpp"

#include "agent/report/priority.hpp"
#include "common/base/utf8.hpp"
#include "common/crypto/random.hpp"
#include "common/platform/names.hpp"
#include "common/wire/digest.hpp"
#include "common/wire/json_writer.hpp"

#include <algorithm>
#include <system_error>

namespace mimamori::agent::report {
namespace {

constexpr const char* schema = R"(
    BEGIN IMMEDIATE;
    CREATE TABLE spool (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        stream TEXT NOT NULL,
        made_ms INTEGER NOT NULL,
        next_seq INTEGER NOT NULL DEFAULT 1,
        next_number INTEGER NOT NULL DEFAULT 1,
        last_report_ms INTEGER,
        lost_ever INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE event (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        number INTEGER,
        priority INTEGER NOT NULL,
        at_ms INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        body TEXT NOT NULL
    ) STRICT;
    CREATE INDEX event_to_drop ON event (priority, id) WHERE number IS NULL;
    CREATE INDEX event_number ON event (number) WHERE number IS NOT NULL;
    CREATE TABLE lost (
        id INTEGER PRIMARY KEY,
        first INTEGER NOT NULL DEFAULT 0,
        last INTEGER NOT NULL DEFAULT 0,
        seq INTEGER NOT NULL DEFAULT 0,
        count INTEGER NOT NULL,
        since_ms INTEGER NOT NULL,
        until_ms INTEGER NOT NULL,
        why TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX lost_open ON lost (why) WHERE seq = 0;
    CREATE TABLE section (
        name TEXT PRIMARY KEY,
        digest TEXT NOT NULL,
        acked TEXT NOT NULL DEFAULT '',
        refused TEXT NOT NULL DEFAULT '',
        body TEXT
    ) STRICT;
    CREATE TABLE waiting (
        seq INTEGER PRIMARY KEY,
        events INTEGER NOT NULL,
        losses INTEGER NOT NULL,
        bodies TEXT NOT NULL,
        report TEXT NOT NULL
    ) STRICT;
    CREATE TABLE refused (
        id INTEGER PRIMARY KEY,
        at_ms INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        why TEXT NOT NULL,
        report TEXT NOT NULL
    ) STRICT;
    CREATE TABLE note (name TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;
    PRAGMA user_version = 1;
    COMMIT;
)";

/// What a row of `event` costs beside its text.
constexpr std::uint64_t event_overhead_bytes = 64;

constexpr std::size_t event_text_bytes_max = 2048;

std::filesystem::path file_in(const std::filesystem::path& folder)
{
    return folder / "spool.db";
}

std::string clipped(std::string_view text)
{
    return std::string{utf8_prefix(to_valid_utf8(text), event_text_bytes_max)};
}

wire::Event loss_event(Timestamp now, std::string_view why)
{
    wire::Event event;
    event.at = now;
    event.kind = wire::EventKind::events_lost;
    event.text = why;
    return event;
}

std::string too_large_section(std::size_t size)
{
    std::string text = R"({"from":{"unknown":[{"why":)";
    wire::append_json_string(
        text, "the section has " + std::to_string(size) + " bytes, more than a report may carry");
    return text + "}]}}";
}

/// "os=digest,usb=digest"
std::vector<std::pair<std::string, std::string>> parse_bodies(std::string_view text)
{
    std::vector<std::pair<std::string, std::string>> bodies;
    while (!text.empty())
    {
        const auto one = text.substr(0, text.find(','));
        text.remove_prefix(std::min(text.size(), one.size() + 1));
        const auto equals = one.find('=');
        if (equals != std::string_view::npos)
            bodies.emplace_back(one.substr(0, equals), one.substr(equals + 1));
    }
    return bodies;
}

} // namespace

Spool::Spool(
    Database database, std::filesystem::path folder, const Clock& clock, SpoolLimits limits)
    : database_{std::move(database)}
    , folder_{std::move(folder)}
    , clock_{clock}
    , limits_{limits}
{}

Result<Database> Spool::open_sound(const std::filesystem::path& file)
{
    auto database = Database::open(file, Database::Mode::owner);
    if (!database)
        return database;
    std::string verdict;
    std::int64_t version = 0;
    auto checked = database->query("PRAGMA quick_check(1)", [&](const Row& row) {
        verdict = row.text(0);
        return false;
    });
    if (checked)
        checked = database->query("PRAGMA user_version", [&](const Row& row) {
            version = row.integer(0);
            return false;
        });
    if (!checked)
        return std::move(checked).error().in("check " + file.string());
    if (verdict != "ok")
        return Error{Errc::invalid_input, "check " + file.string() + ": " + verdict};
    if (version > 1)
        return Error{Errc::invalid_input, file.string() + " was made by a newer agent"};
    return database;
}

Result<std::unique_ptr<Spool>> Spool::open(
    const std::filesystem::path& folder, const Clock& clock, const SpoolLimits& limits)
{
    std::string damage;
    auto database = open_sound(file_in(folder));
    if (!database && database.error().code != Errc::invalid_input)
        return std::move(database).error();
    if (!database)
    {
        damage = database.error().message;
        // An empty database in memory stands in until the file has been put aside.
        database = Database::open(":memory:", Database::Mode::owner);
        if (!database)
            return std::move(database).error();
    }
    std::unique_ptr<Spool> spool{new Spool{std::move(*database), folder, clock, limits}};
    auto done = damage.empty() ? spool->load() : spool->start_over(damage);
    if (!done && spool->database_.is_damaged())
        done = spool->start_over(done.error().message);
    if (!done)
        return std::move(done).error().in("open the spool");
    return spool;
}

Result<void> Spool::load()
{
    // One sync for the new tables, none when they are there.
    std::int64_t version = 0;
    auto done = database_.query("PRAGMA user_version", [&](const Row& row) {
        version = row.integer(0);
        return false;
    });
    if (done && version == 0)
        done = database_.run(schema);
    if (!done)
        return done;
    bool found = false;
    const auto read_head = [&](const Row& row) {
        found = true;
        stream_ = StreamId{std::string{row.text(0)}};
        made_at_ = from_ms(row.integer(1));
        next_seq_ = static_cast<std::uint64_t>(row.integer(2));
        counts_.next_number = static_cast<std::uint64_t>(row.integer(3));
        if (!row.is_null(4))
            last_report_at_ = from_ms(row.integer(4));
        counts_.lost_ever = static_cast<std::uint64_t>(row.integer(5));
        return false;
    };
    done = database_.query(
        "SELECT stream, made_ms, next_seq, next_number, last_report_ms, lost_ever FROM spool",
        read_head);
    if (!done)
        return done;
    if (!found)
    {
        stream_ = crypto::random_id<StreamId>();
        made_at_ = clock_.now();
        done = database_.execute(
            "INSERT INTO spool (id, stream, made_ms) VALUES (1, ?1, ?2)", stream_.text(),
            to_ms(made_at_));
        if (!done)
            return done;
    }
    done = database_.query(
        "SELECT seq, events, losses, bodies FROM waiting ORDER BY seq DESC LIMIT 1",
        [&](const Row& row) {
            waiting_ = Waiting{
                static_cast<std::uint64_t>(row.integer(0)),
                static_cast<std::uint64_t>(row.integer(1)),
                static_cast<std::uint64_t>(row.integer(2)), parse_bodies(row.text(3))};
            return false;
        });
    if (!done)
        return done;
    return count_what_waits();
}

Result<void> Spool::count_what_waits()
{
    const auto number = [](const Row& row, int column) {
        return static_cast<std::uint64_t>(row.integer(column));
    };
    return database_.query(
        R"(SELECT (SELECT count(*) FROM event), (SELECT coalesce(sum(bytes), 0) FROM event),
                  (SELECT count(*) FROM event WHERE number IS NOT NULL)
                      + (SELECT count(*) FROM lost WHERE seq > 0),
                  (SELECT count(*) FROM lost),
                  (SELECT count(*) FROM section WHERE body IS NOT NULL AND digest <> refused))",
        [&](const Row& row) {
            counts_.events = number(row, 0);
            counts_.bytes = number(row, 1);
            counts_.numbered = number(row, 2);
            counts_.losses = number(row, 3);
            counts_.bodies = number(row, 4);
            return false;
        });
}

Result<void> Spool::start_over(const std::string& why)
{
    const std::uint64_t known_events = counts_.events;
    auto stand_in = Database::open(":memory:", Database::Mode::owner);
    if (!stand_in)
        return std::move(stand_in).error();
    database_ = std::move(*stand_in); // Closes the broken file.

    for (const char* part : {"", "-wal", "-shm"})
    {
        std::filesystem::path from = file_in(folder_);
        std::filesystem::path to = file_in(folder_);
        from += part;
        to += ".damaged" + std::string{part};
        (void)platform::remove_file(to);
        (void)platform::rename_file(from, to); // The second and third need not exist.
    }
    auto made = open_sound(file_in(folder_));
    if (!made)
        return std::move(made).error();
    database_ = std::move(*made);
    waiting_.reset();
    last_report_at_.reset();
    next_seq_ = 1;
    counts_ = {};
    one_by_one_ = 0;
    if (auto done = load(); !done)
        return done;

    const std::string reason = "spool damaged: " + clipped(why);
    Transaction transaction{database_};
    auto done = transaction.begun();
    // How many a broken file held is not known; then only the event tells.
    if (done && known_events > 0)
        done = count_lost(known_events, clock_.now(), clock_.now(), reason);
    else if (done)
        done = insert(loss_event(clock_.now(), reason));
    if (done)
        done = transaction.commit();
    return done ? count_what_waits() : done;
}

Result<void> Spool::after_failure(Result<void> outcome, const Counts& before)
{
    counts_ = before;
    if (database_.is_damaged())
    {
        if (auto again = start_over(outcome.error().message); !again)
            return again;
    }
    return outcome;
}

Result<void> Spool::put(std::span<const wire::Event> events)
{
    if (events.empty())
        return {};
    const Counts before = counts_;
    auto done = store(events);
    if (!done && database_.is_damaged())
    {
        done = after_failure(std::move(done), before);
        if (!database_.is_damaged())
            done = store(events);
    }
    if (done)
        return done;

    counts_ = before;
    const auto [oldest, newest] = std::minmax_element(
        events.begin(), events.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
    unstored_.since = unstored_.count == 0 ? oldest->at : std::min(unstored_.since, oldest->at);
    unstored_.until = unstored_.count == 0 ? newest->at : std::max(unstored_.until, newest->at);
    unstored_.count += events.size();
    unstored_.why = "not stored: " + clipped(done.error().message);
    return std::move(done).error().in("store events");
}

Result<void> Spool::store(std::span<const wire::Event> events)
{
    Transaction transaction{database_};
    auto done = transaction.begun();
    if (done)
        done = flush_unstored();
    for (std::size_t i = 0; done && i < events.size(); ++i)
        done = insert(events[i]);
    if (done)
        done = make_room();
    if (done)
        done = transaction.commit();
    if (done)
        unstored_ = {};
    return done;
}

Result<void> Spool::insert(const wire::Event& event)
{
    wire::Event kept = event;
    kept.number = 0;
    kept.text = clipped(event.text);
    kept.user = clipped(event.user);
    const std::string body = wire::to_json(kept);
    const std::uint64_t bytes = body.size() + event_overhead_bytes;
    counts_.events += 1;
    counts_.bytes += bytes;
    return database_.execute(
        "INSERT INTO event (priority, at_ms, bytes, body) VALUES (?1, ?2, ?3, ?4)",
        static_cast<std::int64_t>(priority_of(event.kind)), to_ms(event.at), bytes, body);
}

Result<void> Spool::make_room()
{
    while (counts_.bytes > limits_.bytes_max)
    {
        std::int64_t id = 0;
        std::uint64_t bytes = 0;
        Timestamp at{};
        auto done = database_.query(
            R"(SELECT id, bytes, at_ms FROM event WHERE number IS NULL
               ORDER BY priority, id LIMIT 1)",
            [&](const Row& row) {
                id = row.integer(0);
                bytes = static_cast<std::uint64_t>(row.integer(1));
                at = from_ms(row.integer(2));
                return false;
            });
        if (!done || id == 0)
            return done; // What is on its way is never dropped.
        done = database_.execute("DELETE FROM event WHERE id = ?1", id);
        if (done)
            done = count_lost(1, at, at, "spool full");
        if (!done)
            return done;
        counts_.events -= 1;
        counts_.bytes -= bytes;
    }
    return {};
}

Result<void> Spool::count_lost(
    std::uint64_t count, Timestamp since, Timestamp until, std::string_view why)
{
    bool is_open = false;
    auto done = database_.query(
        "SELECT 1 FROM lost WHERE seq = 0 AND why = ?1",
        [&](const Row&) {
            is_open = true;
            return false;
        },
        why);
    if (done)
        done = database_.execute(
            R"(INSERT INTO lost (count, since_ms, until_ms, why) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT (why) WHERE seq = 0 DO UPDATE SET count = count + excluded.count,
                   since_ms = min(since_ms, excluded.since_ms),
                   until_ms = max(until_ms, excluded.until_ms))",
            count, to_ms(since), to_ms(until), why);
    if (done)
        done = database_.execute("UPDATE spool SET lost_ever = lost_ever + ?1", count);
    if (!done)
        return done;
    counts_.lost_ever += count;
    if (is_open)
        return {};
    counts_.losses += 1;
    return insert(loss_event(clock_.now(), why));
}

Result<void> Spool::flush_unstored()
{
    if (unstored_.count == 0)
        return {};
    return count_lost(unstored_.count, unstored_.since, unstored_.until, unstored_.why);
}

Result<bool> Spool::put_section(std::string_view name, std::string text)
{
    if (text.size() > limits_.section_bytes_max)
        text = too_large_section(text.size());
    const std::string digest = wire::digest_of(text);
    bool is_known = false;
    bool is_acked = false;
    bool is_stored = false;
    auto done = database_.query(
        "SELECT digest, acked, refused, body IS NOT NULL FROM section WHERE name = ?1",
        [&](const Row& row) {
            is_known = row.text(0) == digest;
            is_acked = row.text(1) == digest;
            is_stored = row.integer(3) != 0 || row.text(2) == digest;
            return false;
        },
        name);
    const Counts before = counts_;
    if (!done)
        return after_failure(std::move(done), before).error();
    if (is_known && (is_acked || is_stored))
        return !is_acked;

    if (is_acked)
        done = database_.execute(
            "UPDATE section SET digest = ?2, body = NULL WHERE name = ?1", name, digest);
    else
        done = database_.execute(
            R"(INSERT INTO section (name, digest, body) VALUES (?1, ?2, ?3)
               ON CONFLICT (name) DO UPDATE SET digest = excluded.digest, body = excluded.body)",
            name, digest, text);
    if (done)
        done = count_what_waits();
    if (!done)
        return after_failure(std::move(done), before).error();
    return !is_acked;
}

Result<std::string> Spool::note(std::string_view name)
{
    std::string text;
    auto done = database_.query(
        "SELECT text FROM note WHERE name = ?1",
        [&](const Row& row) {
            text = row.text(0);
            return false;
        },
        name);
    if (!done)
        return std::move(done).error();
    return text;
}

Result<void> Spool::set_note(std::string_view name, std::string_view text)
{
    auto done = database_.execute(
        R"(INSERT INTO note (name, text) VALUES (?1, ?2)
           ON CONFLICT (name) DO UPDATE SET text = excluded.text)",
        name, text);
    const Counts before = counts_;
    return done ? done : after_failure(std::move(done), before);
}

void Spool::tidy_up()
{
    // At most a megabyte at a time: after a long outage the file shrinks over some minutes.
    (void)database_.run("PRAGMA incremental_vacuum(256)");
    database_.release_memory();
}

} // namespace mimamori::agent::report
