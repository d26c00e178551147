#pragma once

#include "common/base/result.hpp"
#include "common/wire/report.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::agent::app {

/// Keeps the process small, behind others for CPU and disk, and its files to itself. What the
/// system refuses is passed over; the list says what. Call it before there are other threads.
std::vector<std::string> hold_back(std::uint64_t memory_bytes_max);

/// From now on the kernel refuses to start another program for this process, whoever asks and
/// however: the promise that the agent starts none does not rest on our care alone. Errors:
/// unsupported where the kernel cannot do that (Windows before 10).
Result<void> forbid_programs();

/// Puts the calling thread still further behind: for the one that runs the probes.
void hold_back_thread();

/// Gives back to the system what is not used now, if the process holds more than
/// `resident_bytes_max`: freed memory, and the pages of the program itself, which come back from
/// the page cache when they are used. Below that they stay, because what every report needs costs
/// CPU time to bring back.
void release_memory(std::uint64_t resident_bytes_max);

/// CPU time of the calling thread.
std::chrono::milliseconds thread_cpu_time();

/// How large and how full the disk with the system is: "/", or on Windows the drive of `folder`,
/// which lies in ProgramData. Leaves 0 where that cannot be told.
void measure_disk(const std::filesystem::path& folder, wire::Footprint& footprint);

/// What the process costs now: time, CPU, memory, threads, handles. What cannot be measured is 0.
wire::Footprint measure_footprint();

/// The number the system knows this process by.
std::uint64_t process_id();

/// Whether there is a process of that number, whosever it is.
bool process_exists(std::uint64_t process);

/// An identifier of this boot of the machine; empty when the system has none.
std::string boot_id();

/// Takes the data folder for this process alone until it ends. Errors: conflict when another agent
/// has it; forbidden, io.
Result<void> take_folder(const std::string& folder);

/// What RunningMark keeps: "boot-id probe", or nothing, and blanks up to a fixed length.
std::string mark_line(const std::string& probe, const std::string& boot);

/// The probe that such a line names when it is of this boot: a power cut is not a probe's fault.
std::string probe_left(std::string_view line, std::string_view boot);

/// Remembers, outside of the process, which probe runs, so that the next run knows in which one the
/// agent died. Costs one write into the page cache each time.
class RunningMark
{
public:
    /// Opens the mark in `folder`; without it nothing is remembered.
    explicit RunningMark(const std::string& folder);
    ~RunningMark();
    RunningMark(const RunningMark&) = delete;
    RunningMark& operator=(const RunningMark&) = delete;

    /// The probe that ran when the last run of this boot ended by force; empty: none.
    const std::string& left() const { return left_; }

    /// Empty: none runs.
    void set(const std::string& probe);

private:
    std::intptr_t file_{-1};
    std::string boot_;
    std::string left_;
};

} // namespace mimamori::agent::app
