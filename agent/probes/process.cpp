#include "agent/probes/process.hpp"

#include "agent/probes/text.hpp"

namespace mimamori::agent::probes {

std::optional<ProcessOrigin> parse_process_status(std::string_view text)
{
    std::optional<std::uint32_t> user;
    std::optional<std::uint32_t> parent;
    while (const auto line = next_line(text))
    {
        if (line->starts_with("PPid:"))
            parent = to_number<std::uint32_t>(trimmed(line->substr(5)));
        else if (line->starts_with("Uid:"))
        {
            std::string_view rest = line->substr(4);
            next_word(rest); // real
            user = to_number<std::uint32_t>(next_word(rest));
        }
    }
    if (!user || !parent)
        return std::nullopt;
    return ProcessOrigin{*user, *parent};
}

std::string executable_path(std::string_view link_target)
{
    constexpr std::string_view deleted = " (deleted)";
    if (link_target.ends_with(deleted))
        link_target.remove_suffix(deleted.size());
    return std::string{link_target};
}

bool lets_users_write(const FileStatus& status)
{
    constexpr std::uint32_t sticky = 01000;
    constexpr std::uint32_t group_writes = 0020;
    constexpr std::uint32_t others_write = 0002;
    if (status.user != 0)
        return true;
    if (status.kind == FileKind::folder && (status.mode & sticky) != 0)
        return false;
    if ((status.mode & group_writes) != 0 && status.group != 0)
        return true;
    return (status.mode & others_write) != 0;
}

} // namespace mimamori::agent::probes
