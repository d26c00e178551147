#include "agent/app/resources.hpp"
#include "common/platform/file.hpp"
#include "common/platform/spare_memory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <link.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/ioprio.h>
#include <linux/seccomp.h>
#include <malloc.h>
#include <span>
#include <string_view>

namespace mimamori::agent::app {
namespace {

// Not the idle classes: on a machine that is busy for hours the agent would stand still for hours,
// and so would its word of what happens there (seen: syncs of a minute, starts of five).
constexpr int nice_of_all = 5;
constexpr int nice_of_probes = 15;
constexpr int disk_priority = IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, 7);

#if defined(__x86_64__)
constexpr std::uint32_t native_architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t native_architecture = AUDIT_ARCH_AARCH64;
#elif defined(__i386__)
constexpr std::uint32_t native_architecture = AUDIT_ARCH_I386;
#endif

/// The calls of x32 begin here under the name of x86-64; no other call has such a number.
constexpr std::uint32_t x32_calls = 0x4000'0000;

std::chrono::milliseconds clock_time(clockid_t clock)
{
    timespec at{};
    ::clock_gettime(clock, &at);
    return std::chrono::milliseconds{
        static_cast<std::int64_t>(at.tv_sec) * 1000 + at.tv_nsec / 1'000'000};
}

/// The number after "Name:" in a file of /proc, which counts in KiB for memory; 0: not there.
std::uint64_t number_after(std::string_view text, std::string_view name)
{
    const auto at = text.find(name);
    if (at == std::string_view::npos)
        return 0;
    auto rest = text.substr(at + name.size());
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    std::uint64_t value = 0;
    std::from_chars(rest.data(), rest.data() + rest.size(), value);
    return value;
}

std::string file_text(const char* path)
{
    const auto text = platform::read_file(path, 64U * 1024);
    return text ? *text : std::string{};
}

std::uint64_t open_files()
{
    std::error_code failure;
    std::uint64_t count = 0;
    for (std::filesystem::directory_iterator entry{"/proc/self/fd", failure}, end;
         !failure && entry != end; entry.increment(failure))
        ++count;
    return count > 0 ? count - 1 : 0; // The folder itself was open.
}

void limit(int resource, std::uint64_t value, const char* name, std::vector<std::string>& refused)
{
    rlimit wanted{};
    ::getrlimit(resource, &wanted);
    wanted.rlim_cur = std::min<rlim_t>(value, wanted.rlim_max);
    if (::setrlimit(resource, &wanted) != 0)
        refused.push_back(std::string{name} + ": " + std::strerror(errno));
}

/// Unmaps what of the program itself was read in: code and constants, which come back from the page
/// cache as they are used. Only segments that nobody can have written to.
int let_go_of_program(dl_phdr_info* program, std::size_t, void*)
{
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    for (const ElfW(Phdr) & segment : std::span{program->dlpi_phdr, program->dlpi_phnum})
    {
        if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0)
            continue;
        const std::uintptr_t begin = (program->dlpi_addr + segment.p_vaddr) / page * page;
        const std::uintptr_t end = program->dlpi_addr + segment.p_vaddr + segment.p_memsz;
        // A number that is an address: that is how the system hands them out.
        (void)::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
    }
    return 1; // The first one is the program; libraries follow.
}

} // namespace

std::vector<std::string> hold_back(std::uint64_t memory_bytes_max)
{
    std::vector<std::string> refused;
    ::umask(077);
    // A second heap for the second thread would stay half empty for ever, and what was freed must
    // not be kept for a rainy day.
    ::mallopt(M_ARENA_MAX, 1);
    ::mallopt(M_TRIM_THRESHOLD, 64 * 1024);
    ::mallopt(M_MMAP_THRESHOLD, 64 * 1024);
    ::mallopt(M_TOP_PAD, 16 * 1024);
    // Under a memory checker the address space is larger than any limit from the start.
    const auto used = number_after(file_text("/proc/self/status"), "VmSize:") * 1024;
    if (used < memory_bytes_max)
        limit(RLIMIT_AS, memory_bytes_max, "memory limit", refused);
    else
        refused.push_back("memory limit: more is in use already");
    limit(RLIMIT_CORE, 0, "core limit", refused); // A dump would hold the key.
    if (::setpriority(PRIO_PROCESS, 0, nice_of_all) != 0)
        refused.push_back(std::string{"cpu priority: "} + std::strerror(errno));
    if (::syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, disk_priority) != 0)
        refused.push_back(std::string{"disk priority: "} + std::strerror(errno));
    if (auto done = forbid_programs(); !done)
        refused.push_back(done.error().message);
    return refused;
}

