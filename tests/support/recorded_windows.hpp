#pragma once

#include "agent/probes/live_system.hpp"
#include "agent/windows/machine.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::tests {

/// A Windows machine whose facts were written down below tests/recorded/windows: the registry as
/// .reg files (as `regedit` and `wine reg import` take them), everything else as .toml files. Its
/// README says what may stand in them. Several recordings may be laid over each other: a system, an
/// antivirus product, the state of its pattern.
class RecordedWindows final : public agent::probes::LiveSystem
{
public:
    RecordedWindows();
    ~RecordedWindows() override;
    RecordedWindows(const RecordedWindows&) = delete;
    RecordedWindows& operator=(const RecordedWindows&) = delete;

    /// Lays <name>.reg and <name>.toml over what is there. Throws when neither is there, or when
    /// one is not understood.
    void add(std::string_view name);

    /// The same from texts.
    void add_registry(std::string_view reg);
    void add_facts(std::string_view toml);

    /// One value in the native view.
    void set_value(
        std::string_view key, std::string_view name, agent::windows::RegistryValue value);
    void set_text(std::string_view key, std::string_view name, std::string_view text);
    void set_number(std::string_view key, std::string_view name, std::uint32_t number);
    void remove_value(std::string_view key, std::string_view name);

    /// With everything below.
    void remove_key(std::string_view key);

    /// From now on this key and all below may not be read, in the view that has it.
    void deny_key(std::string_view key);

    /// With all its classes.
    void remove_wmi_namespace(std::string_view name);

    /// From now on who asks for this class gets no answer in time.
    void hang_wmi(std::string_view name, std::string_view wmi_class);

    /// From now on every call of this part of the machine fails: "registry", "files", "wmi",
    /// "services", "events", "devices", "network", "accounts", "programs", "system".
    void fail(std::string_view part);

    const agent::windows::Machine& machine() const;

    /// The classes that were asked for, whether they are there or not.
    const std::set<std::string>& asked_wmi() const;

    const agent::windows::Machine* windows() const override { return &machine(); }

    Result<agent::probes::KernelName> kernel_name() const override;
    Result<std::string> netlink_dump(agent::probes::NetlinkTable table) const override;
    Result<agent::probes::TimeState> time_state() const override;
    Result<std::vector<agent::probes::UnitState>> units() const override;

private:
    struct Facts;
    struct Parts;

    std::unique_ptr<Facts> facts_;
    std::unique_ptr<Parts> parts_;
};

} // namespace mimamori::tests
