#include "collector/rules/evidence.hpp"

#include "common/wire/json_parse.hpp"
#include "common/wire/json_writer.hpp"

#include <algorithm>

namespace mimamori::collector::rules {

Evidence& Evidence::set(std::string_view name, std::string_view value)
{
    const auto same_name = [name](const auto& item) { return item.first == name; };
    const auto found = std::find_if(values_.begin(), values_.end(), same_name);
    if (found != values_.end())
        found->second = value;
    else
        values_.emplace_back(name, value);
    return *this;
}

Evidence& Evidence::set(std::string_view name, Timestamp value)
{
    return set(name, to_rfc3339(value));
}

Evidence& Evidence::set(std::string_view name, Date value)
{
    return set(name, to_iso_date(value));
}

Evidence& Evidence::set(std::string_view name, std::int64_t value)
{
    return set(name, std::to_string(value));
}

const std::string* Evidence::find(std::string_view name) const
{
    for (const auto& [key, value] : values_)
    {
        if (key == name)
            return &value;
    }
    return nullptr;
}

std::string Evidence::to_json() const
{
    std::string out = "{";
    for (const auto& [name, value] : values_)
    {
        if (out.size() > 1)
            out += ',';
        wire::append_json_string(out, name);
        out += ':';
        wire::append_json_string(out, value);
    }
    out += '}';
    return out;
}

Result<Evidence> Evidence::from_json(std::string_view text)
{
    const auto document = wire::parse_json(text);
    if (!document)
        return Error{document.error()}.in("evidence");
    if (!document->is_object())
        return Error{Errc::invalid_input, "evidence: expected an object"};
    Evidence evidence;
    for (const auto& item : document->get_object())
    {
        if (!item.value().is_string())
            return Error{Errc::invalid_input, "evidence: expected strings"};
        const auto& value = item.value().get_string();
        evidence.values_.emplace_back(
            std::string{item.key().data(), item.key().size()},
            std::string{value.data(), value.size()});
    }
    return evidence;
}

} // namespace mimamori::collector::rules
