#include "agent/probes/software.hpp"

#include "agent/probes/text.hpp"
#include "common/wire/report.hpp"

#include <algorithm>
#include <tuple>

namespace mimamori::agent::probes {

void parse_apk_database(std::string_view text, wire::SoftwareSection& software)
{
    wire::InstalledSoftware package;
    const auto finish = [&] {
        if (!package.name.empty())
            software.software.push_back(std::move(package));
        package = {};
    };
    while (const auto line = next_line(text))
    {
        if (line->empty())
            finish();
        if (line->size() < 2 || (*line)[1] != ':')
            continue;
        const std::string_view value = line->substr(2);
        if (line->front() == 'P')
            package.name = fact_text(value, 256);
        else if (line->front() == 'V')
            package.version = fact_text(value, 256);
        else if (line->front() == 'A')
            package.architecture = fact_text(value, 64);
        else if (line->front() == 'm')
            package.vendor = fact_text(value.substr(0, value.find('<')), 256);
    }
    finish();
}

void settle_software(wire::SoftwareSection& software)
{
    auto& list = software.software;
    std::sort(
        list.begin(), list.end(),
        [](const wire::InstalledSoftware& a, const wire::InstalledSoftware& b) {
            return std::tie(a.name, a.architecture, a.version, a.installed_on)
                   < std::tie(b.name, b.architecture, b.version, b.installed_on);
        });
    list.erase(std::unique(list.begin(), list.end()), list.end());
    cut_list(list, wire::ReportLimits::elements_max, software.from, "software");
}

} // namespace mimamori::agent::probes
