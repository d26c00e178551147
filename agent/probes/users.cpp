#include "agent/probes/users.hpp"

#include "agent/probes/text.hpp"

#include <array>

namespace mimamori::agent::probes {

std::vector<PasswdEntry> parse_passwd(std::string_view text, std::size_t entries_max)
{
    std::vector<PasswdEntry> entries;
    while (const auto line = next_line(text))
    {
        std::array<std::string_view, 7> fields{};
        std::string_view rest = *line;
        std::size_t count = 0;
        for (; count < fields.size(); ++count)
        {
            const auto end = rest.find(':');
            fields[count] = rest.substr(0, end);
            if (end == std::string_view::npos)
                break;
            rest.remove_prefix(end + 1);
        }
        const auto user = to_number<std::uint32_t>(fields[2]);
        const auto group = to_number<std::uint32_t>(fields[3]);
        // "+name" lines include other databases; they name no local account.
        if (count != 6 || !user || !group || fields[0].empty() || fields[0].front() == '+'
            || fields[0].front() == '-' || fields[0].front() == '#')
            continue;
        if (entries.size() == entries_max)
            break;
        entries.push_back(
            {fact_text(fields[0], 256), *user, *group, std::string{fields[5].substr(0, 1024)},
             fact_text(fields[6], 256)});
    }
    return entries;
}

std::string UserNames::name_of(std::uint32_t user) const
{
    const auto found = names_.find(user);
    return found == names_.end() ? "uid " + std::to_string(user) : found->second;
}

void UserNames::refresh(const Tree& tree)
{
    constexpr std::string_view path = "/etc/passwd";
    const auto status = tree.status(path);
    if (!status)
        return;
    if (status->inode == read_from_.inode && status->changed_ns == read_from_.changed_ns
        && status->size_bytes == read_from_.size_bytes)
        return;
    const auto text = tree.read(path, 8U * 1024 * 1024);
    if (!text)
        return;
    names_.clear();
    for (PasswdEntry& entry : parse_passwd(*text))
        names_.emplace(entry.user, std::move(entry.name));
    read_from_ = *status;
}

} // namespace mimamori::agent::probes
