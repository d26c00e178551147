#include "agent/app/given_settings.hpp"
#include "common/base/scope_exit.hpp"
#include "common/platform/system_windows.hpp"

#include <windows.h>

#include <algorithm>
#include <cstring>

namespace mimamori::agent::app {
namespace {

using settings::Other;
using settings::RegistryValue;

constexpr DWORD value_bytes_max = 64U * 1024;
constexpr DWORD name_letters_max = 256;
constexpr DWORD values_max = 1000;

Error key_error(const std::string& place, LSTATUS status)
{
    return platform::system_error("read " + place, static_cast<std::uint32_t>(status));
}

/// Without the zeros that may or may not stand behind it.
std::wstring text_in(const std::string& bytes)
{
    std::wstring text(bytes.size() / sizeof(wchar_t), L'\0');
    std::memcpy(text.data(), bytes.data(), text.size() * sizeof(wchar_t));
    while (!text.empty() && text.back() == L'\0')
        text.pop_back();
    return text;
}

std::string expanded(const std::wstring& text)
{
    std::wstring room(32768, L'\0');
    const DWORD length =
        ::ExpandEnvironmentStringsW(text.c_str(), room.data(), static_cast<DWORD>(room.size()));
    if (length == 0 || length > room.size())
        return platform::to_utf8(text);
    room.resize(length - 1);
    return platform::to_utf8(room);
}

std::vector<std::string> list_in(const std::wstring& text)
{
    std::vector<std::string> list;
    for (std::size_t at = 0; at < text.size();)
    {
        const std::size_t end = std::min(text.find(L'\0', at), text.size());
        list.push_back(platform::to_utf8(std::wstring_view{text}.substr(at, end - at)));
        at = end + 1;
    }
    return list;
}

template <class Number>
RegistryValue number_in(const std::string& bytes)
{
    Number number{};
    if (bytes.size() != sizeof number)
        return Other{"a number of the wrong size"};
    std::memcpy(&number, bytes.data(), sizeof number);
    return std::uint64_t{number};
}

RegistryValue value_of(DWORD type, const std::string& bytes)
{
    switch (type)
    {
    case REG_DWORD:
        return number_in<std::uint32_t>(bytes);
    case REG_QWORD:
        return number_in<std::uint64_t>(bytes);
    case REG_SZ:
        return platform::to_utf8(text_in(bytes));
    case REG_EXPAND_SZ:
        return expanded(text_in(bytes));
    case REG_MULTI_SZ:
        return list_in(text_in(bytes));
    default:
        return Other{"a value of the registry type " + std::to_string(type)};
    }
}

Result<GivenKey> read_key(std::string_view path)
{
    GivenKey given{"HKLM\\" + std::string{path}, {}};
    HKEY key = nullptr;
    const LSTATUS opened =
        ::RegOpenKeyExW(HKEY_LOCAL_MACHINE, platform::to_wide(path).c_str(), 0, KEY_READ, &key);
    if (opened == ERROR_FILE_NOT_FOUND)
        return given;
    if (opened != ERROR_SUCCESS)
        return key_error(given.place, opened);
    const ScopeExit closing{[key] { ::RegCloseKey(key); }};
    std::string bytes(value_bytes_max, '\0');
    for (DWORD index = 0; index < values_max; ++index)
    {
        wchar_t name[name_letters_max];
        DWORD name_length = name_letters_max;
        DWORD size = value_bytes_max;
        DWORD type = 0;
        const LSTATUS status = ::RegEnumValueW(
            key, index, name, &name_length, nullptr, &type, reinterpret_cast<BYTE*>(bytes.data()),
            &size);
        if (status == ERROR_NO_MORE_ITEMS)
            break;
        if (status == ERROR_MORE_DATA)
            continue; // No setting has such a name or value.
        if (status != ERROR_SUCCESS)
            return key_error(given.place, status);
        given.values.emplace(
            platform::to_utf8({name, name_length}), value_of(type, bytes.substr(0, size)));
    }
    return given;
}

} // namespace

Result<GivenSettings> read_given_settings()
{
    auto installer = read_key(installer_key);
    if (!installer)
        return std::move(installer).error();
    auto policy = read_key(policy_key);
    if (!policy)
        return std::move(policy).error();
    return GivenSettings{std::move(*installer), std::move(*policy)};
}

Result<std::optional<std::string>> read_given_ticket()
{
    const auto key = read_key(ticket_key);
    if (!key)
        return key.error();
    const auto found = key->values.find(ticket_value);
    const auto* text =
        found == key->values.end() ? nullptr : std::get_if<std::string>(&found->second);
    if (text == nullptr || text->empty())
        return std::optional<std::string>{};
    return std::optional{*text};
}

Result<void> erase_given_ticket()
{
    const std::string place = "HKLM\\" + std::string{ticket_key};
    HKEY key = nullptr;
    const LSTATUS opened = ::RegOpenKeyExW(
        HKEY_LOCAL_MACHINE, platform::to_wide(ticket_key).c_str(), 0, KEY_SET_VALUE, &key);
    if (opened == ERROR_FILE_NOT_FOUND)
        return {};
    if (opened != ERROR_SUCCESS)
        return key_error(place, opened);
    const ScopeExit closing{[key] { ::RegCloseKey(key); }};
    const LSTATUS erased = ::RegDeleteValueW(key, platform::to_wide(ticket_value).c_str());
    if (erased != ERROR_SUCCESS && erased != ERROR_FILE_NOT_FOUND)
        return platform::system_error("erase in " + place, static_cast<std::uint32_t>(erased));
    return {};
}

} // namespace mimamori::agent::app
