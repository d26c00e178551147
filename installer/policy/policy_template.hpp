#pragma once

#include "common/base/result.hpp"
#include "common/settings/table.hpp"
#include "common/settings/value.hpp"

#include <string>
#include <vector>

/// The administrative template of Windows group policy, made from the agent's settings table: a
/// policy a setting, a registry value of the setting's key below `agent::app::policy_key`.
namespace mimamori::installer::policy {

/// The settings, and what stands where nobody says anything.
struct Described
{
    const std::vector<settings::Entry>& entries;
    const void* defaults; ///< The settings struct.
};

/// One file of the template.
struct TemplateFile
{
    std::string name; ///< "mimamori-agent.admx", "ja-JP/mimamori-agent.adml".
    std::string text;
};

/// The ADMX and an ADML for each language. `words` is words.toml: title and help by setting and
/// language. Errors: invalid_input when a setting has no words, or words have no setting.
Result<std::vector<TemplateFile>> make_template(
    const Described& described, const settings::Layer& words);

} // namespace mimamori::installer::policy
