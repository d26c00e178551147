#pragma once

#include "agent/antivirus/definitions.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::agent::antivirus {

/// Which end of a file is read when it is larger than what may be read of it.
enum class FileEnd
{
    head,
    tail
};

/// A service of the system.
struct ServiceState
{
    std::string name;            ///< As the system calls it: "WinDefend", "kesl.service".
    std::optional<bool> running; ///< Absent: it exists, but whether it runs cannot be seen.
};

/// A registry value: text and numbers as text, REG_BINARY as its bytes.
struct RegistryValue
{
    std::string text;
};

/// Properties of one instance of a WMI class, by name.
using WmiInstance = std::map<std::string, std::string, std::less<>>;

/// The machine, as far as antivirus sources may see it. Everything only reads, is bounded and
/// starts nothing. Errors everywhere: not_found, forbidden, io, too_large; unsupported for what the
/// platform does not have. Messages name the place, never its content.
///
/// Files are named by a place (a folder or file that is compiled in as allowed) and a path below
/// it; implementations must not leave the place and must not follow links in any step.
class PlatformFacts
{
public:
    virtual ~PlatformFacts() = default;

    /// "linux" or "windows".
    virtual std::string_view platform() const = 0;

    /// At most `bytes_max` bytes of one end of a regular file.
    virtual Result<std::string> read_file_below(
        std::string_view place,
        std::string_view relative,
        FileEnd end,
        std::size_t bytes_max) const = 0;

    /// When a file or folder was last written.
    virtual Result<Timestamp> file_time_below(
        std::string_view place, std::string_view relative) const = 0;

    /// The names in a folder, sorted.
    virtual Result<std::vector<std::string>> list_folder_below(
        std::string_view place, std::string_view relative, std::size_t names_max) const = 0;

    /// The names of the system's own running processes, without folder: "clamd", "MsMpEng.exe".
    /// Programs that people started are left out: they may have any name.
    virtual Result<std::vector<std::string>> process_names() const = 0;

    virtual Result<std::vector<ServiceState>> services() const = 0;

    /// Versions of those of `names` that are installed, from the package manager's own database.
    virtual Result<std::map<std::string, std::string>> package_versions(
        std::span<const std::string_view> names) const = 0;

    /// A moment of the machine's civil time.
    virtual Result<Timestamp> local_to_utc(Timestamp local) const = 0;

    /// A path as the machine wrote it, in the form of the definitions: "%ProgramFiles%\…".
    virtual std::string canonical_path(std::string path) const { return path; }

    /// An empty `value` asks whether the key exists.
    virtual Result<RegistryValue> registry_value(
        RegistryView view, const std::string& key, const std::string& value) const;

    virtual Result<std::vector<std::string>> registry_keys(
        RegistryView view, const std::string& key, std::size_t names_max) const;

    /// These properties of each instance of a class, as text; what an instance does not have is
    /// absent.
    virtual Result<std::vector<WmiInstance>> wmi_instances(
        const std::string& wmi_namespace,
        const std::string& wmi_class,
        const std::vector<std::string>& properties) const;
};

/// An answer that stays right as long as what it was read from does not change.
template <class Answer>
struct Remembered
{
    std::string inputs; ///< Tells the states of the files behind it apart; empty: nothing known.
    Answer answer;
};

/// What the looks at one Linux remember: the antivirus is looked at every minute, packages and
/// units change every few weeks. Lost without harm.
struct LinuxMemory
{
    Remembered<std::map<std::string, std::string>> packages; ///< Versions by name.
    Remembered<std::vector<std::string>> units;              ///< Names of the services.
};

/// The running Linux, or a recorded tree of its files.
class LinuxFacts final : public PlatformFacts
{
public:
    /// `root`: "/" on a live machine. `memory` outlives this.
    LinuxFacts(std::filesystem::path root, LinuxMemory& memory);

    std::string_view platform() const override { return "linux"; }

    Result<std::string> read_file_below(
        std::string_view place,
        std::string_view relative,
        FileEnd end,
        std::size_t bytes_max) const override;
    Result<Timestamp> file_time_below(
        std::string_view place, std::string_view relative) const override;
    Result<std::vector<std::string>> list_folder_below(
        std::string_view place, std::string_view relative, std::size_t names_max) const override;
    Result<std::vector<std::string>> process_names() const override;
    Result<std::vector<ServiceState>> services() const override;
    Result<std::map<std::string, std::string>> package_versions(
        std::span<const std::string_view> names) const override;
    Result<Timestamp> local_to_utc(Timestamp local) const override;

private:
    /// The services that systemd knows, sorted.
    Result<std::vector<std::string>> unit_names() const;

    std::filesystem::path root_;
    LinuxMemory& memory_;
};

} // namespace mimamori::agent::antivirus
