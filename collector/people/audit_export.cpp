#include "collector/people/audit_export.hpp"

#include "common/base/table_cell.hpp"
#include "common/wire/json_reader.hpp"

#include <fmt/format.h>

#include <utility>

namespace mimamori::collector::people {
namespace {

constexpr wire::JsonLimits limits{
    .bytes_max = 512U * 1024 * 1024,
    .depth_max = 4,
    .values_max = 10'000'000,
    .elements_max = 1'000'000,
};

/// A cell that no spreadsheet takes for a formula.
std::string cell(std::string_view text)
{
    return csv_quoted(formula_guarded(text));
}

} // namespace

ChangeLine line_of(storage::Change change)
{
    return {
        change.no,
        change.at,
        std::move(change.who),
        std::move(change.action),
        std::move(change.detail),
        std::move(change.hash)};
}

Result<AuditExport> read_export(storage::Session& session, std::size_t rows_max)
{
    AuditExport exported;
    auto changes = storage::changes_after(session, 0, rows_max + 1);
    if (changes.size() > rows_max)
        return Error{Errc::conflict, fmt::format("the record has more than {} entries", rows_max)};
    for (storage::Change& change : changes)
        exported.items.push_back(line_of(std::move(change)));
    for (storage::SignedHead& head : storage::list_signed_heads(session))
        exported.heads.push_back(
            {head.no, std::move(head.hash), head.signed_at, std::move(head.key),
             std::move(head.signature)});
    return exported;
}

std::string to_csv(const AuditExport& exported)
{
    std::string text = "\xEF\xBB\xBFno,at,who,action,detail,hash\r\n";
    for (const ChangeLine& change : exported.items)
        text += fmt::format(
            "{},{},{},{},{},{}\r\n", change.no, to_rfc3339(change.at), cell(change.who),
            cell(change.action), cell(change.detail), change.hash);
    return text;
}

Result<AuditExport> read_export(std::string_view json)
{
    return wire::from_json<AuditExport>(json, limits);
}

AuditReport check_export(
    const AuditExport& exported, const std::string& expected_head, std::string_view key)
{
    std::vector<storage::SignedHead> heads;
    for (const HeadLine& head : exported.heads)
        heads.push_back({head.no, head.hash, head.signed_at, head.key, head.signature});
    ChainCheck check{std::move(heads), expected_head};
    for (const ChangeLine& change : exported.items)
        check.add({change.no, change.at, change.who, change.action, change.detail, change.hash});
    return check.finish(key);
}

} // namespace mimamori::collector::people
