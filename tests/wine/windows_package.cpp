#include "tests/wine/windows_package.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <regex>
#include <sstream>
#include <stdexcept>

namespace mimamori::tests {
namespace {

/// Raises the third number of the version that a program's resources say.
void set_third(std::string& program, unsigned third)
{
    constexpr std::string_view head{"\xbd\x04\xef\xfe\x00\x00\x01\x00", 8};
    constexpr std::size_t third_behind_head = 14;
    const auto at = program.find(head);
    if (at == std::string::npos || at + 24 > program.size())
        throw std::runtime_error{"the program does not say its version"};
    for (const std::size_t version : {at, at + 8}) // Of the file, of the product.
    {
        program[version + third_behind_head] = static_cast<char>(third & 0xFF);
        program[version + third_behind_head + 1] = static_cast<char>(third >> 8);
    }
}

bool says_done(const std::string& log)
{
    constexpr std::string_view ended{": INSTALL. Return value "};
    const auto at = log.rfind(ended);
    return at != std::string::npos && log.substr(at + ended.size(), 2) == "1.";
}

} // namespace

std::filesystem::path make_msi(const std::filesystem::path& folder, unsigned third)
{
    std::string program = text_of(windows_build().agent);
    set_third(program, third);
    const auto exe = folder / fmt::format("agent-{}.exe", third);
    std::ofstream{exe, std::ios::binary} << program;
    const auto& architecture = windows_build().architecture;
    const auto msi = folder / fmt::format("mimamori-agent-0.1.{}-{}.msi", third, architecture);
    const auto made = run_program(
        {MIMAMORI_SOURCE_DIR "/installer/windows/make_msi.sh", architecture,
         fmt::format("0.1.{}", third), exe.string(), msi.string()});
    if (made.exit_code != 0)
        throw std::runtime_error{"no package: " + made.text};
    return msi;
}

ProgramOutput install(
    const WinePc& pc,
    const std::string& what,
    const std::filesystem::path& msi,
    const std::vector<std::string>& properties)
{
    std::filesystem::copy_file(
        msi, pc.prefix().drive_c() / msi.filename(),
        std::filesystem::copy_options::overwrite_existing);
    std::vector<std::string> words{"msiexec", what,   "C:\\" + msi.filename().string(),
                                   "/qn",     "/l*v", "C:\\install.log"};
    words.insert(words.end(), properties.begin(), properties.end());
    std::filesystem::remove(pc.prefix().drive_c() / "install.log");
    ProgramOutput done = pc.prefix().run(words);
    // Wine's msiexec of 32 bits ends at times with a code of its own after all has been done: what
    // its log says last counts there.
    if (done.exit_code != 0 && windows_build().architecture == "x86"
        && says_done(installer_log(pc)))
    {
        BOOST_TEST_MESSAGE("msiexec ended with " << done.exit_code << " after it was done");
        done.exit_code = 0;
    }
    return done;
}

std::string installer_log(const WinePc& pc)
{
    std::string text = text_of(pc.prefix().drive_c() / "install.log");
    std::erase(text, '\0');
    return text;
}

std::map<std::string, std::string> registry_values(const WinePc& pc, const std::string& key)
{
    const std::regex row{R"(\s+(\S.*?)\s+REG_[A-Z_]+\s*(.*?)\s*)"};
    std::map<std::string, std::string> values;
    std::istringstream said{pc.prefix().run({"reg", "query", key}).text};
    for (std::string line; std::getline(said, line);)
    {
        std::smatch found;
        if (std::regex_match(line, found, row))
            values[found[1]] = found[2];
    }
    return values;
}

std::filesystem::path installed_program(const WinePc& pc)
{
    return pc.prefix().drive_c() / "Program Files/mimamori/mimamori-agent.exe";
}

} // namespace mimamori::tests
