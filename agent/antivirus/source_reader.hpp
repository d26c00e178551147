#pragma once

#include "agent/antivirus/allowed_places.hpp"
#include "agent/antivirus/definitions.hpp"
#include "agent/antivirus/machine_view.hpp"
#include "common/base/result.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::agent::antivirus {

/// What a source said, before its format is applied.
struct RawValue
{
    std::string text;
    std::optional<Timestamp> at; ///< For methods that tell a moment by themselves.
    std::string from;            ///< Which of several paths it was; empty: see `label`.
};

/// How a state is asked for.
enum class StateQuestion
{
    is_on,     ///< A service counts when it runs.
    is_present ///< A service counts when it exists; a value counts when it is there.
};

/// Reads the sources of one product. Refuses every path and key that leaves its places, also those
/// that only come about on the machine. Messages name places of the definitions, never contents.
class SourceReader
{
public:
    SourceReader(const Product& product, MachineView& machine);

    /// What the source says; several values where its path or key has a '*'. Errors: not_found
    /// when the thing is not there; others when it is there but cannot be read or understood.
    Result<std::vector<RawValue>> read(const Source& source);

    /// Errors as `read`. A process, service, file, package or program that is not there is `false`.
    Result<bool> state(const Source& source, StateQuestion question);

    /// A short name of the source for people: "/var/lib/clamav/daily.cvd", "process clamd".
    std::string label(const Source& source) const;

private:
    struct ResolvedPath
    {
        std::string text;
        std::optional<Error> failure;
    };

    void resolve(const Variable& variable);
    Result<PlacedPath> placed(const std::string& path) const;
    Result<std::vector<PlacedPath>> matches(const std::string& path) const;
    Result<std::vector<RawValue>> read_databases(const Source& source);
    Result<std::vector<RawValue>> read_times(const Source& source);
    Result<std::vector<RawValue>> read_texts(const Source& source);
    Result<RawValue> read_text(const Source& source, const PlacedPath& path);
    Result<std::vector<RawValue>> read_registry(const Source& source);
    Result<std::vector<RawValue>> read_view(const Source& source, RegistryView view);
    Result<std::vector<std::string>> matching_keys(const std::string& key, RegistryView view) const;
    Result<RawValue> joined_value(const Source& source, RegistryView view, const std::string& key);
    Result<std::vector<RawValue>> read_wmi(const Source& source);
    Result<std::vector<RawValue>> read_package(const Source& source);
    Result<std::vector<RawValue>> read_uninstall(const Source& source);
    Result<bool> process_runs(const std::string& name);
    Result<bool> service_state(const std::string& name, StateQuestion question);
    Result<bool> file_exists(const Source& source);

    const Product& product_;
    MachineView& machine_;
    std::map<std::string, ResolvedPath> variables_;
};

namespace detail {

inline Error not_there(std::string_view what)
{
    return {Errc::not_found, std::string{what} + ": not there"};
}

} // namespace detail

} // namespace mimamori::agent::antivirus
