#include "agent/probes/process_source.hpp"

#include <fmt/format.h>

namespace mimamori::agent::probes {

Result<std::string> ProcessSource::executable_key(std::uint32_t process) const
{
    const auto executable = executable_of(process);
    if (!executable)
        return executable.error();
    const FileStatus& file = executable->file;
    return fmt::format(
        "{} {} {} {} {}", executable->path, file.device, file.inode, file.size_bytes,
        file.changed_ns);
}

} // namespace mimamori::agent::probes
