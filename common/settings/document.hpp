#pragma once

#include "common/settings/table.hpp"

#include <string>
#include <vector>

namespace mimamori::settings {

namespace detail {

std::string sample_file(
    const std::string& program, const std::vector<Entry>& entries, const void* defaults);

std::string help_text(const std::vector<Entry>& entries, const void* defaults);

} // namespace detail

/// The sample configuration file: every setting with its sentence, what is allowed, and its
/// default, commented out. Read as it is, it changes nothing.
template <class Settings>
std::string sample_file(const Table<Settings>& table)
{
    const Settings defaults{};
    return detail::sample_file(table.program(), table.entries(), &defaults);
}

/// The settings for `--help`, three lines each.
template <class Settings>
std::string help_text(const Table<Settings>& table)
{
    const Settings defaults{};
    return detail::help_text(table.entries(), &defaults);
}

/// What `status` and `doctor` print of the settings in force: one line each, with its origin.
std::string shown_text(const std::vector<Shown>& all);

} // namespace mimamori::settings
