#include "agent/probes/package_owner.hpp"

#include <algorithm>
#include <array>

namespace mimamori::agent::probes {

std::vector<std::string> listed_names(const std::string& path)
{
    std::vector<std::string> names{path};
    for (const std::string_view merged : {"/bin/", "/sbin/", "/lib/", "/lib64/"})
    {
        if (path.starts_with("/usr" + std::string{merged}))
            names.push_back(path.substr(4));
        else if (path.starts_with(merged))
            names.push_back("/usr" + path);
    }
    return names;
}

std::string_view package_of_list_file(std::string_view name)
{
    constexpr std::string_view ending = ".list";
    if (!name.ends_with(ending))
        return {};
    name.remove_suffix(ending.size());
    return name.substr(0, name.find(':'));
}

bool is_indexed(std::string_view path)
{
    for (const std::string_view folder :
         {"/boot/", "/etc/", "/usr/include/", "/usr/share/", "/usr/src/", "/var/"})
    {
        if (path.starts_with(folder))
            return false;
    }
    const std::string_view name = path.substr(path.rfind('/') + 1);
    if (name.find(".so.") != std::string_view::npos)
        return false;
    constexpr std::array<std::string_view, 20> other_kinds{
        ".so", ".a",  ".o",   ".h",   ".hpp", ".py",  ".pm", ".pl",   ".rb",   ".js",
        ".ko", ".xz", ".png", ".svg", ".txt", ".xml", ".mo", ".html", ".json", ".conf"};
    return std::none_of(other_kinds.begin(), other_kinds.end(), [&](std::string_view ending) {
        return name.ends_with(ending);
    });
}

} // namespace mimamori::agent::probes
