#include "collector/api/exports.hpp"

#include "collector/api/access.hpp"
#include "collector/api/answer.hpp"
#include "collector/api/table_file.hpp"
#include "collector/storage/audit_store.hpp"
#include "collector/storage/database.hpp"
#include "common/base/utf8.hpp"

#include <boost/describe/class.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace mimamori::collector::api {
namespace {

constexpr std::size_t list_bytes_max = 400;

struct ExportBody
{
    std::string list;                           ///< What the file is called.
    std::string format;                         ///< "csv", "sjis" or "xlsx".
    bool replace{false};                        ///< What Shift_JIS does not have, by 〓.
    std::vector<std::vector<std::string>> rows; ///< As the page shows them, the heads first.
};
BOOST_DESCRIBE_STRUCT(ExportBody, (), (list, format, replace, rows))

Result<void> check(const ExportBody& body)
{
    if (body.list.empty() || body.list.size() > list_bytes_max)
        return Error{Errc::invalid_input, "list: 1 to 400 bytes"};
    if (std::find(file_formats.begin(), file_formats.end(), body.format) == file_formats.end())
        return Error{Errc::invalid_input, "format: csv, sjis or xlsx"};
    const std::size_t columns = body.rows.empty() ? 0 : body.rows.front().size();
    if (columns == 0 || columns > ledger::table_columns_max)
        return Error{Errc::invalid_input, "rows: the first has 1 to 100 heads"};
    for (const ledger::Row& row : body.rows)
        if (row.size() != columns)
            return Error{Errc::invalid_input, "rows: each has as many cells as there are heads"};
    return {};
}

} // namespace

awaitable<http::Response> post_export(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<ExportBody>(request);
    if (!body)
        co_return refuse(body.error());
    if (auto good = check(*body); !good)
        co_return refuse(good.error());
    const FileWish wish{body->format, body->replace};
    const std::string name = fmt::format("mimamori-{}", to_iso_date(today_of(services)));
    auto made = table_file(body->rows, wish, name);
    if (made.status != http::Status::ok)
        co_return made;
    // What leaves the house is known; without that it does not leave.
    const std::string what =
        fmt::format("{}: {}, {} rows", for_log(body->list), body->format, body->rows.size() - 1);
    auto note = [&, now = services.clock.now()](storage::Session& session) {
        return storage::record_change(session, principal->name, "list.export", what, now);
    };
    auto noted = co_await services.database.write(note);
    if (!noted)
        co_return refuse(noted.error());
    co_return made;
}

} // namespace mimamori::collector::api
