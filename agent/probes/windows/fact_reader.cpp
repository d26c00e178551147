#include "agent/probes/windows/fact_reader.hpp"

#include "agent/probes/text.hpp"

namespace mimamori::agent::probes::windows {

FactReader::FactReader(const Registry& registry, wire::Provenance& from)
    : registry_{registry}
    , from_{from}
{}

template <class Answer>
auto FactReader::take(std::string_view fact, std::string_view key, Missing missing, Answer answer)
    -> std::optional<typename Answer::value_type>
{
    if (answer)
    {
        note_source(from_, key);
        return std::move(*answer);
    }
    if (answer.error().code != Errc::not_found || missing == Missing::is_unknown)
        note_unknown(from_, fact, answer.error());
    return std::nullopt;
}

std::optional<std::string> FactReader::text(
    std::string_view fact, std::string_view key, std::string_view name, Missing missing)
{
    return take(fact, key, missing, agent::windows::read_text(registry_, key, name));
}

std::optional<std::uint64_t> FactReader::number(
    std::string_view fact, std::string_view key, std::string_view name, Missing missing)
{
    return take(fact, key, missing, agent::windows::read_number(registry_, key, name));
}

std::optional<bool> FactReader::has_key(std::string_view fact, std::string_view key)
{
    const auto there = agent::windows::key_exists(registry_, View::native, key);
    if (there)
        return *there;
    note_unknown(from_, fact, there.error());
    return std::nullopt;
}

std::vector<std::string> FactReader::noted(
    std::string_view fact, std::string_view key, Result<std::vector<std::string>> names)
{
    if (names)
    {
        note_source(from_, key);
        return std::move(*names);
    }
    if (names.error().code != Errc::not_found)
        note_unknown(from_, fact, names.error());
    return {};
}

std::vector<std::string> FactReader::keys(
    std::string_view fact, View view, std::string_view key, std::size_t names_max)
{
    return noted(fact, key, registry_.keys(view, key, names_max));
}

std::vector<std::string> FactReader::value_names(
    std::string_view fact, View view, std::string_view key, std::size_t names_max)
{
    return noted(fact, key, registry_.value_names(view, key, names_max));
}

std::optional<std::string> FactReader::text_in(
    View view, std::string_view key, std::string_view name)
{
    const auto value = registry_.value(view, key, name);
    if (!value)
    {
        broken_ += value.error().code == Errc::not_found ? 0 : 1;
        return std::nullopt;
    }
    auto text = agent::windows::text_of(*value);
    if (text)
        return std::move(*text);
    ++broken_;
    return std::nullopt;
}

std::optional<std::uint64_t> FactReader::number_in(
    View view, std::string_view key, std::string_view name)
{
    const auto value = registry_.value(view, key, name);
    if (!value)
    {
        broken_ += value.error().code == Errc::not_found ? 0 : 1;
        return std::nullopt;
    }
    const auto number = agent::windows::number_of(*value);
    if (number)
        return *number;
    ++broken_;
    return std::nullopt;
}

void FactReader::note_broken(std::string_view fact)
{
    if (broken_ > 0)
        note_unknown(
            from_, fact,
            std::to_string(broken_)
                + " values of the registry cannot be read, or have the wrong type, size or "
                  "encoding");
}

std::vector<std::string> loaded_users(FactReader& reader, std::string_view fact)
{
    std::vector<std::string> users;
    for (std::string& sid : reader.keys(fact, View::native, "HKU"))
    {
        const bool person = sid.starts_with("S-1-5-21-") || sid.starts_with("S-1-12-1-");
        if (person && !sid.ends_with("_Classes") && !sid.ends_with("_classes"))
            users.push_back(std::move(sid));
    }
    return users;
}

} // namespace mimamori::agent::probes::windows
