#include "tests/support/recorded_windows_facts.hpp"

namespace mimamori::tests {

struct RecordedWindows::Parts::Implementation
{
    using Facts = RecordedWindows::Facts;

    static Error missing(std::string what)
    {
        return {Errc::not_found, std::move(what) + ": not there"};
    }

    /// A whole list, or why it is not told.
    template <class T>
    static Result<T> told(const Facts& facts, const std::string& part, const T& what)
    {
        if (auto ready = facts.ready(part); !ready)
            return ready.error();
        return what;
    }

    template <class T>
    static Result<T> told_if(const Facts& facts, const std::optional<T>& what, const char* name)
    {
        if (auto ready = facts.ready("system"); !ready)
            return ready.error();
        if (!what)
            return Error{Errc::unsupported, std::string{name} + ": not recorded"};
        return *what;
    }

    struct RecordedRegistry final : Registry
    {
        explicit RecordedRegistry(const Facts& of)
            : facts{of}
        {}

        const RecordedKey* find(View view, std::string_view key) const
        {
            const auto found = facts.keys.find(facts.full_key(view, key));
            return found == facts.keys.end() ? nullptr : &found->second;
        }

        Result<RegistryValue> value(
            View view, std::string_view key, std::string_view name) const override
        {
            const std::string place = place_of(key, name);
            if (auto ready = facts.registry_ready(facts.full_key(view, key), place); !ready)
                return ready.error();
            const RecordedKey* const found = find(view, key);
            if (found == nullptr)
                return missing("read " + std::string{key});
            const auto value = found->values.find(lower(name));
            if (value == found->values.end())
                return missing("read " + place);
            if (value->second.second.data.size() > value_bytes_max)
                return Error{Errc::too_large, "read " + place + ": too large"};
            return value->second.second;
        }

        Result<std::vector<std::string>> keys(
            View view, std::string_view key, std::size_t names_max) const override
        {
            const std::string full = facts.full_key(view, key);
            if (auto ready = facts.registry_ready(full, key); !ready)
                return ready.error();
            if (!facts.has_key(full))
                return missing("read " + std::string{key});
            std::map<std::string, std::string> names;
            for (const auto& [path, one] : facts.keys)
            {
                if (!path.starts_with(full + '\\'))
                    continue;
                const std::string rest = one.name.substr(full.size() + 1);
                const std::string name = rest.substr(0, rest.find('\\'));
                names.emplace(lower(name), name);
            }
            return values_of(names, key, names_max);
        }

        Result<std::vector<std::string>> value_names(
            View view, std::string_view key, std::size_t names_max) const override
        {
            if (auto ready = facts.registry_ready(facts.full_key(view, key), key); !ready)
                return ready.error();
            const RecordedKey* const found = find(view, key);
            if (found == nullptr)
                return missing("read " + std::string{key});
            std::map<std::string, std::string> names;
            for (const auto& [low, one] : found->values)
                names.emplace(low, one.first);
            return values_of(names, key, names_max);
        }

        Result<Timestamp> written_at(View view, std::string_view key) const override
        {
            const RecordedKey* const found = find(view, key);
            if (found == nullptr)
                return missing("read " + std::string{key});
            return found->written_at;
        }

        static Result<std::vector<std::string>> values_of(
            const std::map<std::string, std::string>& names,
            std::string_view key,
            std::size_t names_max)
        {
            if (names.size() > names_max)
                return Error{Errc::too_large, "read " + std::string{key} + ": too many names"};
            std::vector<std::string> all;
            for (const auto& [low, name] : names)
                all.push_back(name);
            return all;
        }

        const Facts& facts;
    };

    struct RecordedFiles final : Files
    {
        explicit RecordedFiles(const Facts& of)
            : facts{of}
        {}

        static std::string joined(std::string_view folder, std::string_view relative)
        {
            std::string path{folder};
            if (!relative.empty())
                path.append("\\").append(relative);
            return path;
        }

        Result<const RecordedFile*> find(std::string_view path) const
        {
            if (auto ready = facts.ready("files"); !ready)
                return ready.error();
            const auto found = facts.files.find(lower(path));
            if (found == facts.files.end())
                return missing("read " + std::string{path});
            if (found->second.link)
                return Error{Errc::forbidden, "read " + std::string{path} + ": a link"};
            return &found->second;
        }

