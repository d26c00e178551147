#include "collector/people/password_rules.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>

namespace mimamori::collector::people {
namespace {

constexpr std::size_t bytes_min = 8;
constexpr std::size_t bytes_max = 200;
constexpr std::size_t different_min = 4;

// What remains of them without case and without digits and signs at both ends: "Password2026!".
constexpr auto well_known = std::to_array<std::string_view>({
    "abcdefg",  "administrator", "anzen",    "baseball", "byouin",   "changeme", "computer",
    "default",  "doctor",        "football", "himitsu",  "hospital", "iloveyou", "iryou",
    "kangoshi", "letmein",       "login",    "master",   "medical",  "mimamori", "monkey",
    "nihon",    "nippon",        "nurse",    "pass",     "passw0rd", "password", "princess",
    "qwerty",   "sakura",        "secret",   "security", "sunshine", "system",   "tokyo",
    "welcome",  "windows",
});

constexpr auto runs = std::to_array<std::string_view>({
    "01234567890123456789",
    "98765432109876543210",
    "abcdefghijklmnopqrstuvwxyz",
    "zyxwvutsrqponmlkjihgfedcba",
    "1q2w3e4r5t6y7u8i9o0p",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "qwertyuiopasdfghjklzxcvbnm",
});

std::string folded(std::string_view text)
{
    std::string made{text};
    for (char& c : made)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return made;
}

/// Without digits and signs at both ends.
std::string_view core_of(std::string_view text)
{
    const auto is_letter = [](char c) {
        return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
    };
    const auto begin = std::find_if(text.begin(), text.end(), is_letter);
    const auto end = std::find_if(text.rbegin(), text.rend(), is_letter).base();
    return begin < end ? text.substr(
               static_cast<std::size_t>(begin - text.begin()),
               static_cast<std::size_t>(end - begin))
                       : std::string_view{};
}

Error refused(const char* why)
{
    return {Errc::invalid_input, why};
}

} // namespace

Result<void> check_password_rules(std::string_view password, std::string_view name)
{
    if (password.size() < bytes_min || password.size() > bytes_max)
        return refused("password: 8 to 200 bytes");
    const std::string plain = folded(password);
    if (std::set<char>{plain.begin(), plain.end()}.size() < different_min)
        return refused("password: the same few characters");
    const bool is_run = std::any_of(runs.begin(), runs.end(), [&](std::string_view run) {
        return run.find(plain) != run.npos;
    });
    if (is_run)
        return refused("password: characters in a row");
    const std::string_view core = core_of(plain);
    const std::string own = folded(name);
    if (plain == own || (!core.empty() && core == core_of(own)))
        return refused("password: not the name");
    if (std::find(well_known.begin(), well_known.end(), core) != well_known.end())
        return refused("password: one that everybody tries");
    return {};
}

} // namespace mimamori::collector::people
