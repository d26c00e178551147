#pragma once

#include "agent/probes/process_source.hpp"
#include "agent/windows/machine.hpp"

#include <map>

namespace mimamori::agent::probes::windows {

/// The processes of a Windows machine, with the signers and version resources of their files.
class ProcessList final : public ProcessSource
{
public:
    /// `machine` outlives this.
    explicit ProcessList(const agent::windows::Machine& machine);

    std::string_view name() const override { return "process list"; }

    std::string_view blind_spot() const override { return "some processes do not tell their path"; }

    Result<std::vector<std::uint32_t>> processes() override;
    void begin_look() override;
    Result<Executable> executable_of(std::uint32_t process) const override;
    void describe(
        std::uint32_t process, bool with_command_line, wire::Program& program) const override;
    void add_makers(const std::vector<wire::Program*>& programs) override;
    void add_signer(wire::Program& program) const override;
    Result<std::unique_ptr<HashSteps>> open(const std::string& path) const override;

private:
    Result<void> read_list();

    const agent::windows::Machine& machine_;
    std::map<std::uint32_t, agent::windows::ProgramRow> rows_;
    bool fresh_{false}; ///< `rows_` was read for the look that begins now.
};

} // namespace mimamori::agent::probes::windows