        Result<std::string> read_below(
            std::string_view folder,
            std::string_view relative,
            Part part,
            std::size_t bytes_max) const override
        {
            const auto file = find(joined(folder, relative));
            if (!file)
                return file.error();
            const std::string& bytes = (*file)->bytes;
            if (part == Part::head || bytes.size() <= bytes_max)
                return bytes.substr(0, bytes_max);
            return bytes.substr(bytes.size() - bytes_max);
        }

        Result<std::string> read_part(
            std::string_view path, std::uint64_t offset, std::size_t bytes_max) const override
        {
            const auto file = find(path);
            if (!file)
                return file.error();
            const auto from = std::min<std::uint64_t>(offset, (*file)->bytes.size());
            return (*file)->bytes.substr(static_cast<std::size_t>(from), bytes_max);
        }

        Result<FileStatus> status_below(
            std::string_view folder, std::string_view relative) const override
        {
            const std::string path = joined(folder, relative);
            const auto file = find(path);
            if (file)
                return FileStatus{false, (*file)->bytes.size(), (*file)->written_at, 1, 1};
            if (file.error().code == Errc::not_found && is_folder(path))
            {
                FileStatus status;
                status.folder = true;
                return status;
            }
            return file.error();
        }

        bool is_folder(std::string_view path) const
        {
            const auto at = facts.files.lower_bound(lower(path) + '\\');
            return at != facts.files.end() && at->first.starts_with(lower(path) + '\\');
        }

        Result<std::vector<std::string>> names_below(
            std::string_view folder,
            std::string_view relative,
            std::size_t names_max) const override
        {
            if (auto ready = facts.ready("files"); !ready)
                return ready.error();
            const std::string path = joined(folder, relative) + '\\';
            std::map<std::string, std::string> names;
            for (const auto& [low, file] : facts.files)
            {
                if (!low.starts_with(lower(path)))
                    continue;
                const std::string rest = file.path.substr(path.size());
                const std::string name = rest.substr(0, rest.find('\\'));
                names.emplace(lower(name), name);
            }
            if (names.empty())
                return missing("read " + path);
            return RecordedRegistry::values_of(names, path, names_max);
        }

        Result<std::string> known_folder(std::string_view token) const override
        {
            const auto found = facts.folders.find(lower(token));
            if (found == facts.folders.end())
                return missing(std::string{token});
            return found->second;
        }

        Result<VersionInfo> version_info(std::string_view path) const override
        {
            const auto file = find(path);
            if (!file)
                return file.error();
            if (!(*file)->info)
                return missing("version of " + std::string{path});
            return *(*file)->info;
        }

        Result<std::string> signer(std::string_view path) const override
        {
            const auto file = find(path);
            if (!file)
                return file.error();
            return (*file)->signer;
        }

        Result<bool> user_writable(std::string_view path) const override
        {
            const auto file = find(path);
            if (!file)
                return file.error();
            return (*file)->user_writable;
        }

        const Facts& facts;
    };

    struct RecordedWmi final : Wmi
    {
        explicit RecordedWmi(Facts& of)
            : facts{of}
        {}

        Result<std::vector<WmiRow>> ask(const WmiQuestion& question) const override
        {
            facts.asked_wmi.insert(question.wmi_class);
            if (auto ready = facts.ready("wmi"); !ready)
                return ready.error();
            const auto found =
                facts.wmi.find(lower(question.wmi_namespace + ':' + question.wmi_class));
            if (found == facts.wmi.end())
                return missing("WMI " + question.wmi_class);
            if (found->second.hangs)
                return Error{Errc::timeout, "WMI " + question.wmi_class + ": no answer in time"};
            return found->second.rows;
        }

        Facts& facts;
    };

    struct RecordedServices final : Services
    {
        explicit RecordedServices(const Facts& of)
            : facts{of}
        {}

        Result<std::vector<ServiceRow>> list() const override
        {
            return told(facts, "services", facts.services);
        }

        const Facts& facts;
    };

    struct RecordedPrograms final : Programs
    {
        explicit RecordedPrograms(const Facts& of)
            : facts{of}
        {}

        Result<std::vector<ProgramRow>> list() const override
        {
            return told(facts, "programs", facts.programs);
        }

        Result<std::string> command_line(std::uint32_t) const override
        {
            return Error{Errc::unsupported, "command lines are not recorded"};
        }

        const Facts& facts;
    };

