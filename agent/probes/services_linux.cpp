#include "agent/probes/autoruns.hpp"
#include "agent/probes/services.hpp"
#include "agent/probes/text.hpp"
#include "agent/probes/tree.hpp"

#include <algorithm>
#include <array>

namespace mimamori::agent::probes {
namespace {

/// One folder of unit files; the first one that has a unit decides.
struct UnitFolder
{
    std::string path;
    bool of_administrator{false}; ///< Links here were made by `systemctl enable`.
};

struct FoundUnit
{
    std::string path; ///< Empty: an instance whose template has the file.
    UnitPlacing placing;
    std::vector<std::pair<std::string, std::string>> drop_ins; ///< File name and path.
};

bool is_kind_we_tell(std::string_view name)
{
    return name.ends_with(".service") || name.ends_with(".socket") || name.ends_with(".timer");
}

class UnitTable
{
public:
    explicit UnitTable(const Tree& tree)
        : tree_{tree}
    {}

    /// False when the folder is not there.
    bool add_folder(const UnitFolder& folder)
    {
        const auto names = tree_.names(folder.path);
        if (!names)
            return false;
        for (const std::string& name : *names)
        {
            const std::string path = folder.path + '/' + name;
            if (name.ends_with(".wants") || name.ends_with(".requires"))
                add_links(path, folder);
            else if (name.ends_with(".d"))
                add_drop_ins(path, name.substr(0, name.size() - 2));
            else if (is_kind_we_tell(name))
                add_unit(name, path);
        }
        return true;
    }

    /// Reads the unit's file and its drop-ins.
    UnitFile read(const std::string& name, const FoundUnit& found) const
    {
        UnitFile unit;
        const std::string of = template_of(name);
        std::string path = found.path;
        auto drop_ins = found.drop_ins;
        if (const auto base = units_.find(of); base != units_.end())
        {
            if (path.empty())
                path = base->second.path;
            drop_ins.insert(
                drop_ins.end(), base->second.drop_ins.begin(), base->second.drop_ins.end());
        }
        if (const auto text = path.empty() ? Result<std::string>{""} : tree_.read(path))
            apply_unit_text(*text, unit);
        // Of the same name the folder that was read first counts; they apply by name.
        std::stable_sort(drop_ins.begin(), drop_ins.end(), [](const auto& a, const auto& b) {
            return a.first < b.first;
        });
        const auto end =
            std::unique(drop_ins.begin(), drop_ins.end(), [](const auto& a, const auto& b) {
                return a.first == b.first;
            });
        for (auto drop_in = drop_ins.begin(); drop_in != end; ++drop_in)
        {
            if (const auto text = tree_.read(drop_in->second))
                apply_unit_text(*text, unit);
        }
        return unit;
    }

    const std::map<std::string, FoundUnit>& units() const { return units_; }

private:
    void add_unit(const std::string& name, const std::string& path)
    {
        const auto target = tree_.link_target(path);
        const std::string target_name =
            target ? target->substr(target->rfind('/') + 1) : std::string{};
        const bool masked = target && *target == "/dev/null";
        if (target && !masked && target_name != name)
            return; // Another name for a unit that is listed under its own.
        FoundUnit& unit = units_[name];
        if (!unit.path.empty() || unit.placing.masked)
            return;
        unit.path = path;
        unit.placing.masked = masked;
    }

    void add_links(const std::string& path, const UnitFolder& folder)
    {
        const auto names = tree_.names(path);
        for (const std::string& name : names ? *names : std::vector<std::string>{})
        {
            if (!is_kind_we_tell(name))
                continue;
            UnitPlacing& placing = units_[name].placing;
            placing.enabled = placing.enabled || folder.of_administrator;
            placing.vendor_wanted = placing.vendor_wanted || !folder.of_administrator;
        }
    }

    void add_drop_ins(const std::string& path, const std::string& unit)
    {
        if (!is_kind_we_tell(unit))
            return;
        const auto names = tree_.names(path);
        for (const std::string& name : names ? *names : std::vector<std::string>{})
        {
            if (name.ends_with(".conf"))
                units_[unit].drop_ins.emplace_back(name, path + '/' + name);
        }
    }

    const Tree& tree_;
    std::map<std::string, FoundUnit> units_;
};

/// The states of units: from the bus, else from the control groups.
class UnitStates
{
public:
    UnitStates(const ProbeContext& context, const Tree& tree, wire::Provenance& from)
        : tree_{tree}
    {
        const auto units = context.live.units();
        if (units)
        {
            note_source(from, "systemd on the system bus");
            for (const UnitState& unit : *units)
                by_name_[unit.name] = state_word(unit);
            from_bus_ = true;
            return;
        }
        for (const char* const folder :
             {"/sys/fs/cgroup/system.slice", "/sys/fs/cgroup/systemd/system.slice",
              "/sys/fs/cgroup/unified/system.slice"})
        {
            if (!tree.exists(folder))
                continue;
            group_folder_ = folder;
            note_source(from, folder);
            return;
        }
        note_unknown(from, "state", units.error());
    }

