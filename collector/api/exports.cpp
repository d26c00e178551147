#include "collector/api/exports.hpp"

#include "collector/api/access.hpp"
#include "collector/api/answer.hpp"
#include "collector/storage/audit_store.hpp"
#include "collector/storage/database.hpp"
#include "common/base/utf8.hpp"

#include <boost/describe/class.hpp>
#include <fmt/format.h>

#include <cstdint>
#include <string>

namespace mimamori::collector::api {
namespace {

constexpr std::size_t list_bytes_max = 400;
constexpr std::int64_t rows_most = 1'000'000;

struct ExportBody
{
    std::string list; ///< What the file is called.
    std::int64_t rows{0};
};
BOOST_DESCRIBE_STRUCT(ExportBody, (), (list, rows))

} // namespace

awaitable<http::Response> post_export(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<ExportBody>(request);
    if (!body)
        co_return refuse(body.error());
    if (body->list.empty() || body->list.size() > list_bytes_max)
        co_return refuse(Error{Errc::invalid_input, "list: 1 to 400 bytes"});
    if (body->rows < 0 || body->rows > rows_most)
        co_return refuse(Error{Errc::invalid_input, "rows: 0 to 1000000"});
    const std::string what = fmt::format("{}: {} rows", for_log(body->list), body->rows);
    auto note = [&, now = services.clock.now()](storage::Session& session) {
        return storage::record_change(session, principal->name, "list.export", what, now);
    };
    auto noted = co_await services.database.write(note);
    co_return done_or_refused(noted);
}

} // namespace mimamori::collector::api
