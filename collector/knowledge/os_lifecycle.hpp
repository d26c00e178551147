#pragma once

#include "collector/knowledge/knowledge_file.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/wire/sections/os.hpp"

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::collector::knowledge {

/// Whether an operating system still gets security updates.
enum class Support
{
    supported,     ///< It does, this very device included.
    extended_only, ///< Only under an extra programme; whether the device has it is not known, or
                   ///< the programme is free and run by others than the maker (Debian LTS).
    unsupported,   ///< It does not.
    unknown        ///< See `SupportVerdict::why`.
};
BOOST_DESCRIBE_ENUM(Support, supported, extended_only, unsupported, unknown)

/// What the lifecycle table says about one device, and what that rests on.
struct SupportVerdict
{
    Support state{Support::unknown};
    std::string os;                ///< "Windows 10 21H2 (LTSC 2021)"; empty: not identified.
    std::vector<std::string> rows; ///< Ids of the table rows that were looked at.
    std::optional<Date> last_day;  ///< Last day of updates: to come, or (unsupported) gone by.
    std::optional<int> days_left;  ///< From today to `last_day`; only while there are updates.
    std::optional<Date> ended_on;  ///< `extended_only`: the last day without the programme.
    std::string programme;         ///< The extra programme, where one matters.
    bool programme_is_free{false}; ///< Nobody needs a licence for it.
    bool next_is_free{false}; ///< A later version of the same Windows is an update, no purchase.
    std::string why;          ///< Unknown: which fact is missing or not verified.
    Date data_date{};         ///< Of the table.
    std::string source;       ///< Where the dates were read.
    std::string source_date;  ///< When, as the source tells it: "2026-08-22", "2024-01".
};

/// One row of the table. See conf/knowledge/source/os_lifecycle.json for the meaning.
struct LifecycleRow
{
    struct Step
    {
        std::string name; ///< "ESU year 2".
        Date ends{};
    };

    std::string id;
    std::string family;
    std::string product;
    std::string version;
    std::optional<std::uint32_t> build;
    std::string servicing;
    std::vector<std::string> editions;
    std::string distribution;
    std::string version_id;
    std::vector<std::string> names;
    std::optional<Date> ends_earliest;
    std::optional<Date> ends_latest;
    std::string confidence;
    std::optional<Date> extended_earliest;
    std::optional<Date> extended_latest;
    std::string extended_confidence;
    std::string programme;
    bool programme_is_free{false};
    std::vector<Step> programme_steps;
    std::uint32_t source{0};
    std::string source_date;
};
BOOST_DESCRIBE_STRUCT(LifecycleRow::Step, (), (name, ends))
BOOST_DESCRIBE_STRUCT(
    LifecycleRow,
    (),
    (id,
     family,
     product,
     version,
     build,
     servicing,
     editions,
     distribution,
     version_id,
     names,
     ends_earliest,
     ends_latest,
     confidence,
     extended_earliest,
     extended_latest,
     extended_confidence,
     programme,
     programme_is_free,
     programme_steps,
     source,
     source_date))

/// What an EditionID of the Windows registry stands for.
struct WindowsEdition
{
    std::string id;        ///< "IoTEnterpriseS".
    std::string edition;   ///< "IoT Enterprise".
    std::string servicing; ///< "general", "ltsc", "iot_core", "embedded", "server", …
};
BOOST_DESCRIBE_STRUCT(WindowsEdition, (), (id, edition, servicing))

/// How many dotted parts of VERSION_ID tell a distribution's releases apart.
struct LinuxDistribution
{
    std::string id;
    std::uint32_t version_parts{1};
};
BOOST_DESCRIBE_STRUCT(LinuxDistribution, (), (id, version_parts))

/// The content of os_lifecycle.json.
struct LifecycleTable
{
    std::vector<std::string> sources;
    std::vector<WindowsEdition> editions;
    std::vector<LinuxDistribution> distributions;
    std::vector<LifecycleRow> rows;
};
BOOST_DESCRIBE_STRUCT(LifecycleTable, (), (sources, editions, distributions, rows))

/// Ends of support by edition, channel and build. Immutable; may be shared by threads.
class OsLifecycle
{
public:
    /// Reads a lifecycle file. Errors: `invalid_input`, `too_large`.
    static Result<OsLifecycle> parse(std::string_view text);

    const KnowledgeHead& head() const { return file_.head; }

    const LifecycleTable& table() const { return file_.table; }

    /// Judges one device on one day. What does not identify a row, or rests on a date that nobody
    /// verified, is `unknown`. An extra programme counts only when `os.extended_support` says so:
    /// "licensed", or "licensed:2" where the programme is bought by the year; "none"; empty.
    SupportVerdict verdict(const wire::OsSection& os, Date today) const;

private:
    explicit OsLifecycle(KnowledgeFile<LifecycleTable> file);

    std::vector<const LifecycleRow*> windows_rows(
        const wire::OsSection& os, std::string& why) const;
    bool has_free_successor(const LifecycleRow& row) const;
    std::vector<const LifecycleRow*> linux_rows(const wire::OsSection& os, std::string& why) const;

    KnowledgeFile<LifecycleTable> file_;
};

} // namespace mimamori::collector::knowledge
