#include "agent/app/console.hpp"

namespace mimamori::agent::app {

std::vector<std::string> arguments_of(int count, const char* const* words)
{
    return count > 1 ? std::vector<std::string>(words + 1, words + count)
                     : std::vector<std::string>{};
}

Console::Console() = default;
Console::~Console() = default;

std::string_view signature_state()
{
    return {};
}

} // namespace mimamori::agent::app
