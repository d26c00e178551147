#include "agent/probes/logons.hpp"
#include "agent/probes/sqlite_file.hpp"
#include "agent/probes/text.hpp"
#include "agent/probes/tree.hpp"

namespace mimamori::agent::probes {
namespace {

constexpr std::size_t log_end_bytes = 4U * 1024 * 1024;
constexpr std::size_t records_max = 20'000;

/// systems without wtmp (its seconds end in 2038) keep a database instead.
Result<void> read_wtmpdb(const Tree& tree, std::vector<LogonRecord>& records)
{
    const auto database = SqliteFile::open(tree, "/var/lib/wtmpdb/wtmp.db");
    if (!database)
        return database.error();
    constexpr int type_user = 3;
    auto rows = database->query(
        "SELECT Type, User, Login, TTY, RemoteHost FROM wtmp ORDER BY Login DESC LIMIT 20000");
    if (!rows)
        return rows.error();
    for (;;)
    {
        const auto more = rows->next();
        if (!more)
            return more.error();
        if (!*more)
            return {};
        if (rows->number(0) != type_user)
            continue;
        LogonRecord record;
        record.user = fact_text(rows->text(1), 256);
        record.at_s = rows->number(2) / 1'000'000;
        record.line = fact_text(rows->text(3), 256);
        record.host = fact_text(rows->text(4), 256);
        records.push_back(std::move(record));
    }
}

} // namespace

wire::LogonsSection read_logons(const ProbeContext& context)
{
    const Tree tree{context.root};
    wire::LogonsSection section;
    const auto kernel = context.live.kernel_name();
    const UtmpForm form = utmp_form_of(kernel ? kernel->machine : std::string{});

    std::vector<LogonRecord> records;
    std::optional<Error> missing;
    for (const std::string path : {"/var/log/wtmp.1", "/var/log/wtmp"})
    {
        const auto log = tree.read_end(path, log_end_bytes);
        if (log)
        {
            note_source(section.from, path);
            for (LogonRecord& record : parse_wtmp(*log, form))
            {
                if (records.size() < records_max)
                    records.push_back(std::move(record));
            }
        }
        else if (path == "/var/log/wtmp")
            missing = log.error();
    }
    if (const auto done = read_wtmpdb(tree, records))
    {
        note_source(section.from, "/var/lib/wtmpdb/wtmp.db");
        missing.reset();
    }
    else if (done.error().code != Errc::not_found)
        note_unknown(section.from, "logons", done.error());
    if (missing)
        note_unknown(section.from, "logons", *missing);
    section.logons = newest_logons(records);
    if (section.logons.size() > logons_max)
        section.logons.resize(logons_max);
    return section;
}

} // namespace mimamori::agent::probes
