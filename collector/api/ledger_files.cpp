#include "collector/api/ledger_files.hpp"

#include "collector/api/access.hpp"
#include "collector/api/answer.hpp"
#include "collector/api/ledger_view.hpp"
#include "collector/api/list_query.hpp"
#include "collector/api/query.hpp"
#include "collector/api/sites.hpp"
#include "collector/api/table_file.hpp"
#include "collector/findings/texts.hpp"
#include "collector/ledger/columns.hpp"
#include "collector/ledger/desk.hpp"
#include "collector/ledger/import.hpp"
#include "collector/ledger/table.hpp"
#include "collector/storage/audit_store.hpp"
#include "collector/storage/liveness.hpp"
#include "collector/storage/site_store.hpp"
#include "common/base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mimamori::collector::api {
namespace {

constexpr std::size_t export_rows_max = 200'000;
constexpr std::size_t narrowing_bytes_max = 4'000; ///< More than any list takes.
constexpr std::size_t samples_shown = 3;
constexpr std::size_t refused_shown = 200;

struct ImportColumn
{
    std::string head;
    std::string field; ///< Empty: passed over.
    std::vector<std::string> samples;
};
BOOST_DESCRIBE_STRUCT(ImportColumn, (), (head, field, samples))

struct RefusedView
{
    std::int64_t row{0};    ///< From 1, as spreadsheets count.
    std::int64_t column{0}; ///< From 1; 0: the row as a whole.
    std::string
        why; ///< "no_key", "twice", "several", "not_found", "bad_value", "no_site", "no_name".
    std::string cell;
};
BOOST_DESCRIBE_STRUCT(RefusedView, (), (row, column, why, cell))

struct ImportView
{
    std::string encoding; ///< "UTF-8", "UTF-16", "Shift_JIS", "XLSX".
    std::int64_t rows{0}; ///< Without the heads.
    std::vector<ImportColumn> columns;
    std::string key;              ///< The field by which devices are found; empty: none fits.
    std::optional<PlanView> plan; ///< Nothing while no key is there.
    std::int64_t refused_rows{0};
    std::vector<RefusedView> refused; ///< The first of them.
    std::optional<std::int64_t> job;  ///< That takes it in; see GET /api/v1/ledger/jobs.
};
BOOST_DESCRIBE_STRUCT(
    ImportView, (), (encoding, rows, columns, key, plan, refused_rows, refused, job))

/// A file that is asked for.
struct ExportWish
{
    FileWish file;
    std::vector<const ledger::Column*> columns;
    ledger::CellWords words;
};

Result<ExportWish> wish_of(const http::Request& request, const Services& services)
{
    ExportWish wish;
    auto format = choice_in_query(request, "format", file_formats);
    const auto language = choice_in_query(request, "lang", {"ja", "en"});
    const auto replace = choice_in_query(request, "replace", {"", "1"});
    const auto names = text_in_query(request, "columns", 500);
    for (const Result<std::string>* part :
         std::initializer_list<const Result<std::string>*>{&format, &language, &replace, &names})
        if (!*part)
            return part->error();
    auto columns = ledger::parse_columns(*names);
    if (!columns)
        return columns.error();
    wish.file.format = std::move(*format);
    wish.file.replace = !replace->empty();
    wish.columns = std::move(*columns);
    wish.words.language = *language == "ja" ? ledger::Language::ja : ledger::Language::en;
    wish.words.utc_offset = services.utc_offset;
    wish.words.title = [ja = *language == "ja"](const storage::OpenRule& one) {
        auto title = findings::Texts::embedded().title_of(one.rule, one.variant);
        return ja ? std::move(title.ja) : std::move(title.en);
    };
    return wish;
}

Result<std::vector<ledger::Row>> rows_of(
    storage::Session& session,
    storage::DeviceQuery query,
    ExportWish& wish,
    const storage::Liveness& liveness)
{
    for (const storage::Site& site : storage::list_site_tree(session))
        wish.words.sites.emplace(site.id.text(), site.name);
    query.rows_max = export_rows_max;
    auto devices = storage::list_devices(session, query);
    if (!devices)
        return devices.error();
    std::vector<ledger::Row> rows(1);
    for (const ledger::Column* column : wish.columns)
        rows.front().emplace_back(ledger::title_of(*column, wish.words.language));
    for (storage::DeviceRow& device : *devices)
    {
        if (const auto live = liveness.of(device.id))
            device.last_seen = live->last_seen_at;
        ledger::Row& row = rows.emplace_back();
        for (const ledger::Column* column : wish.columns)
            row.push_back(ledger::cell_of(device, *column, wish.words));
    }
    return rows;
}

/// What the list was narrowed by, for the record of changes.
std::string told_narrowing(const http::Request& request)
{
    std::string told;
    for (const char* name : {"state", "filter", "q"})
    {
        const auto value = text_in_query(request, name, narrowing_bytes_max);
        if (value && !value->empty())
            told += fmt::format(", {} {}", name, for_log(*value));
    }
    return told;
}

/// What to do with a file.
struct AskedImport
{
    ledger::ImportWish wish;
    bool columns_given{false};
    std::string expect;
    std::string file;
};

std::vector<std::string> split(std::string_view text)
{
    std::vector<std::string> parts;
    for (;;)
    {
        const auto end = text.find(',');
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos)
            return parts;
        text.remove_prefix(end + 1);
    }
}

