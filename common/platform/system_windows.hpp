#pragma once

#include "common/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

/// Ground that the Windows files stand on. Not to be included anywhere else.
namespace mimamori::platform {

/// What is no UTF-8 becomes U+FFFD.
std::wstring to_wide(std::string_view utf8);

/// What is no UTF-16 becomes U+FFFD.
std::string to_utf8(std::wstring_view wide);

/// Up to the first NUL. A null pointer is no text: the system has some where it promises none.
inline std::string to_utf8(const wchar_t* wide)
{
    return wide == nullptr ? std::string{} : to_utf8(std::wstring_view{wide});
}

/// An error of the system as an Error: not_found, forbidden, conflict (somebody else has it open)
/// or io, message "<step>: <what the system says> (error 5)".
Error system_error(std::string_view step, std::uint32_t number);

/// What the system says about one of its errors, in English where it can.
std::string system_error_text(std::uint32_t number);

/// A handle that CloseHandle closes. Null and INVALID_HANDLE_VALUE are nothing.
class UniqueHandle
{
public:
    UniqueHandle() = default;
    explicit UniqueHandle(void* handle);

    UniqueHandle(UniqueHandle&& other) noexcept
        : handle_{std::exchange(other.handle_, nullptr)}
    {}

    UniqueHandle& operator=(UniqueHandle&& other) noexcept
    {
        std::swap(handle_, other.handle_);
        return *this;
    }

    ~UniqueHandle();

    explicit operator bool() const { return handle_ != nullptr; }

    void* get() const { return handle_; }

    void* release() { return std::exchange(handle_, nullptr); }

private:
    void* handle_{nullptr};
};

/// Gives back what the calling thread's stack once needed and does not use now. For a thread that
/// will wait: what it needs again comes back by itself, as zeros. Also for one that begins: Wine
/// writes zeros over a megabyte of its stack.
void release_stack();

namespace detail {
void (*find_function(const wchar_t* library, const char* name))();
} // namespace detail

/// A function that newer versions of Windows have; null where this one has not. Only libraries that
/// are loaded already (kernel32, ntdll, user32, …) are looked at.
template <class Function>
Function* newer_function(const wchar_t* library, const char* name)
{
    return reinterpret_cast<Function*>(detail::find_function(library, name));
}

} // namespace mimamori::platform
