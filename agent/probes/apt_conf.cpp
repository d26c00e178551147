#include "agent/probes/apt_conf.hpp"

#include "agent/probes/deb822.hpp"
#include "agent/probes/text.hpp"

#include <algorithm>

namespace mimamori::agent::probes {
namespace {

constexpr std::size_t settings_max = 2'000;
constexpr std::size_t depth_max = 16;

/// Cuts apt.conf(5) text into words, quoted texts and the signs { } ;
class ConfScanner
{
public:
    explicit ConfScanner(std::string_view text)
        : rest_{text}
    {}

    /// Empty at the end. A quoted text begins with its quote.
    std::string_view next()
    {
        skip();
        if (rest_.empty())
            return {};
        std::size_t size = 1;
        if (rest_.front() == '"')
            size = std::min(rest_.size(), rest_.find('"', 1));
        else if (!is_sign(rest_.front()))
            size = std::min(rest_.size(), rest_.find_first_of(" \t\r\n{};\""));
        std::string_view token = rest_.substr(0, size);
        rest_.remove_prefix(size);
        if (token.front() == '"' && !rest_.empty())
            rest_.remove_prefix(1);
        return token;
    }

private:
    static bool is_sign(char letter) { return letter == '{' || letter == '}' || letter == ';'; }

    void skip()
    {
        for (;;)
        {
            rest_.remove_prefix(std::min(rest_.size(), rest_.find_first_not_of(" \t\r\n")));
            if (rest_.starts_with("//") || rest_.starts_with('#'))
                rest_.remove_prefix(std::min(rest_.size(), rest_.find('\n')));
            else if (rest_.starts_with("/*"))
            {
                const auto end = rest_.find("*/", 2);
                rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 2);
            }
            else
                return;
        }
    }

    std::string_view rest_;
};

void add_host(std::vector<std::string>& hosts, std::string_view address)
{
    if (auto host = host_of_address(address); !host.empty())
        hosts.push_back(std::move(host));
}

/// apt reads only these names: no dots but the ending, nothing hidden.
bool is_list_name(std::string_view name, std::string_view ending)
{
    return name.ends_with(ending) && !name.starts_with('.');
}

} // namespace

std::string host_of_address(std::string_view address)
{
    const auto colon = address.find(':');
    if (colon == std::string_view::npos)
        return {};
    const std::string_view scheme = address.substr(0, colon);
    if (!address.substr(colon).starts_with("://"))
        return fact_text(scheme, 64); // "cdrom:[…]", "file:/…"
    std::string_view host = address.substr(colon + 3);
    host = host.substr(0, host.find('/'));
    if (const auto at = host.rfind('@'); at != std::string_view::npos)
        host.remove_prefix(at + 1); // Names and passwords are not ours to tell.
    if (const auto port = host.find(':'); port != std::string_view::npos)
        host = host.substr(0, port);
    return fact_text(host.empty() ? scheme : host, 256);
}

void add_apt_settings(std::string_view text, AptSettings& settings)
{
    ConfScanner scanner{text};
    std::vector<std::string> scopes;
    std::string name;
    const auto full_name = [&](std::string_view last) {
        std::string full;
        for (const std::string& scope : scopes)
            full += scope + "::";
        return full + to_lower(last);
    };
    for (auto token = scanner.next(); !token.empty(); token = scanner.next())
    {
        if (token == "{")
        {
            if (scopes.size() == depth_max)
                return;
            scopes.push_back(to_lower(name));
            name.clear();
        }
        else if (token == "}")
        {
            if (!scopes.empty())
                scopes.pop_back();
            name.clear();
        }
        else if (token == ";")
            name.clear();
        else if (token.front() == '"')
        {
            std::string full = full_name(name);
            while (full.ends_with("::"))
                full.resize(full.size() - 2);
            if (settings.size() < settings_max)
                settings[full] = fact_text(token.substr(1));
        }
        else if (name.empty())
            name = token;
        else if (settings.size() < settings_max)
            settings[full_name(name)] = fact_text(token); // a value without quotes
    }
}

AptSettings read_apt_settings(const Tree& tree)
{
    AptSettings settings;
    if (const auto names = tree.names("/etc/apt/apt.conf.d"))
    {
        for (const std::string& name : *names)
        {
            const bool counts = name.find('.') == std::string::npos || name.ends_with(".conf");
            if (!counts)
                continue;
            if (const auto text = tree.read("/etc/apt/apt.conf.d/" + name))
                add_apt_settings(*text, settings);
        }
    }
    if (const auto text = tree.read("/etc/apt/apt.conf"))
        add_apt_settings(*text, settings);
    return settings;
}

std::vector<std::string> parse_sources_list(std::string_view text)
{
    std::vector<std::string> hosts;
    while (const auto line = next_line(text))
    {
        std::string_view rest = *line;
        if (next_word(rest) != "deb")
            continue;
        rest = trimmed(rest);
        if (rest.starts_with('[')) // options
            rest.remove_prefix(std::min(rest.size(), rest.find(']') + 1));
        add_host(hosts, next_word(rest));
    }
    return hosts;
}

std::vector<std::string> parse_sources_stanzas(std::string_view text)
{
    std::vector<std::string> hosts;
    MemoryText source{text};
    StanzaReader reader{source};
    for (auto stanza = reader.next(); stanza && *stanza; stanza = reader.next())
    {
        const std::string enabled = to_lower(stanza_field(**stanza, "Enabled"));
        std::string_view types = stanza_field(**stanza, "Types");
        bool binary = false;
        for (auto type = next_word(types); !type.empty(); type = next_word(types))
            binary = binary || type == "deb";
        if (!binary || enabled == "no" || enabled == "false")
            continue;
        std::string_view addresses = stanza_field(**stanza, "URIs");
        for (auto one = next_word(addresses); !one.empty(); one = next_word(addresses))
            add_host(hosts, one);
    }
    return hosts;
}

Result<std::vector<std::string>> read_apt_sources(const Tree& tree)
{
    std::vector<std::string> hosts;
    const auto append = [&](std::vector<std::string> more) {
        hosts.insert(hosts.end(), more.begin(), more.end());
    };
    const auto list = tree.read("/etc/apt/sources.list");
    if (list)
        append(parse_sources_list(*list));
    const auto names = tree.names("/etc/apt/sources.list.d");
    if (!list && !names)
        return list.error();
    for (const std::string& name : names ? *names : std::vector<std::string>{})
    {
        const auto text = tree.read("/etc/apt/sources.list.d/" + name);
        if (text && is_list_name(name, ".list"))
            append(parse_sources_list(*text));
        else if (text && is_list_name(name, ".sources"))
            append(parse_sources_stanzas(*text));
    }
    std::sort(hosts.begin(), hosts.end());
    hosts.erase(std::unique(hosts.begin(), hosts.end()), hosts.end());
    return hosts;
}

} // namespace mimamori::agent::probes
