#include "agent/probes/package_owner.hpp"

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

} // namespace mimamori::agent::probes
