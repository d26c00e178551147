#pragma once

#include "collector/people/audit.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// The record of changes as a file, which can be checked anywhere.
namespace mimamori::collector::people {

/// An entry; see storage::Change.
struct ChangeLine
{
    std::int64_t no{0};
    Timestamp at{};
    std::string who;
    std::string action;
    std::string detail;
    std::string hash;
};
BOOST_DESCRIBE_STRUCT(ChangeLine, (), (no, at, who, action, detail, hash))

/// A signature; see storage::SignedHead.
struct HeadLine
{
    std::int64_t no{0};
    std::string hash;
    Timestamp signed_at{};
    std::string key;
    std::string signature;
};
BOOST_DESCRIBE_STRUCT(HeadLine, (), (no, hash, signed_at, key, signature))

struct AuditExport
{
    std::vector<ChangeLine> items; ///< The oldest first.
    std::vector<HeadLine> heads;
};
BOOST_DESCRIBE_STRUCT(AuditExport, (), (items, heads))

ChangeLine line_of(storage::Change change);

/// Errors: conflict when there are more than `rows_max` entries.
Result<AuditExport> read_export(storage::Session& session, std::size_t rows_max);

/// For spreadsheets: with a mark for UTF-8, and no cell that they take for a formula.
std::string to_csv(const AuditExport& exported);

/// The inverse of its JSON. Errors: invalid_input, too_large.
Result<AuditExport> read_export(std::string_view json);

/// As `check_record`, for an exported record.
AuditReport check_export(
    const AuditExport& exported, const std::string& expected_head, std::string_view key);

} // namespace mimamori::collector::people
