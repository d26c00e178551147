#include "collector/ctl/read_secret.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iostream>
#include <optional>
#include <termios.h>

namespace mimamori::collector::ctl {
namespace {

/// A terminal that shows nothing of what is typed, for as long as this lives.
class HiddenTyping
{
public:
    HiddenTyping() = default;

    ~HiddenTyping()
    {
        if (before_)
            ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &*before_);
    }

    HiddenTyping(const HiddenTyping&) = delete;
    HiddenTyping& operator=(const HiddenTyping&) = delete;

    Result<void> begin()
    {
        termios now{};
        if (::tcgetattr(STDIN_FILENO, &now) != 0)
            return Error{Errc::io, fmt::format("tcgetattr: {}", std::strerror(errno))};
        termios hidden = now;
        hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        if (::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) != 0)
            return Error{Errc::io, fmt::format("tcsetattr: {}", std::strerror(errno))};
        before_ = now;
        return {};
    }

private:
    std::optional<termios> before_;
};

Result<std::string> read_line()
{
    std::string line;
    if (!std::getline(std::cin, line) || line.empty())
        return Error{Errc::invalid_input, "nothing was given on standard input"};
    return line;
}

Result<std::string> read_typed(const std::string& prompt)
{
    std::cerr << prompt << ": " << std::flush;
    auto line = read_line();
    std::cerr << '\n';
    return line;
}

} // namespace

Result<std::string> read_secret(const std::string& prompt)
{
    if (::isatty(STDIN_FILENO) == 0)
        return read_line();
    HiddenTyping hidden;
    if (auto begun = hidden.begin(); !begun)
        return begun.error();
    auto first = read_typed(prompt);
    if (!first)
        return first;
    const auto second = read_typed("once more");
    if (!second)
        return second.error();
    if (*first != *second)
        return Error{Errc::invalid_input, "the two are not the same"};
    return first;
}

} // namespace mimamori::collector::ctl
