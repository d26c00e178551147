#pragma once

#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/wire/json_reader.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <string>
#include <string_view>

/// What the collector knows beforehand: tables made by scripts/knowledge, compiled in, and
/// refreshed by signed files. The classes here only look up; they decide nothing about findings.
namespace mimamori::collector::knowledge {

/// The first members of every knowledge file.
struct KnowledgeHead
{
    std::string name;         ///< "os_lifecycle".
    std::uint64_t version{0}; ///< YYYYMMDDnn; only ever rises.
    Date data_date{};         ///< The day of the newest fact. Shown beside every verdict.
    Date expires{};           ///< A refresh that has passed this day is refused.

    friend bool operator==(const KnowledgeHead&, const KnowledgeHead&) = default;
};
BOOST_DESCRIBE_STRUCT(KnowledgeHead, (), (name, version, data_date, expires))

/// The bytes of a knowledge file that is compiled into the program, by its name without ".json".
/// A name that is not compiled in is a bug.
std::string_view embedded_knowledge(std::string_view name);

/// Limits for reading a knowledge file.
inline constexpr wire::JsonLimits knowledge_limits{
    .bytes_max = 4U * 1024 * 1024,
    .depth_max = 8,
    .values_max = 400'000,
    .elements_max = 20'000,
    .string_bytes_max = 4U * 1024,
};

/// Checks what every knowledge file must have. Errors: `invalid_input`, naming the file.
Result<void> check_head(const KnowledgeHead& head, std::string_view name);

/// A knowledge file as it was read: its head and its content.
template <class Table>
struct KnowledgeFile
{
    KnowledgeHead head;
    Table table;
};

/// Reads the knowledge file `name` into its described struct `Table`.
/// Errors: `invalid_input` and `too_large`, naming the file and the place in it.
template <class Table>
Result<KnowledgeFile<Table>> read_knowledge(std::string_view text, std::string_view name)
{
    const auto document = wire::parse_json(text, knowledge_limits);
    if (!document)
        return document.error().in(name);

    KnowledgeFile<Table> file;
    if (auto done = wire::decode(*document, file.head, {}); !done)
        return done.error().in(name);
    if (auto done = check_head(file.head, name); !done)
        return done.error();
    if (auto done = wire::decode(*document, file.table, {}); !done)
        return done.error().in(name);
    return file;
}

} // namespace mimamori::collector::knowledge
