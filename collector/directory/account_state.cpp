#include "collector/directory/account_state.hpp"

#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>

namespace mimamori::collector::directory {
namespace {

constexpr std::int64_t account_disabled = 0x2;

/// Between 1601 and 1970, in units of 100 ns.
constexpr std::int64_t filetime_of_1970 = 116'444'736'000'000'000;

std::optional<std::int64_t> number(std::string_view text)
{
    std::int64_t value = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (ec != std::errc{} || end != text.data() + text.size())
        return {};
    return value;
}

bool is_disabled(std::string_view account_control)
{
    if (account_control.empty())
        return false;
    const auto flags = number(account_control);
    return !flags || (*flags & account_disabled) != 0;
}

bool has_expired(std::string_view account_expires, Timestamp now)
{
    if (account_expires.empty())
        return false;
    const auto moment = number(account_expires);
    if (!moment)
        return true;
    const bool never = *moment == 0 || *moment == std::numeric_limits<std::int64_t>::max();
    return !never && (*moment - filetime_of_1970) / 10'000 <= to_ms(now);
}

} // namespace

std::string small_letters(std::string_view text)
{
    std::string small;
    for (const char c : text)
        small += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return small;
}

std::string_view Entry::first(std::string_view name) const
{
    const auto found = attributes.find(small_letters(name));
    if (found == attributes.end() || found->second.empty())
        return {};
    return found->second.front();
}

bool is_ended(const Entry& entry, Timestamp now)
{
    // slapo-ppolicy(5): locked until somebody unlocks it. Other times pass by themselves, and the
    // server refuses the password until then.
    constexpr std::string_view locked_for_good = "000001010000Z";
    return is_disabled(entry.first("userAccountControl"))
           || has_expired(entry.first("accountExpires"), now)
           || entry.first("pwdAccountLockedTime") == locked_for_good
           || small_letters(entry.first("nsAccountLock")) == "true";
}

} // namespace mimamori::collector::directory