Result<AskedImport> asked_import(
    const http::Request& request, const Principal& principal, Date today)
{
    AskedImport asked;
    const auto columns = text_in_query(request, "columns", 2'000);
    auto key = text_in_query(request, "key", 50);
    const auto add = choice_in_query(request, "add", {"", "1"});
    const auto clear = choice_in_query(request, "clear", {"", "1"});
    auto expect = text_in_query(request, "expect", 100);
    auto file = text_in_query(request, "file", 300);
    for (const Result<std::string>* part : std::initializer_list<const Result<std::string>*>{
             &columns, &key, &add, &clear, &expect, &file})
        if (!*part)
            return part->error();
    asked.columns_given = !columns->empty();
    if (asked.columns_given)
        asked.wish.columns = split(*columns);
    asked.wish.key = std::move(*key);
    asked.wish.add = !add->empty();
    asked.wish.clear = !clear->empty();
    // Who sees a part must say where a device belongs, unless the part is one site.
    if (principal.sees_all())
        asked.wish.site = people::root_site().text();
    else if (principal.sites.size() == 1)
        asked.wish.site = principal.sites.front().text();
    asked.wish.today = today;
    asked.expect = std::move(*expect);
    asked.file = std::move(*file);
    return asked;
}

/// A file that cannot be taken: its sender is told why, also when it is too large.
http::Response refuse_file(const Error& error)
{
    if (error.code != Errc::too_large)
        return refuse(error);
    std::string members = "\"detail\":";
    wire::append_json_string(members, error.message);
    return http::problem_with(http::Status::content_too_large, "too_large", members);
}

/// The first field that the file has and by which devices can be found.
std::string usual_key(const std::vector<std::string>& columns)
{
    for (const char* key : {"name", "hostname", "asset_number", "me_number", "serial", "mac"})
        if (std::find(columns.begin(), columns.end(), key) != columns.end())
            return key;
    return {};
}

std::vector<ImportColumn> columns_of(
    const ledger::Table& table, const std::vector<std::string>& fields)
{
    std::vector<ImportColumn> columns;
    for (std::size_t c = 0; c < table.rows.front().size(); ++c)
    {
        ImportColumn column;
        column.head = table.rows.front()[c];
        column.field = c < fields.size() ? fields[c] : std::string{};
        for (std::size_t r = 1; r < table.rows.size() && column.samples.size() < samples_shown; ++r)
            if (c < table.rows[r].size() && !table.rows[r][c].empty())
                column.samples.push_back(table.rows[r][c]);
        columns.push_back(std::move(column));
    }
    return columns;
}

/// A file as it was understood.
struct ReadImport
{
    ImportView view;
    ledger::Plan plan;
};

Result<ReadImport> read_import(
    storage::Session& session, const std::string& bytes, AskedImport asked)
{
    const auto table = ledger::read_table(bytes);
    if (!table)
        return table.error();
    if (!asked.columns_given)
        asked.wish.columns = ledger::guessed_columns(table->rows.front());
    if (asked.wish.key.empty())
        asked.wish.key = usual_key(asked.wish.columns);
    ReadImport read;
    read.view.encoding = table->encoding;
    read.view.rows = static_cast<std::int64_t>(table->rows.size()) - 1;
    read.view.columns = columns_of(*table, asked.wish.columns);
    read.view.key = asked.wish.key;
    if (asked.wish.key.empty())
        return read;
    auto made = ledger::plan_import(session, *table, asked.wish);
    if (!made)
        return made.error();
    read.view.plan = view_of(made->plan);
    read.view.refused_rows = static_cast<std::int64_t>(made->refused.size());
    for (ledger::RefusedRow& row : made->refused)
        if (read.view.refused.size() < refused_shown)
            read.view.refused.push_back(
                {static_cast<std::int64_t>(row.row), static_cast<std::int64_t>(row.column),
                 std::move(row.why), std::move(row.detail)});
    read.plan = std::move(made->plan);
    return read;
}

} // namespace

