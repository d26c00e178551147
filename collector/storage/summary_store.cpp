#include "collector/storage/summary_store.hpp"

#include "collector/storage/device_store.hpp"
#include "collector/storage/statement.hpp"
#include "common/base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mimamori::collector::storage {
namespace {

/// Lists show no more of what a device calls itself: a name of DNS has 253 bytes at most.
constexpr std::size_t text_bytes_max = 255;

std::string_view shown(std::string_view text)
{
    return utf8_prefix(text, text_bytes_max);
}

std::optional<Timestamp> moment(const Statement& row, int index)
{
    if (row.is_null(index))
        return std::nullopt;
    return from_ms(row.integer(index));
}

/// One row of `SELECT *` from device_summary, whose columns only migrations change: at the end.
DeviceSummary read_row(const Statement& row)
{
    const auto text = [&row](int index) { return std::string{row.text(index)}; };
    const auto count = [&row](int index) { return static_cast<std::uint32_t>(row.integer(index)); };
    DeviceSummary found;
    found.device_no = row.integer(0);
    found.id = DeviceId{text(1)};
    found.site = SiteId{text(2)};
    found.device_class = text(3);
    found.name = text(4);
    found.hostname = text(5);
    found.domain = text(6);
    found.os = text(7);
    found.os_version = text(8);
    found.vendor = text(9);
    found.model = text(10);
    found.serial = text(11);
    found.addresses = text(12);
    found.macs = text(13);
    found.antivirus = text(14);
    found.av_pattern_built_at = moment(row, 15);
    found.agent_version = text(16);
    found.created_at = from_ms(row.integer(17));
    found.last_seen_at = moment(row, 18);
    found.facts_at = moment(row, 19);
    found.cloned = row.integer(20) != 0;
    found.state = text(21);
    found.open_action = count(22);
    found.open_warning = count(23);
    found.open_info = count(24);
    found.unknown_rules = count(25);
    found.judged_at = moment(row, 26);
    found.stage = text(27);
    return found;
}

void append_word(std::string& list, std::string_view word, std::string_view between)
{
    if (word.empty())
        return;
    if (!list.empty())
        list += between;
    list += word;
}

/// "22H2 (19045.4529)", "12", "19045.4529".
std::string version_text(const wire::OsSection& os)
{
    std::string build;
    if (os.build)
        build = os.revision ? fmt::format("{}.{}", *os.build, *os.revision)
                            : fmt::format("{}", *os.build);
    if (os.version.empty())
        return build;
    return build.empty() ? os.version : fmt::format("{} ({})", os.version, build);
}

void update_os(Session& session, std::int64_t device_no, const wire::OsSection& os)
{
    const std::string version = version_text(os);
    session
        .prepared(R"sql(
            UPDATE device_summary
            SET hostname = ?2, domain = ?3, os = ?4, os_version = ?5,
                name = coalesce(
                    (SELECT nullif(display_name, '') FROM device WHERE no = ?1),
                    nullif(?2, ''), id)
            WHERE device_no = ?1)sql")
        ->bind(1, device_no)
        .bind(2, shown(os.hostname))
        .bind(3, shown(os.domain))
        .bind(4, shown(os.product))
        .bind(5, shown(version))
        .run();
}

void update_hardware(
    Session& session, std::int64_t device_no, const wire::HardwareSection& hardware)
{
    session
        .prepared("UPDATE device_summary SET vendor = ?2, model = ?3, serial = ?4 "
                  "WHERE device_no = ?1")
        ->bind(1, device_no)
        .bind(2, shown(hardware.vendor))
        .bind(3, shown(hardware.model))
        .bind(4, shown(hardware.serial))
        .run();
}

/// What of an address is worth a column: not loopback, not link-local.
bool is_for_lists(std::string_view address)
{
    return !address.empty() && !address.starts_with("127.") && address != "::1"
           && !address.starts_with("fe80:") && !address.starts_with("169.254.");
}

void update_interfaces(
    Session& session, std::int64_t device_no, const wire::InterfacesSection& interfaces)
{
    constexpr std::size_t column_bytes_max = 400;
    std::string addresses;
    std::string macs;
    for (const wire::Adapter& adapter : interfaces.adapters)
    {
        if (adapter.kind == "loopback")
            continue;
        for (const std::string& with_length : adapter.addresses)
        {
            const std::string_view address =
                std::string_view{with_length}.substr(0, with_length.find('/'));
            if (is_for_lists(address) && addresses.size() < column_bytes_max)
                append_word(addresses, address, " ");
        }
        if (macs.size() < column_bytes_max)
            append_word(macs, adapter.mac, " ");
    }
    session.prepared("UPDATE device_summary SET addresses = ?2, macs = ?3 WHERE device_no = ?1")
        ->bind(1, device_no)
        .bind(2, utf8_prefix(addresses, column_bytes_max))
        .bind(3, utf8_prefix(macs, column_bytes_max))
        .run();
}

void update_antivirus(
    Session& session, std::int64_t device_no, const wire::AntivirusSection& antivirus)
{
    constexpr std::size_t column_bytes_max = 200;
    std::string names;
    std::optional<std::int64_t> newest_ms;
    for (const wire::AntivirusProduct& product : antivirus.products)
    {
        if (names.size() < column_bytes_max)
            append_word(names, product.name, ", ");
        if (product.has_pattern && product.pattern_built_at)
            newest_ms = std::max(
                newest_ms.value_or(to_ms(*product.pattern_built_at)),
                to_ms(*product.pattern_built_at));
    }
    session
        .prepared("UPDATE device_summary SET antivirus = ?2, av_pattern_built_at_ms = ?3 "
                  "WHERE device_no = ?1")
        ->bind(1, device_no)
        .bind(2, shown(names))
        .bind(3, newest_ms)
        .run();
}

} // namespace

