#include "agent/windows/live_windows.hpp"
#include "agent/windows/moments.hpp"
#include "common/base/ascii.hpp"
#include "common/platform/system_windows.hpp"

#include <windows.h>

#include <algorithm>

namespace mimamori::agent::windows {
namespace {

/// An open key; it closes itself.
class OpenKey
{
public:
    explicit OpenKey(HKEY key)
        : key_{key}
    {}

    OpenKey(OpenKey&& other) noexcept
        : key_{std::exchange(other.key_, nullptr)}
    {}

    OpenKey& operator=(OpenKey&&) = delete;

    ~OpenKey()
    {
        if (key_ != nullptr)
            ::RegCloseKey(key_);
    }

    HKEY get() const { return key_; }

private:
    HKEY key_;
};

Error failure(std::string_view place, LONG number)
{
    return platform::system_error("read " + std::string{place}, static_cast<std::uint32_t>(number));
}

Result<OpenKey> open(View view, std::string_view key)
{
    HKEY root = nullptr;
    std::string_view below;
    if (key.starts_with("HKLM"))
    {
        root = HKEY_LOCAL_MACHINE;
        below = key.substr(4);
    }
    else if (key.starts_with("HKU"))
    {
        root = HKEY_USERS;
        below = key.substr(3);
    }
    if (root == nullptr || (!below.empty() && below.front() != '\\'))
        return Error{Errc::invalid_input, std::string{key} + ": not a key that can be read"};
    if (!below.empty())
        below.remove_prefix(1);
    const REGSAM face = view == View::wow ? KEY_WOW64_32KEY : KEY_WOW64_64KEY;
    HKEY opened = nullptr;
    const LONG result =
        ::RegOpenKeyExW(root, platform::to_wide(below).c_str(), 0, KEY_READ | face, &opened);
    if (result != ERROR_SUCCESS)
        return failure(key, result);
    return OpenKey{opened};
}

std::vector<std::string> sorted(std::vector<std::string> names)
{
    std::sort(names.begin(), names.end(), [](const std::string& a, const std::string& b) {
        return std::lexicographical_compare(
            a.begin(), a.end(), b.begin(), b.end(),
            [](char x, char y) { return ascii_lower(x) < ascii_lower(y); });
    });
    return names;
}

class LiveRegistry final : public Registry
{
public:
    Result<RegistryValue> value(
        View view, std::string_view key, std::string_view name) const override
    {
        const auto opened = open(view, key);
        if (!opened)
            return opened.error();
        const std::wstring wide = platform::to_wide(name);
        DWORD type = 0;
        std::string data(256, '\0');
        for (;;)
        {
            auto size = static_cast<DWORD>(data.size());
            const LONG result = ::RegQueryValueExW(
                opened->get(), wide.c_str(), nullptr, &type, reinterpret_cast<BYTE*>(data.data()),
                &size);
            if (result == ERROR_MORE_DATA && size > data.size() && size <= value_bytes_max)
            {
                data.resize(size);
                continue;
            }
            if (result == ERROR_MORE_DATA)
                return Error{Errc::too_large, "read " + place_of(key, name) + ": too large"};
            if (result != ERROR_SUCCESS)
                return failure(place_of(key, name), result);
            data.resize(size);
            return RegistryValue{static_cast<ValueType>(type), std::move(data)};
        }
    }

    Result<std::vector<std::string>> keys(
        View view, std::string_view key, std::size_t names_max) const override
    {
        return names_of(view, key, names_max, [](HKEY opened, DWORD i, wchar_t* name, DWORD* size) {
            return ::RegEnumKeyExW(opened, i, name, size, nullptr, nullptr, nullptr, nullptr);
        });
    }

    Result<std::vector<std::string>> value_names(
        View view, std::string_view key, std::size_t names_max) const override
    {
        return names_of(view, key, names_max, [](HKEY opened, DWORD i, wchar_t* name, DWORD* size) {
            return ::RegEnumValueW(opened, i, name, size, nullptr, nullptr, nullptr, nullptr);
        });
    }

    Result<Timestamp> written_at(View view, std::string_view key) const override
    {
        const auto opened = open(view, key);
        if (!opened)
            return opened.error();
        FILETIME at{};
        const LONG result = ::RegQueryInfoKeyW(
            opened->get(), nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr,
            nullptr, nullptr, &at);
        if (result != ERROR_SUCCESS)
            return failure(key, result);
        return moment_of_filetime(
            static_cast<std::uint64_t>(at.dwHighDateTime) << 32U | at.dwLowDateTime);
    }

private:
    template <class Next>
    static Result<std::vector<std::string>> names_of(
        View view, std::string_view key, std::size_t names_max, Next next)
    {
        const auto opened = open(view, key);
        if (!opened)
            return opened.error();
        constexpr DWORD name_max = 16'384; // Of a value; a key's name has at most 255.
        std::wstring name(name_max, L'\0');
        std::vector<std::string> names;
        for (DWORD i = 0;; ++i)
        {
            DWORD size = name_max;
            const LONG result = next(opened->get(), i, name.data(), &size);
            if (result == ERROR_NO_MORE_ITEMS)
                return sorted(std::move(names));
            if (result == ERROR_MORE_DATA)
                continue; // Longer than any name can be.
            if (result != ERROR_SUCCESS)
                return failure(key, result);
            if (names.size() >= names_max)
                return Error{
                    Errc::too_large, "read " + std::string{key} + ": more than "
                                         + std::to_string(names_max) + " names"};
            names.push_back(platform::to_utf8({name.data(), size}));
        }
    }
};

} // namespace

std::unique_ptr<Registry> make_registry()
{
    return std::make_unique<LiveRegistry>();
}

} // namespace mimamori::agent::windows