awaitable<http::Response> get_export(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    auto asked = asked_devices(request, services);
    if (!asked)
        co_return refuse(asked.error());
    if (asked->bad)
        co_return refuse_filter(*asked->bad);
    auto wish = wish_of(request, services);
    if (!wish)
        co_return refuse(wish.error());
    auto hospital = co_await hospital_now(services);
    if (!hospital)
        co_return refuse(hospital.error());
    wish->words.hospital = std::move(*hospital);
    auto look = [&](storage::Session& session) {
        return rows_of(session, asked->query, *wish, services.liveness);
    };
    auto rows = co_await read_as(*principal, services, look);
    if (!rows)
        co_return refuse(rows.error());
    // What leaves the house is known; without that it does not leave.
    const std::string what =
        fmt::format("{}: {} rows{}", wish->file.format, rows->size() - 1, told_narrowing(request));
    auto note = [&, now = services.clock.now()](storage::Session& session) {
        return storage::record_change(session, principal->name, "ledger.export", what, now);
    };
    auto noted = co_await services.database.write(note);
    if (!noted)
        co_return refuse(noted.error());
    const std::string name = fmt::format("mimamori-{}", to_iso_date(today_of(services)));
    co_return table_file(*rows, wish->file, name);
}

awaitable<http::Response> post_import(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::operate, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    auto asked = asked_import(request, *principal, today_of(services));
    if (!asked)
        co_return refuse(asked.error());
    auto look = [&](storage::Session& session) -> Result<ReadImport> {
        return read_import(session, request.body, *asked);
    };
    auto read = co_await read_as(*principal, services, look);
    if (!read)
        co_return refuse_file(read.error());
    ImportView view = std::move(read->view);
    if (asked->expect.empty())
        co_return answer(http::Status::ok, view);
    if (!view.plan || view.plan->expect != asked->expect)
        co_return refuse(Error{Errc::conflict, "what would be changed is not what was shown"});
    storage::LedgerJob job;
    job.person_id = principal->person_id;
    job.who = principal->name;
    job.file = std::move(asked->file);
    job.rows = view.rows;
    job.refused_rows = view.refused_rows;
    ledger::Work work{ledger::CarryOut{std::move(read->plan)}};
    auto taken = co_await services.desk->take(std::move(work), std::move(job));
    if (!taken)
        co_return refuse(taken.error());
    view.job = taken->no;
    co_return answer(http::Status::ok, view);
}

} // namespace mimamori::collector::api
