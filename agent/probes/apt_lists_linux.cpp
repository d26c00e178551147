#include "agent/probes/apt_conf.hpp"
#include "agent/probes/apt_lists.hpp"
#include "agent/probes/deb822.hpp"
#include "agent/probes/dpkg.hpp"
#include "agent/probes/text.hpp"
#include "common/crypto/hash.hpp"

namespace mimamori::agent::probes {
namespace {

constexpr std::string_view lists_folder = "/var/lib/apt/lists/";
constexpr std::string_view preferences_folder = "/etc/apt/preferences.d/";

/// The beginning of a file; empty when it cannot be read.
std::string read_beginning(const Tree& tree, const std::string& path)
{
    std::string text;
    const auto done = tree.read_pieces(path, [&](std::string_view piece) {
        text = piece.substr(0, 16U * 1024);
        return false;
    });
    return done ? text : std::string{};
}

AptPolicy read_policy(const Tree& tree, std::vector<std::string>& not_understood)
{
    AptPolicy policy;
    const auto add = [&](const std::string& path) {
        const auto text = tree.read(path);
        if (!text)
            return;
        auto pins = parse_preferences(*text, not_understood);
        policy.pins.insert(policy.pins.end(), pins.begin(), pins.end());
    };
    // apt reads the folder first; the first record that fits decides.
    if (const auto names = tree.names(preferences_folder))
    {
        for (const std::string& name : *names)
        {
            if (name.find('.') == std::string::npos || name.ends_with(".pref"))
                add(std::string{preferences_folder} + name);
        }
    }
    add("/etc/apt/preferences");
    const auto settings = read_apt_settings(tree);
    if (const auto found = settings.find("apt::default-release"); found != settings.end())
        policy.default_release = found->second;
    return policy;
}

/// An installed package, kept until the machine's architecture is known.
struct Installed
{
    std::string name;
    std::string version;
    std::string architecture;
};

} // namespace

Result<PendingPackages> find_pending_packages(
    const Tree& tree, std::vector<std::string>& not_understood)
{
    const auto names = tree.names(lists_folder);
    if (!names)
        return names.error();
    const auto lists = match_lists(*names, [&](const std::string& name) {
        return read_beginning(tree, std::string{lists_folder} + name);
    });
    if (lists.empty())
        return Error{Errc::not_found, "read /var/lib/apt/lists: no Packages files"};

    std::vector<Installed> installed;
    std::string native = "amd64";
    const auto status = for_each_installed(tree, [&](const DpkgPackage& package) {
        installed.push_back(
            {std::string{package.name}, std::string{package.version},
             std::string{package.architecture}});
        if (package.name == "dpkg") // It is always of the machine's own architecture.
            native = package.architecture;
    });
    if (!status)
        return status.error();
    PendingSearch search{read_policy(tree, not_understood), native};
    for (const Installed& one : installed)
        search.add_installed(one.name, one.version, one.architecture);

    for (const AptList& list : lists)
    {
        const std::string path = std::string{lists_folder} + list.file;
        const auto text = open_text(tree, path);
        if (!text)
            return text.error();
        StanzaReader reader{**text};
        for (;;)
        {
            const auto stanza = reader.next();
            if (!stanza)
                return stanza.error();
            if (!*stanza)
                break;
            search.offer(**stanza, list.release);
        }
    }
    return search.finish();
}

std::string pending_inputs(const Tree& tree)
{
    crypto::Sha256Stream all;
    const auto add = [&](const std::string& path) {
        const auto status = tree.status(path);
        if (!status)
            return;
        all.update(
            path + ' ' + std::to_string(status->inode) + ' ' + std::to_string(status->size_bytes)
            + ' ' + std::to_string(status->changed_ns) + ' '
            + std::to_string(status->status_changed_ns) + '\n');
    };
    const auto add_folder = [&](std::string_view folder) {
        const auto names = tree.names(folder);
        for (const std::string& name : names ? *names : std::vector<std::string>{})
            add(std::string{folder} + name);
    };
    add("/var/lib/dpkg/status");
    add("/etc/apt/preferences");
    add("/etc/apt/apt.conf");
    add_folder("/etc/apt/apt.conf.d/");
    add_folder(preferences_folder);
    add_folder(lists_folder);
    return to_hex(all.finish());
}

} // namespace mimamori::agent::probes