Result<void> forbid_programs()
{
    // seccomp(2). The numbers of another architecture's calls mean something else, so those are
    // refused altogether: this is one program for one architecture.
    constexpr auto deny = SECCOMP_RET_ERRNO | (EPERM & SECCOMP_RET_DATA);
    std::array<sock_filter, 8> program{
        sock_filter{BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, arch)},
        sock_filter{BPF_JMP | BPF_JEQ | BPF_K, 0, 4, native_architecture},
        sock_filter{BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, nr)},
        sock_filter{BPF_JMP | BPF_JGE | BPF_K, 2, 0, x32_calls},
        sock_filter{BPF_JMP | BPF_JEQ | BPF_K, 1, 0, SYS_execve},
        sock_filter{BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SYS_execveat},
        sock_filter{BPF_RET | BPF_K, 0, 0, deny},
        sock_filter{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW}};
    const sock_fprog filter{program.size(), program.data()};
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
        || ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0)
        return Error{
            Errc::unsupported, std::string{"forbid other programs: "} + std::strerror(errno)};
    return {};
}

void hold_back_thread()
{
    // On Linux 0 stands for the calling thread, and lowering is always allowed.
    (void)::setpriority(PRIO_PROCESS, 0, nice_of_probes);
}

void release_memory(std::uint64_t resident_bytes_max)
{
    // proc(5): statm counts pages; the second number is what is resident.
    const std::string pages = file_text("/proc/self/statm");
    if (number_after(pages, " ") * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE))
        <= resident_bytes_max)
        return;
    platform::trim_allocator();
    ::dl_iterate_phdr(let_go_of_program, nullptr);
}

std::chrono::milliseconds thread_cpu_time()
{
    return clock_time(CLOCK_THREAD_CPUTIME_ID);
}

wire::Footprint measure_footprint()
{
    static const auto started = clock_time(CLOCK_BOOTTIME);
    wire::Footprint footprint;
    const auto up = clock_time(CLOCK_BOOTTIME) - started;
    footprint.up_s = static_cast<std::uint64_t>(up.count() / 1000);
    footprint.cpu_ms = static_cast<std::uint64_t>(clock_time(CLOCK_PROCESS_CPUTIME_ID).count());
    const std::string status = file_text("/proc/self/status");
    footprint.rss_bytes = number_after(status, "VmRSS:") * 1024;
    footprint.threads = number_after(status, "Threads:");
    // Older kernels (before 4.14) do not add it up.
    footprint.pss_bytes = number_after(file_text("/proc/self/smaps_rollup"), "\nPss:") * 1024;
    footprint.handles = open_files();
    return footprint;
}

std::uint64_t process_id()
{
    return static_cast<std::uint64_t>(::getpid());
}

std::string boot_id()
{
    std::string id = file_text("/proc/sys/kernel/random/boot_id");
    id.erase(std::min(id.find('\n'), id.size()));
    return id;
}

bool process_exists(std::uint64_t process)
{
    return process > 0 && (::kill(static_cast<pid_t>(process), 0) == 0 || errno == EPERM);
}

Result<void> take_folder(const std::string& folder)
{
    static std::string taken; // By this process, until it ends: an agent that is made anew has it.
    static ::pid_t taken_by = 0;
    if (folder == taken && taken_by == ::getpid())
        return {};
    const std::string file = folder + "/agent.lock";
    // Stays open, and with it the lock, until the process ends.
    const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return platform::last_error("open " + file);
    if (::flock(fd, LOCK_EX | LOCK_NB) == 0)
    {
        taken = folder;
        taken_by = ::getpid();
        return {};
    }
    auto failure = platform::last_error("lock " + file);
    if (errno == EWOULDBLOCK)
        failure = Error{Errc::conflict, "another agent uses " + folder};
    ::close(fd);
    return failure;
}

RunningMark::RunningMark(const std::string& folder)
    : boot_{boot_id()}
{
    const int fd = ::open((folder + "/running").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    file_ = fd;
    std::array<char, 256> text{};
    if (fd < 0 || ::pread(fd, text.data(), text.size() - 1, 0) <= 0)
        return;
    left_ = probe_left({text.data()}, boot_);
}

RunningMark::~RunningMark()
{
    if (file_ >= 0)
        ::close(static_cast<int>(file_));
}

void RunningMark::set(const std::string& probe)
{
    if (file_ < 0)
        return;
    const std::string line = mark_line(probe, boot_);
    (void)!::pwrite(static_cast<int>(file_), line.data(), line.size(), 0);
}

} // namespace mimamori::agent::app
