#include "agent/app/resources.hpp"

namespace mimamori::agent::app {

std::string mark_line(const std::string& probe, const std::string& boot)
{
    return probe.empty() ? std::string{} : boot + ' ' + probe;
}

std::string probe_left(std::string_view line, std::string_view boot)
{
    const auto blank = line.find(' ');
    if (blank == std::string_view::npos || line.substr(0, blank) != boot)
        return {};
    return std::string{line.substr(blank + 1)};
}

} // namespace mimamori::agent::app
