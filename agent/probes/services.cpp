#include "agent/probes/services.hpp"

#include "agent/probes/text.hpp"
#include "common/wire/report.hpp"

#include <algorithm>
#include <tuple>

namespace mimamori::agent::probes {
namespace {

std::string joined(const std::vector<std::string>& parts)
{
    std::string all;
    for (const std::string& part : parts)
        all += (all.empty() ? "" : "; ") + part;
    return fact_text(all);
}

/// Whether the line only sets a variable: "MAILTO=root", "PATH = /bin".
bool is_variable(std::string_view line)
{
    const auto equals = line.find('=');
    if (equals == std::string_view::npos)
        return false;
    const auto name = trimmed(line.substr(0, equals));
    return !name.empty() && name.find_first_of(" \t*/@") == std::string_view::npos
           && !(name.front() >= '0' && name.front() <= '9');
}

template <class T, class... Members>
void sort_by(std::vector<T>& list, Members... members)
{
    std::sort(list.begin(), list.end(), [&](const T& a, const T& b) {
        return std::tie(a.*members...) < std::tie(b.*members...);
    });
    list.erase(std::unique(list.begin(), list.end()), list.end());
}

} // namespace

std::string start_type_of(const UnitPlacing& placing, const UnitFile& unit)
{
    if (placing.masked)
        return "masked";
    if (placing.enabled)
        return "automatic";
    // What a package wires up without a way to switch it off starts when something needs it.
    return unit.installable && !placing.vendor_wanted ? "disabled" : "static";
}

std::string state_word(const UnitState& state)
{
    if (state.active_state == "failed")
        return "failed";
    const bool at_work = state.sub_state == "running" || state.sub_state == "listening";
    return (state.active_state == "active" || state.active_state == "reloading") && at_work
               ? "running"
               : "stopped";
}

wire::Service describe_service(
    const std::string& name, const UnitFile& unit, const UnitPlacing& placing, std::string state)
{
    wire::Service service;
    service.name = fact_text(name, 256);
    service.display_name = with_instance(unit.description, name);
    service.start_type = start_type_of(placing, unit);
    service.state = std::move(state);
    if (name.ends_with(".socket"))
    {
        service.command = joined(unit.listens);
        return service;
    }
    if (placing.masked)
        return service;
    if (unit.dynamic_user)
        service.account = "dynamic";
    else
        service.account = unit.user.empty() ? "root" : with_instance(unit.user, name);
    service.command = with_instance(joined(unit.commands), name);
    return service;
}

std::vector<wire::ScheduledTask> parse_crontab(
    std::string_view text, CrontabKind kind, const std::string& path, const std::string& account)
{
    constexpr std::size_t tasks_max = 1'000;
    std::vector<wire::ScheduledTask> tasks;
    while (const auto line = next_line(text))
    {
        std::string_view rest = trimmed(*line);
        if (rest.empty() || rest.front() == '#' || is_variable(rest))
            continue;
        wire::ScheduledTask task;
        task.name = path;
        task.enabled = true;
        const int fields = rest.front() == '@' ? 1 : 5;
        for (int i = 0; i < fields; ++i)
            (task.schedule += i == 0 ? "" : " ") += next_word(rest);
        task.schedule = fact_text(task.schedule, 256);
        task.account = kind == CrontabKind::of_system ? fact_text(next_word(rest), 256) : account;
        task.command = fact_text(rest);
        if (!task.command.empty() && tasks.size() < tasks_max)
            tasks.push_back(std::move(task));
    }
    return tasks;
}

std::optional<wire::Autorun> parse_desktop_file(std::string_view text, const std::string& path)
{
    wire::Autorun autorun;
    autorun.location = fact_text(path);
    for (const IniLine& line : parse_ini(text))
    {
        if (line.section != "Desktop Entry")
            continue;
        const std::string value = to_lower(line.value);
        if (line.key == "Name")
            autorun.name = fact_text(line.value, 256);
        else if (line.key == "Exec")
            autorun.command = fact_text(line.value);
        else if (
            (line.key == "Hidden" && value == "true")
            || (line.key == "X-GNOME-Autostart-enabled" && value == "false"))
            return std::nullopt;
    }
    if (autorun.command.empty())
        return std::nullopt;
    return autorun;
}

std::vector<wire::Autorun> parse_inittab(std::string_view text)
{
    std::vector<wire::Autorun> autoruns;
    while (const auto line = next_line(text))
    {
        std::string_view rest = trimmed(*line);
        if (rest.empty() || rest.front() == '#')
            continue;
        const auto take = [&] {
            const auto end = rest.find(':');
            const auto field = rest.substr(0, end);
            rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
            return trimmed(field);
        };
        wire::Autorun autorun;
        autorun.location = "/etc/inittab";
        autorun.name = fact_text(take(), 64);
        take(); // runlevels
        const auto action = take();
        const bool starts = action == "respawn" || action == "sysinit" || action == "once"
                            || action == "wait" || action == "boot" || action == "bootwait"
                            || action == "askfirst";
        autorun.command = fact_text(rest);
        if (starts && !autorun.command.empty())
            autoruns.push_back(std::move(autorun));
    }
    return autoruns;
}

std::string script_commands(std::string_view text)
{
    std::string commands;
    while (const auto line = next_line(text))
    {
        const auto command = trimmed(*line);
        if (command.empty() || command.front() == '#' || command == "exit 0" || command == "exit")
            continue;
        (commands += commands.empty() ? "" : "; ") += command;
        if (commands.size() > fact_bytes_max)
            break;
    }
    return fact_text(commands);
}

void settle_services(wire::ServicesSection& section)
{
    constexpr std::size_t limit = wire::ReportLimits::elements_max;
    using wire::Autorun;
    using wire::ScheduledTask;
    using wire::Service;
    sort_by(section.services, &Service::name, &Service::command);
    sort_by(section.autoruns, &Autorun::location, &Autorun::name, &Autorun::command);
    sort_by(
        section.tasks, &ScheduledTask::name, &ScheduledTask::schedule, &ScheduledTask::account,
        &ScheduledTask::command);
    cut_list(section.services, limit, section.from, "services");
    cut_list(section.autoruns, limit, section.from, "autoruns");
    cut_list(section.tasks, limit, section.from, "tasks");
}

} // namespace mimamori::agent::probes
