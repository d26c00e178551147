#include "agent/probes/logons.hpp"

#include "agent/probes/text.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace mimamori::agent::probes {

wire::Logon describe_logon(const LogonRecord& record)
{
    wire::Logon logon;
    logon.user = record.user;
    logon.last_at = from_seconds(record.at_s);
    const bool local_host = record.host.empty() || record.host.starts_with(':')
                            || record.host.starts_with("tmux(") || record.host == "login screen"
                            || record.host == "localhost" || record.host.starts_with("seat");
    logon.kind = local_host ? "interactive" : "remote";
    if (!local_host)
        logon.source = record.host;
    else if (record.line.starts_with("pts/"))
        logon.source = "terminal window";
    else
        logon.source = record.line;
    return logon;
}

std::vector<wire::Logon> newest_logons(const std::vector<LogonRecord>& records)
{
    std::map<std::tuple<std::string, std::string, std::string>, wire::Logon> by_place;
    for (const LogonRecord& record : records)
    {
        wire::Logon logon = describe_logon(record);
        wire::Logon& known = by_place[{logon.user, logon.kind, logon.source}];
        if (!known.last_at || *known.last_at < *logon.last_at)
            known = std::move(logon);
    }
    std::vector<wire::Logon> logons;
    for (auto& [place, logon] : by_place)
        logons.push_back(std::move(logon));
    std::stable_sort(logons.begin(), logons.end(), [](const wire::Logon& a, const wire::Logon& b) {
        return *a.last_at > *b.last_at;
    });
    return logons;
}

} // namespace mimamori::agent::probes
