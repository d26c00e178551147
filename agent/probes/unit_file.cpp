#include "agent/probes/unit_file.hpp"

#include "agent/probes/text.hpp"

#include <algorithm>

namespace mimamori::agent::probes {
namespace {

constexpr std::size_t list_max = 50;

/// Lines that end in '\' are continued; comment lines between them are passed over.
std::string joined(std::string_view text)
{
    std::string all;
    bool continued = false;
    while (const auto line = next_line(text))
    {
        const auto whole = trimmed(*line);
        const bool comment = whole.starts_with('#') || whole.starts_with(';');
        if (comment)
            continue;
        if (continued)
            all += ' ';
        continued = line->ends_with('\\');
        all.append(*line);
        if (continued)
            all.pop_back();
        else
            all += '\n';
    }
    return all;
}

void assign(std::vector<std::string>& list, std::string_view value, std::string_view prefix = {})
{
    if (value.empty())
        list.clear();
    else if (list.size() < list_max)
        list.push_back(std::string{prefix} + fact_text(value));
}

/// "-/usr/bin/x" may fail, "+/usr/bin/x" has full rights, and so on: not part of the command.
std::string_view without_marks(std::string_view command)
{
    command.remove_prefix(std::min(command.size(), command.find_first_not_of("-@:+!|")));
    return command;
}

bool is_yes(std::string_view value)
{
    const std::string lower = to_lower(value);
    return lower == "yes" || lower == "true" || lower == "1" || lower == "on";
}

void apply_service_line(const IniLine& line, UnitFile& unit)
{
    if (line.key == "Type")
        unit.type = fact_text(line.value, 64);
    else if (line.key == "User")
        unit.user = fact_text(line.value, 256);
    else if (line.key == "DynamicUser")
        unit.dynamic_user = is_yes(line.value);
    else if (line.key == "ExecStart")
        assign(unit.commands, without_marks(line.value));
}

void apply_timer_line(const IniLine& line, UnitFile& unit)
{
    if (line.key == "Unit")
        unit.triggers = fact_text(line.value, 256);
    else if (line.key.starts_with("On"))
        assign(unit.schedules, line.value, std::string{line.key} + '=');
}

} // namespace

void apply_unit_text(std::string_view text, UnitFile& unit)
{
    const std::string plain = joined(text);
    for (const IniLine& line : parse_ini(plain))
    {
        if (line.section == "Unit" && line.key == "Description")
            unit.description = fact_text(line.value, 256);
        else if (line.section == "Service")
            apply_service_line(line, unit);
        else if (line.section == "Timer")
            apply_timer_line(line, unit);
        else if (line.section == "Socket" && line.key.starts_with("Listen"))
            assign(unit.listens, line.value);
        else if (line.section == "Install")
            unit.installable = true;
    }
}

std::string template_of(std::string_view name)
{
    const auto at = name.find('@');
    const auto dot = name.rfind('.');
    if (at == std::string_view::npos || dot == std::string_view::npos || dot <= at + 1)
        return {};
    return std::string{name.substr(0, at + 1)} + std::string{name.substr(dot)};
}

std::string with_instance(std::string_view text, std::string_view name)
{
    const auto at = name.find('@');
    const auto dot = name.rfind('.');
    if (at == std::string_view::npos || dot == std::string_view::npos || dot <= at)
        return std::string{text};
    const std::string_view instance = name.substr(at + 1, dot - at - 1);
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i)
    {
        const bool place =
            text[i] == '%' && i + 1 < text.size() && (text[i + 1] == 'i' || text[i + 1] == 'I');
        if (place)
            out += instance;
        else
            out += text[i];
        i += place ? 1 : 0;
    }
    return fact_text(out);
}

bool is_template(std::string_view name)
{
    return name.find("@.") != std::string_view::npos;
}

} // namespace mimamori::agent::probes
