#pragma once

#include "common/base/result.hpp"

#include <filesystem>
#include <string>

/// What whoever answers for a site's knowledge does away from the collector: the private key never
/// comes near it.
namespace mimamori::collector::ctl {

/// Makes a key pair: the private half into `file` (mode 0600, must not exist), the public half is
/// returned in 64 hexadecimal digits, for `knowledge.site_key` of collector and agents.
/// Errors: conflict, io.
Result<std::string> make_site_key(const std::filesystem::path& file);

/// Signs a knowledge file and writes the signed document to `out`. Name, version and expiry are
/// those that stand in the file. Returns a line about it. Errors: invalid_input, not_found, io.
Result<std::string> sign_knowledge(
    const std::filesystem::path& key_file,
    const std::filesystem::path& knowledge_file,
    const std::filesystem::path& out);

} // namespace mimamori::collector::ctl