Result<DeviceSummary> find_summary(Session& session, const DeviceId& id)
{
    const auto row = session.prepared("SELECT * FROM device_summary WHERE id = ?1");
    row->bind(1, std::string_view{id.text()});
    if (!row->next())
        return Error{Errc::not_found, "no device " + id.text()};
    return read_row(*row);
}

std::string find_footprint(Session& session, std::int64_t device_no)
{
    const auto row = session.prepared(R"sql(
        SELECT live.footprint FROM agent
        JOIN agent_live AS live ON live.agent_no = agent.no
        WHERE agent.device_no = ?1 AND live.footprint IS NOT NULL
        ORDER BY live.last_seen_ms DESC LIMIT 1)sql");
    row->bind(1, device_no);
    return row->next() ? std::string{row->text(0)} : std::string{};
}

std::vector<DeviceId> all_devices(Session& session)
{
    const auto rows =
        session.prepared("SELECT id FROM device WHERE class NOT IN ('ledger', 'site') ORDER BY no");
    std::vector<DeviceId> found;
    while (rows->next())
        found.emplace_back(std::string{rows->text(0)});
    return found;
}

void update_summary(
    Session& session, std::int64_t device_no, const wire::Facts& facts, Timestamp now)
{
    if (facts.os)
        update_os(session, device_no, *facts.os);
    if (facts.hardware)
        update_hardware(session, device_no, *facts.hardware);
    if (facts.interfaces)
        update_interfaces(session, device_no, *facts.interfaces);
    if (facts.antivirus)
        update_antivirus(session, device_no, *facts.antivirus);
    session.prepared("UPDATE device_summary SET facts_at_ms = ?2 WHERE device_no = ?1")
        ->bind(1, device_no)
        .bind(2, to_ms(now))
        .run();
}

Result<void> set_judged_state(
    Session& session, const DeviceId& id, const JudgedState& judged, Timestamp now)
{
    const auto update = session.prepared(R"sql(
        UPDATE device_summary
        SET state = ?2, open_action = ?3, open_warning = ?4, open_info = ?5, unknown_rules = ?6,
            judged_at_ms = ?7
        WHERE id = ?1)sql");
    const auto changed = update->bind(1, std::string_view{id.text()})
                             .bind(2, std::string_view{judged.state})
                             .bind(3, std::int64_t{judged.open_action})
                             .bind(4, std::int64_t{judged.open_warning})
                             .bind(5, std::int64_t{judged.open_info})
                             .bind(6, std::int64_t{judged.unknown_rules})
                             .bind(7, to_ms(now))
                             .run();
    if (changed == 0)
        return Error{Errc::not_found, "no device " + id.text()};
    return {};
}

} // namespace mimamori::collector::storage
