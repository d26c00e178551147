#pragma once

#include "collector/notify/channel_kinds.hpp"

#include <string_view>

/// What kinds of channels for programs have in common.
namespace mimamori::collector::notify {

/// "opened", "escalated", "repeated", "resolved".
std::string_view news_name(News news);

/// "info", "warning", "action".
std::string_view severity_name(rules::Severity severity);

/// Whether `ca` is PEM of certificates and `pin` is "sha256//" with base64 of 32 bytes, where they
/// are given. Errors: invalid_input, naming the member.
Result<void> check_trust(const Channel& channel);

/// The same for `ca` alone.
Result<void> check_ca(const std::string& ca);

} // namespace mimamori::collector::notify
