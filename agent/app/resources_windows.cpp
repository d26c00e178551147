#include "agent/app/resources.hpp"
#include "common/platform/file.hpp"
#include "common/platform/lock_file.hpp"
#include "common/platform/system_windows.hpp"

#include <fmt/format.h>

#include <windows.h>

#include <array>
#include <optional>
#include <psapi.h>
#include <tlhelp32.h>
#include <winternl.h>

namespace mimamori::agent::app {
namespace {

using platform::newer_function;
using platform::UniqueHandle;

/// Units of 100 ns, as FILETIME counts.
std::chrono::milliseconds milliseconds_of(const FILETIME& time)
{
    const auto units =
        (static_cast<std::uint64_t>(time.dwHighDateTime) << 32U) | time.dwLowDateTime;
    return std::chrono::milliseconds{static_cast<std::int64_t>(units / 10'000)};
}

std::string refusal(std::string_view what)
{
    return platform::system_error(what, ::GetLastError()).message;
}

/// Memory and number of processes of the job that this process is in from now on. The system kills
/// nobody over the memory: an allocation fails, and the probe that wanted it is given up.
Result<void> enter_job(std::uint64_t memory_bytes_max)
{
    // Never closed: the limits end with the job.
    const HANDLE job = ::CreateJobObjectW(nullptr, nullptr);
    if (job == nullptr)
        return platform::last_error("memory limit");
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_PROCESS_MEMORY
                                              | JOB_OBJECT_LIMIT_ACTIVE_PROCESS
                                              | JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION;
    limits.BasicLimitInformation.ActiveProcessLimit = 1; // This one: it starts no other.
    limits.ProcessMemoryLimit = static_cast<SIZE_T>(memory_bytes_max);
    if (::SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits)
        == FALSE)
        return platform::last_error("memory limit");
    // Before Windows 8 a process can be in one job only, and may be in somebody's already.
    if (::AssignProcessToJobObject(job, ::GetCurrentProcess()) == FALSE)
        return platform::last_error("memory limit");
    return {};
}

/// The folder that this process has taken, until it ends: an agent that is made anew has it.
struct TakenFolder
{
    std::string folder;
    std::optional<platform::LockFile> lock;
};

TakenFolder& taken_folder()
{
    static TakenFolder taken;
    return taken;
}

HANDLE handle_of(std::intptr_t file)
{
    return reinterpret_cast<HANDLE>(file);
}

std::uint64_t count_threads()
{
    const UniqueHandle snapshot{::CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0)};
    THREADENTRY32 entry{};
    entry.dwSize = sizeof entry;
    std::uint64_t count = 0;
    const DWORD own = ::GetCurrentProcessId();
    for (BOOL more = snapshot ? ::Thread32First(snapshot.get(), &entry) : FALSE; more != FALSE;
         more = ::Thread32Next(snapshot.get(), &entry))
        count += entry.th32OwnerProcessID == own ? 1 : 0;
    return count;
}

} // namespace

std::vector<std::string> hold_back(std::uint64_t memory_bytes_max)
{
    std::vector<std::string> refused;
    ::SetDllDirectoryW(L""); // No library is ever taken from the current folder.
    // No window ever asks anybody anything, and no dump that would hold the key is written.
    ::SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX | SEM_NOOPENFILEERRORBOX);
    if (auto done = enter_job(memory_bytes_max); !done)
        refused.push_back(done.error().message);
    if (::SetPriorityClass(::GetCurrentProcess(), IDLE_PRIORITY_CLASS) == FALSE)
        refused.push_back(refusal("cpu priority"));
    // Behind every program of the user, but before others that are as idle: this thread only hands
    // things on, and its word of what happens must not wait for hours.
    ::SetThreadPriority(::GetCurrentThread(), THREAD_PRIORITY_HIGHEST);
    if (auto done = forbid_programs(); !done && done.error().code != Errc::unsupported)
        refused.push_back(done.error().message);
    return refused;
}

Result<void> forbid_programs()
{
    // The job's limit of one process holds on every Windows; this says it once more from 10 on.
    using SetPolicy = BOOL WINAPI(int, PVOID, SIZE_T);
    constexpr int child_process_policy = 13;
    auto* const set = newer_function<SetPolicy>(L"kernel32", "SetProcessMitigationPolicy");
    DWORD no_child_process = 1;
    if (set == nullptr
        || set(child_process_policy, &no_child_process, sizeof no_child_process) == 0)
        return Error{Errc::unsupported, "forbid other programs: not on this Windows"};
    return {};
}

void hold_back_thread()
{
    platform::release_stack();
    // Idle for the processor, and very low for disk and memory.
    ::SetThreadPriority(::GetCurrentThread(), THREAD_MODE_BACKGROUND_BEGIN);
}

