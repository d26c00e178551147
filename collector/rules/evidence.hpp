#pragma once

#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mimamori::collector::rules {

/// What a finding rests on, as named texts in the order they were added: times in RFC 3339, days as
/// "2026-01-31", numbers in decimals. Relative values ("30 days ago") are made from them when a
/// text is shown, so evidence does not change by the passing of time.
class Evidence
{
public:
    /// Adds a value, or replaces the one of that name.
    Evidence& set(std::string_view name, std::string_view value);
    Evidence& set(std::string_view name, Timestamp value);
    Evidence& set(std::string_view name, Date value);
    Evidence& set(std::string_view name, std::int64_t value);

    /// The value of that name, or nullptr. Good until the next `set`.
    const std::string* find(std::string_view name) const;

    const std::vector<std::pair<std::string, std::string>>& values() const { return values_; }

    /// One JSON object of strings.
    std::string to_json() const;

    /// Reads what `to_json` wrote. Errors: invalid_input.
    static Result<Evidence> from_json(std::string_view text);

    friend bool operator==(const Evidence&, const Evidence&) = default;

private:
    std::vector<std::pair<std::string, std::string>> values_;
};

} // namespace mimamori::collector::rules
