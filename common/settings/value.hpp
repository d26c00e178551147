#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mimamori::settings {

/// Where a value came from. Later ones win over earlier ones.
enum class Source
{
    built_in,    ///< The default of the program.
    installer,   ///< What was said when the program was installed (Windows: MSI properties).
    file,        ///< The configuration file.
    policy,      ///< The organisation's policy (Windows: registry).
    command_line ///< An option of this one start.
};

/// "built in", "installer", "file", "policy", "command line".
std::string_view name_of(Source source);

/// A section that holds nothing.
struct EmptySection
{};

/// Something that no setting can be, in words: "a date", "a list of numbers".
struct Other
{
    std::string what;
};

/// What a source says, before anybody checked it against the table.
using Value = std::
    variant<bool, std::int64_t, double, std::string, std::vector<std::string>, EmptySection, Other>;

/// `value` for a message to the operator: `"5s"`, `70000`, `a date`. Shortened.
std::string describe(const Value& value);

/// `value` as it is written in a TOML file.
std::string toml_text(const Value& value);

/// One thing that a source says.
struct Given
{
    std::string key; ///< "report.heartbeat"
    Value value;
    std::string place; ///< For the operator: "/etc/mimamori/agent.toml:12".
};

/// What becomes of a value that is not allowed.
enum class Mistakes
{
    refuse,   ///< Nothing is loaded: somebody stands there and can correct it.
    pass_over ///< The value of the source before stands, and the mistake is told.
};

/// All that one source says. The file is one; the registry policy of Windows is another.
struct Layer
{
    Source source{Source::file};
    std::string name; ///< For the operator: "/etc/mimamori/agent.toml".
    std::vector<Given> given;
    Mistakes mistakes{Mistakes::refuse};
};

} // namespace mimamori::settings
