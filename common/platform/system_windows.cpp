#include "common/platform/system_windows.hpp"

#include <windows.h>

#include <limits>

namespace mimamori::platform {
namespace {

Errc code_of(DWORD number)
{
    switch (number)
    {
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
    case ERROR_INVALID_NAME:
    case ERROR_BAD_PATHNAME:
    case ERROR_BAD_NETPATH:
    case ERROR_SERVICE_DOES_NOT_EXIST:
        return Errc::not_found;
    case ERROR_ACCESS_DENIED:
    case ERROR_PRIVILEGE_NOT_HELD:
    case ERROR_WRITE_PROTECT:
        return Errc::forbidden;
    case ERROR_SHARING_VIOLATION:
    case ERROR_LOCK_VIOLATION:
        return Errc::conflict;
    default:
        return Errc::io;
    }
}

int size_of(std::size_t size)
{
    constexpr auto most = static_cast<std::size_t>(std::numeric_limits<int>::max());
    return static_cast<int>(size < most ? size : most);
}

/// 0 when the system has no text in that language.
DWORD format_message(DWORD number, DWORD language, wchar_t* to, DWORD size)
{
    return ::FormatMessageW(
        FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS, nullptr, number, language, to,
        size, nullptr);
}

} // namespace

std::wstring to_wide(std::string_view utf8)
{
    if (utf8.empty())
        return {};
    const int given = size_of(utf8.size());
    const int size = ::MultiByteToWideChar(CP_UTF8, 0, utf8.data(), given, nullptr, 0);
    std::wstring wide(static_cast<std::size_t>(size), L'\0');
    ::MultiByteToWideChar(CP_UTF8, 0, utf8.data(), given, wide.data(), size);
    return wide;
}

std::string to_utf8(std::wstring_view wide)
{
    if (wide.empty())
        return {};
    const int given = size_of(wide.size());
    const int size =
        ::WideCharToMultiByte(CP_UTF8, 0, wide.data(), given, nullptr, 0, nullptr, nullptr);
    std::string utf8(static_cast<std::size_t>(size), '\0');
    ::WideCharToMultiByte(CP_UTF8, 0, wide.data(), given, utf8.data(), size, nullptr, nullptr);
    return utf8;
}

std::string system_error_text(std::uint32_t number)
{
    wchar_t text[512];
    constexpr DWORD size = sizeof text / sizeof text[0];
    DWORD length = format_message(number, MAKELANGID(LANG_ENGLISH, SUBLANG_ENGLISH_US), text, size);
    if (length == 0)
        length = format_message(number, 0, text, size); // Whatever language it speaks.
    while (length > 0 && (text[length - 1] <= L' ' || text[length - 1] == L'.'))
        --length;
    const std::string words = to_utf8({text, length});
    const std::string digits = "error " + std::to_string(number);
    return words.empty() ? digits : words + " (" + digits + ")";
}

Error system_error(std::string_view step, std::uint32_t number)
{
    return Error{code_of(number), std::string{step} + ": " + system_error_text(number)};
}

UniqueHandle::UniqueHandle(void* handle)
    : handle_{handle == INVALID_HANDLE_VALUE ? nullptr : handle}
{}

UniqueHandle::~UniqueHandle()
{
    if (handle_ != nullptr)
        ::CloseHandle(handle_);
}

void release_stack()
{
    // Below this frame there is nothing but what calls left that are over. Some room for the call
    // that gives it back.
    constexpr std::uintptr_t room_bytes = 16U * 1024;
    constexpr std::uintptr_t page_bytes = 4096;
    const auto* const thread = reinterpret_cast<const NT_TIB*>(::NtCurrentTeb());
    const auto lowest = reinterpret_cast<std::uintptr_t>(thread->StackLimit);
    const auto here = reinterpret_cast<std::uintptr_t>(&thread) & ~(page_bytes - 1);
    if (here - lowest > room_bytes)
        ::VirtualAlloc(thread->StackLimit, here - room_bytes - lowest, MEM_RESET, PAGE_READWRITE);
}

namespace detail {

void (*find_function(const wchar_t* library, const char* name))()
{
    const HMODULE module = ::GetModuleHandleW(library);
    if (module == nullptr)
        return nullptr;
    return reinterpret_cast<void (*)()>(::GetProcAddress(module, name));
}

} // namespace detail

} // namespace mimamori::platform
