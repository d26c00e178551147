#include "agent/app/settings.hpp"
#include "common/settings/toml.hpp"

#include "installer/policy/policy_template.hpp"
#include <filesystem>
#include <fstream>
#include <iostream>

int main(int argc, char** argv)
{
    using namespace mimamori;
    if (argc != 3)
    {
        std::cerr << "usage: mimamori-policy-template WORDS.TOML FOLDER\n";
        return 2;
    }
    const auto words = settings::read_toml_file(argv[1]);
    if (!words)
    {
        std::cerr << words.error().message << '\n';
        return 1;
    }
    const agent::app::Settings defaults;
    const auto files = installer::policy::make_template(
        {agent::app::settings_table().entries(), &defaults}, *words);
    if (!files)
    {
        std::cerr << files.error().message << '\n';
        return 1;
    }
    for (const auto& file : *files)
    {
        const auto path = std::filesystem::path{argv[2]} / file.name;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream out{path, std::ios::binary};
        out << file.text;
        if (!out.flush())
        {
            std::cerr << "write " << path.string() << ": failed\n";
            return 1;
        }
    }
    return 0;
}
