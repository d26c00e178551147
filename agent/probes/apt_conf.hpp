#pragma once

#include "agent/probes/tree.hpp"
#include "common/base/result.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

/// apt's settings: apt.conf(5) and sources.list(5).
namespace mimamori::agent::probes {

/// Settings by their full name in lower case, "apt::periodic::unattended-upgrade"; of a list the
/// last element. A later file or line wins.
using AptSettings = std::map<std::string, std::string>;

/// Adds what one apt.conf(5) file says. What is not understood is skipped.
void add_apt_settings(std::string_view text, AptSettings& settings);

/// /etc/apt/apt.conf and /etc/apt/apt.conf.d, in apt's order.
AptSettings read_apt_settings(const Tree& tree);

/// The host of "http://user@host:80/path"; the scheme where there is no host ("file", "cdrom");
/// empty for what is no address.
std::string host_of_address(std::string_view address);

/// The hosts of a sources.list (one-line form) or of a `.sources` file (deb822 form), without
/// disabled entries: "deb.debian.org", "cdrom", "file".
std::vector<std::string> parse_sources_list(std::string_view text);
std::vector<std::string> parse_sources_stanzas(std::string_view text);

/// The hosts of all apt sources, sorted, each once.
/// Errors: not_found when there is neither a list nor a folder of lists.
Result<std::vector<std::string>> read_apt_sources(const Tree& tree);

} // namespace mimamori::agent::probes