    struct RecordedLists final : EventLog, Devices, Network, Accounts, System
    {
        explicit RecordedLists(const Facts& of)
            : facts{of}
        {}

        Result<std::vector<std::string>> query(const EventQuestion& question) const override
        {
            if (auto ready = facts.ready("events"); !ready)
                return ready.error();
            const auto found = facts.events.find(question.channel);
            if (found == facts.events.end())
                return missing("event log " + question.channel);
            std::vector<std::string> wanted;
            for (const std::string& xml : found->second)
            {
                const auto event = parse_event(xml);
                const bool fits =
                    !event // What nobody understands is told as it is.
                    || (event->at >= question.since
                        && std::find(question.ids.begin(), question.ids.end(), event->id)
                               != question.ids.end());
                if (fits && wanted.size() < question.events_max)
                    wanted.push_back(xml);
            }
            return wanted;
        }

        Result<std::vector<DeviceRow>> present() const override
        {
            return told(facts, "devices", facts.devices);
        }

        Result<std::vector<VolumeRow>> volumes() const override
        {
            return told(facts, "devices", facts.volumes);
        }

        Result<std::vector<DiskRow>> disks() const override
        {
            return told(facts, "devices", facts.disks);
        }

        Result<std::vector<AdapterRow>> adapters() const override
        {
            return told(facts, "network", facts.adapters);
        }

        Result<std::vector<RouteRow>> routes() const override
        {
            return told(facts, "network", facts.routes);
        }

        Result<std::vector<NeighbourRow>> neighbours() const override
        {
            return told(facts, "network", facts.neighbours);
        }

        Result<std::vector<SocketRow>> sockets() const override
        {
            return told(facts, "network", facts.sockets);
        }

        Result<std::vector<UserRow>> users() const override
        {
            return told(facts, "accounts", facts.users);
        }

        Result<std::vector<GroupRow>> groups() const override
        {
            return told(facts, "accounts", facts.groups);
        }

        Result<SystemVersion> version() const override
        {
            return told_if(facts, facts.version, "version");
        }

        Result<std::string> architecture() const override
        {
            return told(facts, "system", facts.architecture);
        }

        Result<Timestamp> booted_at() const override
        {
            return told_if(facts, facts.booted_at, "booted_at");
        }

        Result<std::string> hostname() const override
        {
            return told(facts, "system", facts.hostname);
        }

        Result<Membership> membership() const override
        {
            const bool domain = !facts.domain.empty();
            const Membership found{domain ? facts.domain : facts.workgroup, domain};
            return told(facts, "system", found);
        }

        Result<std::string> firmware_tables() const override
        {
            return told(facts, "system", facts.smbios);
        }

        Result<bool> uefi() const override { return told_if(facts, facts.uefi, "uefi"); }

        Result<std::uint64_t> memory_bytes() const override
        {
            return told(facts, "system", facts.memory_bytes);
        }

        Result<TpmState> tpm() const override
        {
            if (facts.tpm.empty())
                return Error{Errc::unsupported, "tpm: not recorded"};
            const bool there = facts.tpm != "none";
            return told(facts, "system", TpmState{there, there ? facts.tpm : ""});
        }

        Result<BatteryState> battery() const override
        {
            return told(facts, "system", BatteryState{});
        }

        Result<Timestamp> local_to_utc(Timestamp local) const override
        {
            const Timestamp in_japan = local - std::chrono::hours{9};
            return told(facts, "system", in_japan);
        }

        const Facts& facts;
    };

    explicit Implementation(Facts& facts)
        : registry{facts}
        , files{facts}
        , wmi{facts}
        , services{facts}
        , programs{facts}
        , lists{facts}
    {}

    RecordedRegistry registry;
    RecordedFiles files;
    RecordedWmi wmi;
    RecordedServices services;
    RecordedPrograms programs;
    RecordedLists lists;
};

RecordedWindows::Parts::Parts(Facts& facts)
    : Parts{std::make_unique<Implementation>(facts)}
{}

RecordedWindows::Parts::Parts(std::unique_ptr<Implementation> of)
    : implementation{std::move(of)}
    , machine{implementation->lists,   implementation->registry, implementation->files,
              implementation->wmi,     implementation->services, implementation->lists,
              implementation->lists,   implementation->lists,    implementation->lists,
              implementation->programs}
{}

RecordedWindows::Parts::~Parts() = default;

} // namespace mimamori::tests