void release_memory(std::uint64_t resident_bytes_max)
{
    PROCESS_MEMORY_COUNTERS memory{};
    memory.cb = sizeof memory;
    if (::GetProcessMemoryInfo(::GetCurrentProcess(), &memory, sizeof memory) != FALSE
        && memory.WorkingSetSize <= resident_bytes_max)
        return;
    platform::release_stack();
    ::HeapCompact(::GetProcessHeap(), 0);
    constexpr auto all = static_cast<SIZE_T>(-1);
    ::SetProcessWorkingSetSize(::GetCurrentProcess(), all, all);
}

std::chrono::milliseconds thread_cpu_time()
{
    FILETIME created{};
    FILETIME ended{};
    FILETIME kernel{};
    FILETIME user{};
    ::GetThreadTimes(::GetCurrentThread(), &created, &ended, &kernel, &user);
    return milliseconds_of(kernel) + milliseconds_of(user);
}

wire::Footprint measure_footprint()
{
    static const auto started = ::GetTickCount64();
    const HANDLE process = ::GetCurrentProcess();
    wire::Footprint footprint;
    footprint.up_s = (::GetTickCount64() - started) / 1000;
    FILETIME created{};
    FILETIME ended{};
    FILETIME kernel{};
    FILETIME user{};
    if (::GetProcessTimes(process, &created, &ended, &kernel, &user) != FALSE)
        footprint.cpu_ms =
            static_cast<std::uint64_t>((milliseconds_of(kernel) + milliseconds_of(user)).count());
    PROCESS_MEMORY_COUNTERS_EX memory{};
    memory.cb = sizeof memory;
    if (::GetProcessMemoryInfo(
            process, reinterpret_cast<PROCESS_MEMORY_COUNTERS*>(&memory), sizeof memory)
        != FALSE)
    {
        footprint.rss_bytes = memory.WorkingSetSize;
        footprint.pss_bytes = memory.PrivateUsage; // What Windows calls private bytes.
    }
    DWORD handles = 0;
    if (::GetProcessHandleCount(process, &handles) != FALSE)
        footprint.handles = handles;
    footprint.threads = count_threads();
    return footprint;
}

std::uint64_t process_id()
{
    return ::GetCurrentProcessId();
}

bool process_exists(std::uint64_t process)
{
    if (process == 0)
        return false;
    const UniqueHandle opened{
        ::OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, static_cast<DWORD>(process))};
    if (!opened)
        return ::GetLastError() == ERROR_ACCESS_DENIED;
    DWORD code = 0;
    return ::GetExitCodeProcess(opened.get(), &code) != FALSE && code == STILL_ACTIVE;
}

std::string boot_id()
{
    // SystemTimeOfDayInformation. The time of the start moves when the clock is set, and the
    // system keeps by how much; without that it names one start of the machine.
    struct TimeOfDay
    {
        std::int64_t booted_at;
        std::int64_t now;
        std::int64_t zone;
        ULONG zone_id;
        ULONG reserved;
        std::uint64_t boot_bias;
        std::uint64_t sleep_bias;
    };

    constexpr int time_of_day = 3;
    using Query = NTSTATUS NTAPI(int, PVOID, ULONG, PULONG);
    auto* const query = newer_function<Query>(L"ntdll", "NtQuerySystemInformation");
    TimeOfDay answer{};
    if (query == nullptr || query(time_of_day, &answer, sizeof answer, nullptr) < 0)
        return {};
    return fmt::format(
        "started-{:x}", static_cast<std::uint64_t>(answer.booted_at) - answer.boot_bias);
}

Result<void> take_folder(const std::string& folder)
{
    TakenFolder& taken = taken_folder();
    if (taken.lock && taken.folder == folder)
        return {};
    auto lock = platform::LockFile::take(std::filesystem::path{folder} / L"agent.lock");
    if (!lock && lock.error().code == Errc::conflict)
        return Error{Errc::conflict, "another agent uses " + folder};
    if (!lock)
        return std::move(lock).error();
    taken = {folder, std::move(*lock)};
    return {};
}

RunningMark::RunningMark(const std::string& folder)
    : boot_{boot_id()}
{
    const auto path = std::filesystem::path{folder} / L"running";
    const HANDLE file = ::CreateFileW(
        path.c_str(), GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, nullptr, OPEN_ALWAYS,
        FILE_ATTRIBUTE_NORMAL, nullptr);
    if (file == INVALID_HANDLE_VALUE)
        return;
    file_ = reinterpret_cast<std::intptr_t>(file);
    std::array<char, 256> text{};
    DWORD got = 0;
    if (::ReadFile(file, text.data(), text.size() - 1, &got, nullptr) != FALSE && got > 0)
        left_ = probe_left({text.data()}, boot_);
}

RunningMark::~RunningMark()
{
    if (file_ != -1)
        ::CloseHandle(handle_of(file_));
}

void RunningMark::set(const std::string& probe)
{
    if (file_ == -1)
        return;
    const std::string line = mark_line(probe, boot_);
    ::SetFilePointer(handle_of(file_), 0, nullptr, FILE_BEGIN);
    DWORD written = 0;
    ::WriteFile(handle_of(file_), line.data(), static_cast<DWORD>(line.size()), &written, nullptr);
}

} // namespace mimamori::agent::app
