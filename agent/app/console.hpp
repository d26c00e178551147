#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mimamori::agent::app {

/// What was said on the command line, in UTF-8, without the program's name.
std::vector<std::string> arguments_of(int count, const char* const* words);

/// Makes the console show UTF-8 while it lives.
class Console
{
public:
    Console();
    ~Console();
    Console(const Console&) = delete;
    Console& operator=(const Console&) = delete;

private:
    [[maybe_unused]] unsigned before_{0}; // Only Windows has something to bring back.
};

/// Whether this program file is signed, for people: "signed", "unsigned"; empty where programs are
/// not signed (Linux). Says nothing about who signed it or whether the signature is good.
std::string_view signature_state();

} // namespace mimamori::agent::app
