#pragma once

#include "common/settings/kinds.hpp"

#include <string>
#include <string_view>

namespace mimamori::installer::policy {

/// A language of the template.
struct Language
{
    std::string_view folder; ///< "ja-JP"
    std::string_view suffix; ///< Of the keys in words.toml: "ja".

    std::string_view product;
    std::string_view description;
    std::string_view supported;
    std::string_view not_configured; ///< What happens then; the same for every setting.
    std::string_view allowed_is;
    std::string_view default_is;
    std::string_view name_is;
    std::string_view enabled;
    std::string_view disabled;
    std::string_view seconds;
    std::string_view milliseconds;

    /// What is allowed, in words. `from_table`: as the table says it, in English.
    std::string (*allowed)(const settings::Shape& shape, const std::string& from_table);
};

const Language& english();
const Language& japanese();

} // namespace mimamori::installer::policy
