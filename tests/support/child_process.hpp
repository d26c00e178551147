#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mimamori::tests {

/// A program that runs beside the test. It ends with this object, and with the test program
/// however that one ends.
class ChildProcess
{
public:
    /// Starts `command`, whose first word is looked up in PATH. What it prints is added to `log`.
    ChildProcess(const std::vector<std::string>& command, std::filesystem::path log);

    /// Ends it by SIGTERM, or by SIGKILL when it does not react.
    ~ChildProcess();

    ChildProcess(ChildProcess&& other) noexcept;
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    pid_t pid() const { return pid_; }

    bool is_running();

    /// SIGTERM. The exit code; throws when it has not ended after `patience`.
    int stop(std::chrono::seconds patience = std::chrono::seconds{30});

    /// SIGKILL, as a power cut does it: nothing in the program gets a turn.
    void kill();

    /// The exit code (128 + signal when it was killed) once it has ended by itself.
    std::optional<int> exit_code();

    const std::filesystem::path& log() const { return log_; }

private:
    void reap(bool may_wait);

    std::filesystem::path log_;
    pid_t pid_{0};
    std::optional<int> exit_code_;
};

/// What a program that was waited for said.
struct ProgramOutput
{
    int exit_code{0};
    std::string text; ///< Standard output and standard error.
};

/// Runs `command` to its end. Throws when that takes longer than `patience`.
ProgramOutput run_program(
    const std::vector<std::string>& command,
    std::chrono::seconds patience = std::chrono::seconds{60});

/// Whether there is a program of that name in PATH.
bool has_program(const std::string& name);

/// The whole text of a file; empty when it is not there.
std::string text_of(const std::filesystem::path& file);

} // namespace mimamori::tests
