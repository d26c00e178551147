#pragma once

#include <concepts>
#include <cstdio>
#include <string>
#include <string_view>

namespace mimamori::agent::app {

/// Where a verb says what it has to say. Takes what is needed of std::ostream, without the locales
/// that come with that: they were a tenth of the program for Windows.
class Output
{
public:
    virtual ~Output() = default;

    /// Shown at once when the text ends with a line.
    virtual void write(std::string_view text) = 0;
};

/// Standard output or standard error; the file is not closed.
class FileOutput final : public Output
{
public:
    explicit FileOutput(std::FILE* file)
        : file_{file}
    {}

    void write(std::string_view text) override;

private:
    std::FILE* file_;
};

/// Keeps what was said.
class TextOutput final : public Output
{
public:
    void write(std::string_view text) override { text_ += text; }

    const std::string& text() const { return text_; }

private:
    std::string text_;
};

inline Output& operator<<(Output& out, std::string_view text)
{
    out.write(text);
    return out;
}

inline Output& operator<<(Output& out, char c)
{
    return out << std::string_view{&c, 1};
}

/// In decimal digits.
template <std::integral Number>

requires(!std::same_as<Number, bool> && !std::same_as<Number, char>) Output& operator<<(
    Output& out, Number number)
{
    return out << std::string_view{std::to_string(number)};
}

} // namespace mimamori::agent::app
