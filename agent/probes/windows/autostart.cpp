#include "agent/probes/windows/autostart.hpp"

#include "agent/probes/text.hpp"
#include "agent/probes/windows/fact_reader.hpp"
#include "agent/windows/xml.hpp"
#include "common/base/ascii.hpp"

#include <array>
#include <deque>

namespace mimamori::agent::probes::windows {
namespace {

using agent::windows::XmlElement;

constexpr std::string_view run_keys = R"(\Microsoft\Windows\CurrentVersion\)";

/// Each value of a key is one entry.
void add_values(
    FactReader& registry, View view, const std::string& key, wire::ServicesSection& section)
{
    const std::string location = key + (view == View::wow ? " (32-bit)" : "");
    for (const std::string& name : registry.value_names("autoruns", view, key))
    {
        const auto command = registry.text_in(view, key, name);
        if (command && !command->empty())
            section.autoruns.push_back(
                {fact_text(location, 256), fact_text(name, 256), fact_text(*command)});
    }
}

/// One value of a key, when it differs from what Windows has there.
void add_value(
    FactReader& registry,
    View view,
    const std::string& key,
    std::string_view name,
    std::string_view usual,
    wire::ServicesSection& section)
{
    const auto text = registry.text_in(view, key, name);
    if (!text)
        return;
    const std::string command = fact_text(*text);
    if (!command.empty() && !equal_ignoring_case(command, usual))
        section.autoruns.push_back({fact_text(key, 256), std::string{name}, command});
}

void read_run_keys(FactReader& registry, wire::ServicesSection& section)
{
    for (const std::string_view name : {"Run", "RunOnce"})
    {
        const std::string tail = std::string{run_keys} + std::string{name};
        add_values(registry, View::native, R"(HKLM\SOFTWARE)" + tail, section);
        add_values(registry, View::wow, R"(HKLM\SOFTWARE)" + tail, section);
        for (const std::string& user : loaded_users(registry, "autoruns"))
            add_values(registry, View::native, R"(HKU\)" + user + R"(\Software)" + tail, section);
    }
    const std::string policies =
        R"(HKLM\SOFTWARE)" + std::string{run_keys} + R"(Policies\Explorer\Run)";
    add_values(registry, View::native, policies, section);
}

void read_system_hooks(FactReader& registry, wire::ServicesSection& section)
{
    const std::string winlogon = std::string{version_key} + R"(\Winlogon)";
    add_value(registry, View::native, winlogon, "Shell", "explorer.exe", section);
    add_value(
        registry, View::native, winlogon, "Userinit", R"(C:\Windows\system32\userinit.exe,)",
        section);
    for (const View view : {View::native, View::wow})
        add_value(
            registry, view, std::string{version_key} + R"(\Windows)", "AppInit_DLLs", "", section);
    // A "debugger" is started in place of the program that has one.
    const std::string images = std::string{version_key} + R"(\Image File Execution Options)";
    for (const std::string& image : registry.keys("autoruns", View::native, images))
        add_value(registry, View::native, images + '\\' + image, "Debugger", "", section);
}

void read_startup_folder(
    const agent::windows::Machine& machine, FactReader& registry, wire::ServicesSection& section)
{
    constexpr std::string_view start_menu = R"(Microsoft\Windows\Start Menu\Programs\StartUp)";
    const auto add = [&](const std::string& folder, std::string_view below) {
        const auto names = machine.files.names_below(folder, below, 200);
        if (!names && names.error().code != Errc::not_found)
            note_unknown(section.from, "autoruns", names.error());
        if (!names)
            return;
        const std::string full = folder + '\\' + std::string{below};
        for (const std::string& name : *names)
        {
            if (!equal_ignoring_case(name, "desktop.ini"))
                section.autoruns.push_back(
                    {fact_text(full, 256), fact_text(name, 256), fact_text(full + '\\' + name)});
        }
    };
    if (const auto everybody = machine.files.known_folder("%ProgramData%"))
        add(*everybody, start_menu);
    for (const std::string& user : loaded_users(registry, "autoruns"))
    {
        const std::string key = std::string{version_key} + R"(\ProfileList\)" + user;
        const auto profile = registry.text_in(View::native, key, "ProfileImagePath");
        if (profile && profile->find('%') == std::string::npos)
            add(*profile, R"(AppData\Roaming\)" + std::string{start_menu});
    }
}

/// "calendar 2026-01-01T03:00:00", "boot", "logon", … of one trigger.
std::string trigger_word(const XmlElement& trigger)
{
    constexpr std::string_view suffix = "Trigger";
    std::string word = to_lower(trigger.name);
    if (trigger.name.ends_with(suffix))
        word.resize(word.size() - suffix.size());
    const auto start = trigger.text_at("StartBoundary");
    if (word == "calendar" || word == "time")
        word += start ? " from " + std::string{*start} : "";
    return word;
}

std::string command_of(const XmlElement& task)
{
    const XmlElement* const actions = task.child("Actions");
    std::string all;
    if (actions == nullptr)
        return all;
    for (const XmlElement& action : actions->children)
    {
        std::string one;
        if (action.name == "Exec")
        {
            one = std::string{action.text_at("Command").value_or("")};
            const auto arguments = action.text_at("Arguments");
            if (arguments && !arguments->empty())
                one += ' ' + std::string{*arguments};
        }
        else if (action.name == "ComHandler")
            one = "COM " + std::string{action.text_at("ClassId").value_or("")};
        if (!one.empty())
            all += (all.empty() ? "" : "; ") + one;
    }
    return all;
}

std::string account_of(const XmlElement& task)
{
    for (const std::string_view path :
         {"Principals/Principal/UserId", "Principals/Principal/GroupId"})
    {
        const auto text = task.text_at(path);
        if (text && !text->empty())
            return fact_text(*text, 256);
    }
    return {};
}

} // namespace

void read_autoruns(const agent::windows::Machine& machine, wire::ServicesSection& section)
{
    FactReader registry{machine.registry, section.from};
    read_run_keys(registry, section);
    read_system_hooks(registry, section);
    read_startup_folder(machine, registry, section);
    registry.note_broken("autoruns");
}

Result<wire::ScheduledTask> parse_task(std::string_view file, std::string_view name)
{
    constexpr std::string_view little_endian = "\xFF\xFE";
    std::string text{file};
    if (file.starts_with(little_endian))
    {
        auto utf8 = agent::windows::utf8_of_utf16(file.substr(little_endian.size()));
        if (!utf8)
            return Error{Errc::invalid_input, "the file " + utf8.error().message};
        text = std::move(*utf8);
    }
    const auto task = agent::windows::parse_xml(text);
    if (!task || task->name != "Task")
        return Error{Errc::invalid_input, "the file is no task"};
    wire::ScheduledTask found;
    found.name = fact_text(name, 256);
    found.enabled = task->text_at("Settings/Enabled").value_or("true") != "false";
    found.account = account_of(*task);
    found.command = fact_text(command_of(*task));
    if (const XmlElement* const triggers = task->child("Triggers"))
    {
        std::string all;
        for (const XmlElement& trigger : triggers->children)
            all += (all.empty() ? "" : ", ") + trigger_word(trigger);
        found.schedule = fact_text(all, 256);
    }
    return found;
}

void read_tasks(const agent::windows::Machine& machine, wire::ServicesSection& section)
{
    constexpr std::size_t tasks_max = 1'000;
    constexpr std::size_t folders_max = 500;
    constexpr std::size_t task_bytes_max = 64U * 1024;
    const auto windows_folder = machine.files.known_folder("%SystemRoot%");
    if (!windows_folder)
        return note_unknown(section.from, "tasks", windows_folder.error());
    const std::string root = *windows_folder + R"(\System32\Tasks)";
    note_source(section.from, root);
    std::deque<std::string> folders{""};
    std::size_t folders_seen = 0;
    std::size_t not_read = 0;
    bool are_cut = false;
    while (!folders.empty() && ++folders_seen <= folders_max)
    {
        const std::string folder = std::move(folders.front());
        folders.pop_front();
        const auto names = machine.files.names_below(root, folder, tasks_max);
        if (!names)
        {
            note_unknown(section.from, "tasks", names.error());
            continue;
        }
        for (const std::string& name : *names)
        {
            const std::string path = folder.empty() ? name : folder + '\\' + name;
            const auto status = machine.files.status_below(root, path);
            if (status && status->folder)
                folders.push_back(path);
            if (!status)
                ++not_read;
            if (!status || status->folder)
                continue;
            if (section.tasks.size() >= tasks_max)
            {
                are_cut = true;
                continue;
            }
            const auto file =
                machine.files.read_below(root, path, agent::windows::Part::head, task_bytes_max);
            auto task =
                file ? parse_task(*file, '\\' + path) : Result<wire::ScheduledTask>{file.error()};
            if (task)
                section.tasks.push_back(std::move(*task));
            else
                ++not_read;
        }
    }
    if (are_cut || !folders.empty())
        note_unknown(section.from, "tasks", "there are more than are listed");
    if (not_read > 0)
        note_unknown(
            section.from, "tasks",
            std::to_string(not_read) + " files below " + root + " cannot be read or understood");
}

} // namespace mimamori::agent::probes::windows