    std::string state_of(const std::string& name, const UnitFile& unit) const
    {
        if (from_bus_)
        {
            const auto found = by_name_.find(name);
            return found == by_name_.end() ? "stopped" : found->second;
        }
        // Sockets have no processes of their own.
        if (group_folder_.empty() || !name.ends_with(".service"))
            return {};
        if (unit.type == "oneshot")
            return "stopped";
        const auto processes = tree_.read(group_folder_ + '/' + name + "/cgroup.procs");
        return processes && !processes->empty() ? "running" : "stopped";
    }

private:
    const Tree& tree_;
    std::map<std::string, std::string> by_name_;
    std::string group_folder_;
    bool from_bus_{false};
};

std::vector<UnitFolder> unit_folders(const Tree& tree)
{
    std::vector<UnitFolder> folders{
        {"/etc/systemd/system", true},
        {"/run/systemd/system", true},
        {"/usr/local/lib/systemd/system", false},
        {"/usr/lib/systemd/system", false},
    };
    if (!tree.link_target("/lib")) // Otherwise it is /usr/lib once more.
        folders.push_back({"/lib/systemd/system", false});
    return folders;
}

wire::ScheduledTask describe_timer(
    const UnitTable& table,
    const std::string& name,
    const UnitFile& timer,
    const UnitPlacing& placing)
{
    wire::ScheduledTask task;
    task.name = fact_text(name, 256);
    for (const std::string& schedule : timer.schedules)
        (task.schedule += task.schedule.empty() ? "" : "; ") += schedule;
    task.schedule = fact_text(task.schedule);
    task.enabled = !placing.masked && (placing.enabled || placing.vendor_wanted);
    const std::string triggers =
        timer.triggers.empty() ? name.substr(0, name.rfind('.')) + ".service" : timer.triggers;
    const auto unit = table.units().find(triggers);
    const auto base =
        unit == table.units().end() ? table.units().find(template_of(triggers)) : unit;
    if (base == table.units().end())
        return task;
    const auto service =
        describe_service(triggers, table.read(triggers, base->second), base->second.placing, {});
    task.account = service.account;
    task.command = service.command;
    return task;
}

void read_units(const ProbeContext& context, const Tree& tree, wire::ServicesSection& section)
{
    UnitTable table{tree};
    bool any = false;
    for (const UnitFolder& folder : unit_folders(tree))
    {
        if (!table.add_folder(folder))
            continue;
        any = true;
        note_source(section.from, folder.path);
    }
    if (!any)
    {
        if (!tree.exists("/etc/init.d") && !tree.exists("/etc/inittab"))
            note_unknown(
                section.from, "services",
                "list /usr/lib/systemd/system: No such file or directory, nor /etc/init.d");
        return;
    }
    const UnitStates states{context, tree, section.from};
    for (const auto& [name, found] : table.units())
    {
        const bool has_file = !found.path.empty() || found.placing.masked;
        const bool is_instance = table.units().contains(template_of(name));
        if (is_template(name) || (!has_file && !is_instance))
            continue;
        const UnitFile unit = found.placing.masked ? UnitFile{} : table.read(name, found);
        if (name.ends_with(".timer"))
            section.tasks.push_back(describe_timer(table, name, unit, found.placing));
        else
            section.services.push_back(
                describe_service(name, unit, found.placing, states.state_of(name, unit)));
    }
}

/// Init scripts that no unit replaces. In buildroot's form the name itself says the order: S50sshd.
void read_init_scripts(const Tree& tree, wire::ServicesSection& section)
{
    const auto scripts = tree.names("/etc/init.d");
    if (!scripts || scripts->empty())
        return;
    note_source(section.from, "/etc/init.d");
    std::set<std::string> started;
    for (const std::string folder :
         {"/etc/rc2.d", "/etc/rc3.d", "/etc/rc4.d", "/etc/rc5.d", "/etc/rcS.d", "/etc/rc.d/rc3.d",
          "/etc/rc.d/rc5.d"})
    {
        const auto links = tree.names(folder);
        for (const std::string& link : links ? *links : std::vector<std::string>{})
        {
            if (link.size() > 3 && link.front() == 'S')
                started.insert(link.substr(3));
        }
    }
    std::set<std::string> units;
    for (const wire::Service& service : section.services)
        units.insert(service.name);
    constexpr std::array<std::string_view, 8> helpers{
        "README", "skeleton", "functions", "rc", "rcS", "rcK", "netconsole", "network.init"};
    for (const std::string& script : *scripts)
    {
        const bool helper = std::find(helpers.begin(), helpers.end(), script) != helpers.end()
                            || script.find('.') != std::string::npos;
        if (helper || units.contains(script + ".service"))
            continue;
        const bool ordered = script.size() > 3 && script[0] == 'S' && script[1] >= '0'
                             && script[1] <= '9' && script[2] >= '0' && script[2] <= '9';
        wire::Service service;
        service.name = fact_text(ordered ? script.substr(3) : script, 256);
        service.start_type = ordered || started.contains(script) ? "automatic" : "disabled";
        service.account = "root";
        service.command = fact_text("/etc/init.d/" + script);
        section.services.push_back(std::move(service));
    }
}

} // namespace

wire::ServicesSection read_services(const ProbeContext& context)
{
    const Tree tree{context.root};
    wire::ServicesSection section;
    read_units(context, tree, section);
    read_init_scripts(tree, section);
    read_cron(tree, section);
    read_autoruns(tree, section);
    settle_services(section);
    return section;
}

} // namespace mimamori::agent::probes
