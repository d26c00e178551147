#include "agent/probes/clamav_log.hpp"

#include "agent/antivirus/formats.hpp"
#include "agent/probes/antivirus_detections.hpp"
#include "agent/probes/text.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mimamori::agent::probes {
namespace {

constexpr std::string_view product = "clamav";
constexpr std::size_t log_bytes_max = 64 * 1024;
constexpr std::size_t path_bytes_max = 512;

struct LogFile
{
    std::string_view place;
    std::string_view relative;
};

/// Debian's, and those of the packages for Red Hat's.
constexpr LogFile logs[] = {
    {"/var/log/clamav", "clamav.log"}, {"/var/log", "clamd.log"}, {"/var/log", "clamd.scan"}};

/// The detection that a line tells; nothing for other lines.
std::optional<wire::AntivirusDetection> detection_in(
    std::string_view line, const antivirus::PlatformFacts& facts, Timestamp now)
{
    constexpr std::string_view found = " FOUND";
    constexpr std::string_view arrow = " -> ";
    if (!line.ends_with(found))
        return std::nullopt;
    line.remove_suffix(found.size());
    const auto time_ends = line.find(arrow);
    // A path may hold ": ", the name of a threat does not.
    const auto name_begins = line.rfind(": ");
    if (time_ends == line.npos || name_begins == line.npos
        || name_begins < time_ends + arrow.size())
        return std::nullopt;
    const auto moment =
        antivirus::parse_moment(antivirus::Format::asctime_local, line.substr(0, time_ends), now);
    if (!moment)
        return std::nullopt;
    const auto at = facts.local_to_utc(moment->at);
    if (!at)
        return std::nullopt;

    wire::AntivirusDetection detection;
    detection.product = product;
    detection.at = *at;
    detection.threat = fact_text(line.substr(name_begins + 2));
    const auto path_begins = time_ends + arrow.size();
    detection.path = fact_text(line.substr(path_begins, name_begins - path_begins), path_bytes_max);
    return detection;
}

} // namespace

void read_clamav_detections(
    wire::AntivirusSection& section, const antivirus::PlatformFacts& facts, Timestamp now)
{
    if (!has_product(section, product))
        return;
    bool read_one = false;
    for (const LogFile& log : logs)
    {
        const auto text =
            facts.read_file_below(log.place, log.relative, antivirus::FileEnd::tail, log_bytes_max);
        if (!text)
        {
            if (text.error().code != Errc::not_found)
                note_unknown(section.from, "detections", text.error());
            continue;
        }
        read_one = true;
        std::string_view rest{*text};
        while (!rest.empty())
        {
            const auto end = rest.find('\n');
            auto detection = detection_in(rest.substr(0, end), facts, now);
            rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
            // A clock that was wrong for an hour must not tell of the same find for years.
            if (detection && detection->at > now - detections_kept && detection->at <= now)
                section.detections.push_back(std::move(*detection));
        }
    }
    if (read_one)
        section.detection_logs.emplace_back(product);
    settle_detections(section);
}

} // namespace mimamori::agent::probes
