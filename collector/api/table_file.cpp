#include "collector/api/table_file.hpp"

#include "collector/api/access.hpp"
#include "common/wire/json_writer.hpp"

#include <fmt/format.h>

#include <utility>

namespace mimamori::collector::api {
namespace {

http::Response file(std::string content, std::string_view type, std::string_view name)
{
    http::Response response = http::text(http::Status::ok, std::move(content));
    response.content_type = type;
    response.headers.add("Content-Disposition", fmt::format("attachment; filename=\"{}\"", name));
    return response;
}

http::Response refuse_unfit(
    const std::vector<ledger::Unfit>& unfit, const std::vector<ledger::Row>& rows)
{
    std::string told;
    for (const ledger::Unfit& one : unfit)
        told += fmt::format(
            "{}{}: {} ({})", told.empty() ? "" : ", ", rows[one.row - 1].front(), one.character,
            rows.front()[one.column - 1]);
    std::string members = "\"detail\":";
    wire::append_json_string(members, told);
    return http::problem_with(
        http::Status::bad_request, "does_not_fit", members, "not in Shift_JIS");
}

} // namespace

http::Response table_file(
    const std::vector<ledger::Row>& rows, const FileWish& wish, std::string_view name)
{
    if (wish.format == "csv")
        return file(ledger::to_csv(rows), "text/csv; charset=utf-8", fmt::format("{}.csv", name));
    if (wish.format == "sjis")
    {
        std::vector<ledger::Unfit> unfit;
        std::string content = ledger::to_shift_jis_csv(rows, unfit);
        if (!unfit.empty() && !wish.replace)
            return refuse_unfit(unfit, rows);
        return file(std::move(content), "text/csv; charset=Shift_JIS", fmt::format("{}.csv", name));
    }
    auto content = ledger::to_xlsx(rows);
    if (!content)
        return refuse(content.error());
    return file(
        std::move(*content), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        fmt::format("{}.xlsx", name));
}

} // namespace mimamori::collector::api
