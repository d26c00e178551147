#include "agent/probes/deb822.hpp"
#include "agent/probes/dpkg.hpp"

#include <array>

namespace mimamori::agent::probes {

Result<std::string> for_each_installed(
    const Tree& tree, const std::function<void(const DpkgPackage&)>& take)
{
    constexpr std::array<const char*, 3> databases{
        "/var/lib/dpkg/status", "/var/lib/opkg/status", "/usr/lib/opkg/status"};
    std::optional<Error> first;
    for (const std::string path : databases)
    {
        auto text = open_text(tree, path);
        if (!text)
        {
            if (!first || text.error().code != Errc::not_found)
                first = text.error();
            continue;
        }
        StanzaReader reader{**text};
        for (;;)
        {
            const auto stanza = reader.next();
            if (!stanza)
                return Error{stanza.error()}.in("read " + path);
            if (!*stanza)
                return path;
            if (const auto package = installed_package(**stanza))
                take(*package);
        }
    }
    return *first;
}

} // namespace mimamori::agent::probes
