#include "common/settings/value.hpp"

#include "common/base/utf8.hpp"

#include <fmt/format.h>

namespace mimamori::settings {
namespace {

/// A TOML basic string.
std::string quoted_text(std::string_view text)
{
    std::string out{'"'};
    for (const char c : text)
    {
        if (c == '"' || c == '\\')
            out += '\\';
        out += c;
    }
    return out + '"';
}

} // namespace

std::string_view name_of(Source source)
{
    switch (source)
    {
    case Source::built_in:
        return "built in";
    case Source::installer:
        return "installer";
    case Source::file:
        return "file";
    case Source::policy:
        return "policy";
    case Source::command_line:
        break;
    }
    return "command line";
}

std::string describe(const Value& value)
{
    struct Describe
    {
        std::string operator()(bool flag) const { return flag ? "true" : "false"; }

        std::string operator()(std::int64_t number) const { return std::to_string(number); }

        std::string operator()(double number) const { return fmt::format("{}", number); }

        std::string operator()(const std::string& text) const { return '"' + for_log(text) + '"'; }

        std::string operator()(const std::vector<std::string>& texts) const
        {
            constexpr std::size_t shown_max = 4;
            std::string all;
            for (std::size_t i = 0; i < texts.size() && i < shown_max; ++i)
                all += (i == 0 ? "\"" : ", \"") + for_log(texts[i]) + '"';
            return '[' + all + (texts.size() > shown_max ? ", ...]" : "]");
        }

        std::string operator()(EmptySection) const { return "an empty section"; }

        std::string operator()(const Other& other) const { return other.what; }
    };

    return std::visit(Describe{}, value);
}

std::string toml_text(const Value& value)
{
    if (const auto* text = std::get_if<std::string>(&value))
        return quoted_text(*text);
    if (const auto* texts = std::get_if<std::vector<std::string>>(&value))
    {
        std::string all;
        for (const auto& text : *texts)
            all += (all.empty() ? "" : ", ") + quoted_text(text);
        return '[' + all + ']';
    }
    return describe(value);
}

} // namespace mimamori::settings
