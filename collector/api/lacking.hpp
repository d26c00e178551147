#pragma once

#include "collector/people/principal.hpp"
#include "common/base/result.hpp"

#include <string>

namespace mimamori::collector::api {

/// Refused because of the role: forbidden. The log hears who it was, and who asked which roles may.
Error lacks(const people::Principal& principal, people::Right right);

/// Refused because it is about the whole site, and that person has a part of it: forbidden.
Error lacks_whole_site(const people::Principal& principal);

/// What a problem document tells of an Error made by these: `"roles":["operator"]` or
/// `"whole_site":true`; empty for others.
std::string who_may(const Error& error);

} // namespace mimamori::collector::api
