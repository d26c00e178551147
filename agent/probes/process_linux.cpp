#include "agent/probes/process.hpp"
#include "agent/probes/text.hpp"

#include <algorithm>

namespace mimamori::agent::probes {
namespace {

std::string proc_path(std::uint32_t process, std::string_view file)
{
    return "/proc/" + std::to_string(process) + '/' + std::string{file};
}

} // namespace

Result<std::vector<std::uint32_t>> all_processes(const Tree& tree)
{
    const auto names = tree.names("/proc");
    if (!names)
        return names.error();
    std::vector<std::uint32_t> processes;
    for (const std::string& name : *names)
    {
        if (const auto process = to_number<std::uint32_t>(name))
            processes.push_back(*process);
    }
    std::sort(processes.begin(), processes.end());
    return processes;
}

Result<Executable> executable_of(const Tree& tree, std::uint32_t process)
{
    const std::string link = proc_path(process, "exe");
    auto target = tree.link_target(link);
    if (!target)
        return std::move(target).error();
    Executable executable;
    executable.path = fact_text(executable_path(*target), 4096);
    // The kernel's link leads to the file itself, whatever has become of its name and whatever
    // mount namespace the process lives in. In a recorded tree it is an ordinary link.
    executable.open_as = tree.root() == "/" ? link : executable.path;
    auto status = tree.status(executable.open_as);
    if (!status)
        return std::move(status).error();
    executable.file = *status;
    return executable;
}

Result<FileStatus> executable_file(const Tree& tree, std::uint32_t process)
{
    return tree.status(proc_path(process, "exe"));
}

Result<ProcessOrigin> origin_of(const Tree& tree, std::uint32_t process)
{
    const std::string path = proc_path(process, "status");
    auto text = tree.read(path);
    if (!text)
        return std::move(text).error();
    const auto origin = parse_process_status(*text);
    if (!origin)
        return Error{Errc::invalid_input, "read " + path + ": not understood"};
    return *origin;
}

std::string command_line_of(const Tree& tree, std::uint32_t process)
{
    auto line = tree.read(proc_path(process, "cmdline"), 256U * 1024);
    if (!line)
        return {};
    std::replace(line->begin(), line->end(), '\0', ' ');
    return fact_text(*line);
}

bool is_user_writable(const Tree& tree, const std::string& path)
{
    std::string part = path;
    while (!part.empty() && part != "/")
    {
        const auto status = tree.status(part);
        // What is gone or hidden from us says nothing against the rest.
        if (status && lets_users_write(*status))
            return true;
        part.resize(part.rfind('/') == std::string::npos ? 0 : part.rfind('/'));
    }
    return false;
}

} // namespace mimamori::agent::probes
