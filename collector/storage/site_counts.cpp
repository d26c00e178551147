#include "collector/storage/site_counts.hpp"

#include "collector/storage/statement.hpp"

#include <algorithm>
#include <string_view>

namespace mimamori::collector::storage {
namespace {

SiteCounts* find(std::vector<SiteCounts>& sites, std::string_view id)
{
    const auto at = std::lower_bound(
        sites.begin(), sites.end(), id,
        [](const SiteCounts& site, std::string_view wanted) { return site.id < wanted; });
    return at == sites.end() || at->id != id ? nullptr : &*at;
}

void add_reasons(Session& session, std::vector<SiteCounts>& sites)
{
    const auto rows = session.prepared(R"sql(
        SELECT s.site_id, f.rule, count(DISTINCT f.device_no) AS devices
        FROM finding f JOIN device_summary s ON s.device_no = f.device_no
        WHERE f.state IN ('open', 'acknowledged') AND f.severity > 0
          AND s.class NOT IN ('ledger', 'site') AND s.stage = 'in_use'
        GROUP BY s.site_id, f.rule ORDER BY devices DESC, f.rule)sql");
    while (rows->next())
    {
        SiteCounts* site = find(sites, rows->text(0));
        if (!site || !site->rule.empty())
            continue;
        site->rule = rows->text(1);
        site->rule_devices = rows->integer(2);
    }
}

} // namespace

std::map<std::string, std::int64_t> waived_by_site(Session& session)
{
    std::map<std::string, std::int64_t> waived;
    const auto rows = session.prepared(R"sql(
        SELECT s.site_id, count(DISTINCT f.device_no)
        FROM finding f JOIN device_summary s ON s.device_no = f.device_no
        WHERE f.state = 'waived' AND s.class NOT IN ('ledger', 'site') AND s.stage = 'in_use'
        GROUP BY s.site_id)sql");
    while (rows->next())
        waived.emplace(rows->text(0), rows->integer(1));
    return waived;
}

std::vector<SiteCounts> count_by_site(Session& session)
{
    std::vector<SiteCounts> sites;
    {
        const auto rows = session.prepared(R"sql(
            SELECT s.site_id, coalesce(t.name, ''), s.state, count(*)
            FROM device_summary s LEFT JOIN site t ON t.id = s.site_id
            WHERE s.class NOT IN ('ledger', 'site') AND s.stage = 'in_use'
            GROUP BY s.site_id, s.state ORDER BY s.site_id)sql");
        while (rows->next())
        {
            if (sites.empty() || sites.back().id != rows->text(0))
                sites.push_back(
                    {std::string{rows->text(0)}, std::string{rows->text(1)}, {}, 0, {}, 0});
            add_to(sites.back().counts, rows->text(2), rows->integer(3));
        }
    }
    add_reasons(session, sites);
    for (const auto& [id, devices] : waived_by_site(session))
        if (SiteCounts* site = find(sites, id))
            site->waived = devices;
    return sites;
}

} // namespace mimamori::collector::storage
