#include "common/settings/toml.hpp"

#include "common/base/utf8.hpp"
#include "common/platform/file.hpp"
#include "common/settings/toml_library.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace mimamori::settings {
namespace {

/// What a node is, for values that no setting can have.
std::string_view name_of_type(toml::node_type type)
{
    switch (type)
    {
    case toml::node_type::table:
        return "a section";
    case toml::node_type::array:
        return "a list";
    case toml::node_type::date:
        return "a date";
    case toml::node_type::time:
        return "a time of day";
    case toml::node_type::date_time:
        return "a date and time";
    case toml::node_type::string:
        return "a text";
    default:
        return "a number, true or false";
    }
}

Value list_of(const toml::array& array)
{
    std::vector<std::string> texts;
    for (const auto& item : array)
    {
        const auto* text = item.as_string();
        if (!text)
            return Other{"a list with " + std::string{name_of_type(item.type())} + " in it"};
        texts.push_back(text->get());
    }
    return texts;
}

Value value_of(const toml::node& node)
{
    if (const auto* flag = node.as_boolean())
        return flag->get();
    if (const auto* number = node.as_integer())
        return number->get();
    if (const auto* number = node.as_floating_point())
        return number->get();
    if (const auto* text = node.as_string())
        return text->get();
    if (const auto* array = node.as_array())
        return list_of(*array);
    return Other{std::string{name_of_type(node.type())}};
}

class Flatten
{
public:
    explicit Flatten(Layer& layer)
        : layer_{layer}
    {}

    void table(const toml::table& table, const std::string& prefix)
    {
        for (const auto& [key, node] : table)
        {
            const std::string path = prefix + std::string{key.str()};
            const auto* inner = node.as_table();
            if (!inner)
                say(path, value_of(node), key.source().begin.line);
            else if (inner->empty())
                say(path, EmptySection{}, key.source().begin.line);
            else
                this->table(*inner, path + '.'); // As deep as toml++ nests: 256.
        }
    }

private:
    void say(const std::string& key, Value value, std::size_t line)
    {
        layer_.given.push_back({key, std::move(value), fmt::format("{}:{}", layer_.name, line)});
    }

    Layer& layer_;
};

/// Whether toml++ breaks on the first `lines` lines of `text`.
bool breaks_on(std::string_view text, std::size_t lines)
{
    std::size_t end = 0;
    while (lines-- > 0 && end < text.size())
        end = std::min(text.find('\n', end), text.size() - 1) + 1;
    try
    {
        static_cast<void>(toml::parse(text.substr(0, end)));
    }
    catch (const toml::parse_error&)
    {
        return false; // An error that it knows, or the cut.
    }
    catch (const detail::BrokenAssertion&)
    {
        return true;
    }
    return false;
}

/// The line that toml++ breaks on, by bisection.
std::size_t line_of_break(std::string_view text)
{
    std::size_t good = 0;
    auto bad = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
    while (good + 1 < bad)
    {
        const std::size_t middle = good + (bad - good) / 2;
        (breaks_on(text, middle) ? bad : good) = middle;
    }
    return bad;
}

} // namespace

Result<Layer> read_toml(std::string_view text, const std::string& name)
{
    Layer layer{.source = Source::file, .name = name, .given = {}};
    try
    {
        Flatten{layer}.table(toml::parse(text), "");
    }
    catch (const toml::parse_error& failure)
    {
        return Error{
            Errc::invalid_input,
            fmt::format(
                "{}:{}: not understood at column {}: {}", name, failure.source().begin.line,
                failure.source().begin.column, to_valid_utf8(failure.description()))};
    }
    catch (const detail::BrokenAssertion&)
    {
        return Error{
            Errc::invalid_input, fmt::format("{}:{}: not understood", name, line_of_break(text))};
    }
    return layer;
}

Result<Layer> read_toml_file(const std::filesystem::path& path)
{
    const auto text = platform::read_file(path, file_bytes_max);
    if (!text)
        return Error{text.error()}.in("settings");
    return read_toml(*text, path.string());
}

} // namespace mimamori::settings
