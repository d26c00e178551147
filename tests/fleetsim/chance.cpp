#include "tests/fleetsim/chance.hpp"

namespace mimamori::fleetsim {

Chance::Chance(std::uint64_t index, std::string_view what)
    : state_{index * 0x9E3779B97F4A7C15U + 0x1234'5678'9ABC'DEF1U}
{
    for (const char c : what)
        state_ = (state_ ^ static_cast<unsigned char>(c)) * 0x0000'0100'0000'01B3U;
}

// SplitMix64.
std::uint64_t Chance::next()
{
    state_ += 0x9E3779B97F4A7C15U;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBU;
    return mixed ^ (mixed >> 31);
}

std::size_t Chance::below(std::size_t below)
{
    return static_cast<std::size_t>(next() % below);
}

int Chance::between(int least, int most)
{
    return least + static_cast<int>(below(static_cast<std::size_t>(most - least + 1)));
}

std::string Chance::hex(std::size_t digits)
{
    std::string text;
    text.reserve(digits);
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < digits; ++i)
    {
        if (i % 16 == 0)
            bits = next();
        text += "0123456789abcdef"[bits & 15];
        bits >>= 4;
    }
    return text;
}

} // namespace mimamori::fleetsim
