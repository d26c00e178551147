#pragma once

#include "collector/knowledge/knowledge_file.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::collector::knowledge {

/// Which line of updates a Windows takes: clients and servers share build numbers but not updates.
enum class WindowsPlatform
{
    client,
    server
};
BOOST_DESCRIBE_ENUM(WindowsPlatform, client, server)

/// How far a Windows is behind the monthly security releases ("B releases").
enum class PatchLevel
{
    known,           ///< The counts hold.
    newer_than_data, ///< Its revision is higher than any in the table: at least as new as that.
    unknown          ///< See `PatchVerdict::why`.
};
BOOST_DESCRIBE_ENUM(PatchLevel, known, newer_than_data, unknown)

/// What the update table says about one device, and what that rests on.
struct PatchVerdict
{
    PatchLevel level{PatchLevel::unknown};

    /// Monthly releases that the table lists and the device lacks.
    int months_listed{0};

    /// The same and the releases that must have come out since the table ended, one every second
    /// Tuesday for as long as the line is serviced.
    int months_behind{0};

    /// One of the counted months rests on a single report.
    bool reported_once{false};

    /// Releases are due that the table does not have yet: it should be refreshed.
    bool table_is_behind{false};

    std::optional<Date> patch_day; ///< Day of the newest listed security release the device has.
    std::optional<Date> newest_listed; ///< Day of the newest security release in the table.
    std::string newest_kb;             ///< Its KB: what to install.
    std::string line;                  ///< "Windows 11 24H2".
    std::string why;                   ///< Unknown: which fact is missing.
    Date data_date{};                  ///< Of the table.
};

/// One update of a line.
struct WindowsUpdate
{
    std::uint32_t ubr{0};    ///< Revision: the last number of 10.0.26100.9445.
    std::optional<Date> day; ///< Absent: not known.
    std::string type;        ///< "B", "preview", "oob", "RTM", "hotpatch", "other", "unknown".
    std::string kb;
    bool reported_once{false};
};
BOOST_DESCRIBE_STRUCT(WindowsUpdate, (), (ubr, day, type, kb, reported_once))

/// The updates of one platform and build, by rising revision.
struct WindowsLine
{
    WindowsPlatform platform{WindowsPlatform::client};
    std::uint32_t build{0};
    std::string name;
    Date serviced_until{}; ///< Last day any edition gets updates, extra programmes included.
    std::vector<WindowsUpdate> updates;
};
BOOST_DESCRIBE_STRUCT(WindowsLine, (), (platform, build, name, serviced_until, updates))

/// An update of a Windows before 10, which has no revision.
struct LegacyUpdate
{
    std::string kb;
    std::optional<Date> day;
    std::string track; ///< "monthly_rollup" or "security_only".
};
BOOST_DESCRIBE_STRUCT(LegacyUpdate, (), (kb, day, track))

/// The updates of a Windows before 10.
struct LegacyProduct
{
    std::string product; ///< "Windows Server 2012 R2".
    std::string service_pack;
    std::vector<LegacyUpdate> updates;
};
BOOST_DESCRIBE_STRUCT(LegacyProduct, (), (product, service_pack, updates))

/// The content of windows_builds.json.
struct WindowsBuildsTable
{
    std::string data_remark;
    std::vector<std::string> sources;
    std::vector<WindowsLine> lines;
    std::vector<LegacyProduct> legacy;
};
BOOST_DESCRIBE_STRUCT(WindowsBuildsTable, (), (data_remark, sources, lines, legacy))

/// Patch levels of Windows. Immutable; may be shared by threads.
class WindowsBuilds
{
public:
    /// Reads a table of builds. Errors: `invalid_input`, `too_large`.
    static Result<WindowsBuilds> parse(std::string_view text);

    const KnowledgeHead& head() const { return file_.head; }

    const WindowsBuildsTable& table() const { return file_.table; }

    /// Counts the calendar months with a B release of a higher revision. A month counts once, and
    /// a hotpatched device counts as patched up to the hotpatch's day, whatever its revision.
    PatchVerdict months_behind(
        WindowsPlatform platform, std::uint32_t build, std::uint32_t ubr, Date today) const;

    /// The same for Windows 7, 8.1 and the servers of their time, from the installed KBs. `product`
    /// is a name such as "Windows 7 Professional"; the longest product that it starts with counts.
    PatchVerdict months_behind_by_kb(
        std::string_view product, std::span<const std::string> installed_kbs) const;

private:
    explicit WindowsBuilds(KnowledgeFile<WindowsBuildsTable> file);

    KnowledgeFile<WindowsBuildsTable> file_;
};

/// How many second Tuesdays there are in the days after `after` up to and including `last`.
int patch_tuesdays(Date after, Date last);

} // namespace mimamori::collector::knowledge
