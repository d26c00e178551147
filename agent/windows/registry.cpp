#include "agent/windows/registry.hpp"

namespace mimamori::agent::windows {
namespace {

template <class Understand>
auto understood(
    const Registry& registry, std::string_view key, std::string_view name, Understand understand)
    -> decltype(understand(RegistryValue{}))
{
    const auto value = registry.value(View::native, key, name);
    if (!value)
        return value.error();
    auto answer = understand(*value);
    if (!answer)
        return Error{answer.error().code, place_of(key, name) + " " + answer.error().message};
    return answer;
}

} // namespace

std::string place_of(std::string_view key, std::string_view name)
{
    std::string place{key};
    if (!name.empty())
        place.append(" ").append(name);
    return place;
}

Result<std::string> read_text(const Registry& registry, std::string_view key, std::string_view name)
{
    return understood(registry, key, name, text_of);
}

Result<std::uint64_t> read_number(
    const Registry& registry, std::string_view key, std::string_view name)
{
    return understood(registry, key, name, number_of);
}

Result<bool> key_exists(const Registry& registry, View view, std::string_view key)
{
    // A key without keys below is there as well: only the number asked for may be exceeded.
    const auto names = registry.keys(view, key, 1);
    if (names || names.error().code == Errc::too_large)
        return true;
    if (names.error().code == Errc::not_found)
        return false;
    return names.error();
}

} // namespace mimamori::agent::windows
