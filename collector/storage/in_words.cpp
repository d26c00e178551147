#include "collector/storage/in_words.hpp"

#include "collector/storage/statement.hpp"
#include "common/base/utf8.hpp"

#include <string_view>

namespace mimamori::collector::storage {
namespace {

/// `sql` finds a name by an id.
std::string named(Session& session, const char* sql, const std::string& id)
{
    const auto row = session.prepared(sql);
    const bool found = row->bind(1, std::string_view{id}).next();
    const std::string name = found ? for_log(row->text(0)) : std::string{};
    return name.empty() || name == id ? id : name + " (" + id + ')';
}

} // namespace

std::string in_words(Session& session, const DeviceId& device)
{
    return named(session, "SELECT name FROM device_summary WHERE id = ?1", device.text());
}

std::string in_words(Session& session, const SiteId& site)
{
    return named(session, "SELECT name FROM site WHERE id = ?1", site.text());
}

std::string in_words(Session& session, const AgentId& agent)
{
    const char* const sql = R"sql(
        SELECT s.name FROM agent a JOIN device_summary s ON s.device_no = a.device_no
        WHERE a.id = ?1)sql";
    return named(session, sql, agent.text());
}

} // namespace mimamori::collector::storage
