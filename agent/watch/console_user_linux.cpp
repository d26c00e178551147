#include "agent/probes/tree.hpp"
#include "agent/watch/console_user.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utmpx.h>

namespace mimamori::agent::watch {
namespace {

/// Some hundred sessions; the file is read whole at each USB event.
constexpr std::size_t utmp_bytes_max = 256 * sizeof(utmpx);

std::string user_of_seat(const probes::Tree& tree)
{
    const auto seat = tree.read("/run/systemd/seats/seat0", 16 * 1024);
    if (!seat)
        return {};
    const std::string session = value_of(*seat, "ACTIVE");
    if (session.empty() || session.find('/') != std::string::npos)
        return {};
    const auto text = tree.read("/run/systemd/sessions/" + session, 16 * 1024);
    // The log-in screen has a session, too.
    if (!text || value_of(*text, "CLASS") == "greeter")
        return {};
    return value_of(*text, "USER");
}

template <std::size_t size>
std::string_view text_of(const char (&field)[size])
{
    return {field, ::strnlen(field, size)};
}

std::string user_of_utmp(const probes::Tree& tree)
{
    const auto text = tree.read("/run/utmp", utmp_bytes_max);
    std::string user;
    std::int64_t newest = -1;
    for (std::size_t at = 0; text && at + sizeof(utmpx) <= text->size(); at += sizeof(utmpx))
    {
        utmpx entry{};
        std::memcpy(&entry, text->data() + at, sizeof entry);
        const auto host = text_of(entry.ut_host);
        const bool is_local = host.empty() || host.front() == ':';
        if (entry.ut_type != USER_PROCESS || !is_local || entry.ut_tv.tv_sec <= newest)
            continue;
        newest = entry.ut_tv.tv_sec;
        user = text_of(entry.ut_user);
    }
    return user;
}

} // namespace

std::string value_of(std::string_view text, std::string_view name)
{
    while (!text.empty())
    {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        if (line.size() > name.size() && line[name.size()] == '='
            && line.substr(0, name.size()) == name)
            return std::string{line.substr(name.size() + 1)};
    }
    return {};
}

std::string console_user(const std::filesystem::path& root)
{
    const probes::Tree tree{root};
    std::string user = user_of_seat(tree);
    return user.empty() ? user_of_utmp(tree) : user;
}

} // namespace mimamori::agent::watch
