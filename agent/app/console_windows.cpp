#include "agent/app/console.hpp"
#include "common/platform/system_windows.hpp"

#include <windows.h>

#include <shellapi.h>

namespace mimamori::agent::app {

std::vector<std::string> arguments_of(int, const char* const*)
{
    // `main` is given them in the code page of the machine, which need not know their letters.
    int count = 0;
    wchar_t** const words = ::CommandLineToArgvW(::GetCommandLineW(), &count);
    std::vector<std::string> arguments;
    for (int i = 1; words != nullptr && i < count; ++i)
        arguments.push_back(platform::to_utf8(words[i]));
    ::LocalFree(words);
    return arguments;
}

Console::Console()
    : before_{::GetConsoleOutputCP()}
{
    if (before_ != 0) // A service has none.
        ::SetConsoleOutputCP(CP_UTF8);
}

Console::~Console()
{
    if (before_ != 0)
        ::SetConsoleOutputCP(before_);
}

std::string_view signature_state()
{
    // In the headers of this program, as they lie in memory.
    const auto* const base = reinterpret_cast<const char*>(::GetModuleHandleW(nullptr));
    const auto& dos = *reinterpret_cast<const IMAGE_DOS_HEADER*>(base);
    const auto& headers = *reinterpret_cast<const IMAGE_NT_HEADERS*>(base + dos.e_lfanew);
    const auto& certificates = headers.OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_SECURITY];
    return certificates.Size > 0 ? "signed" : "unsigned";
}

} // namespace mimamori::agent::app
