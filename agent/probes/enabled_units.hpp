#pragma once

#include "agent/probes/tree.hpp"
#include "common/base/result.hpp"

#include <initializer_list>
#include <set>
#include <string>
#include <string_view>

namespace mimamori::agent::probes {

/// What the administrator lets start by itself: units with an enabling link in /etc/systemd/system
/// and init scripts with a start link, those under "NAME.service".
class EnabledUnits
{
public:
    /// Errors: not_found when there is neither systemd's folder nor one of init scripts.
    static Result<EnabledUnits> read(const Tree& tree);

    bool has(std::string_view name) const { return names_.contains(std::string{name}); }

    bool has_any(std::initializer_list<std::string_view> names) const;

    /// Whether one begins with `prefix`, such as "tigervncserver@".
    bool has_prefix(std::string_view prefix) const;

private:
    std::set<std::string> names_;
};

} // namespace mimamori::agent::probes
