#include "agent/app/places.hpp"
#include "common/platform/private_folder.hpp"

#include <windows.h>

#include <shlobj.h>

namespace mimamori::agent::app {
namespace {

/// %ProgramData% as the system knows it: a variable could have been set by anybody.
std::filesystem::path program_data()
{
    wchar_t path[MAX_PATH] = L"";
    if (::SHGetFolderPathW(nullptr, CSIDL_COMMON_APPDATA, nullptr, SHGFP_TYPE_CURRENT, path)
        != S_OK)
        return L"C:\\ProgramData";
    return path;
}

} // namespace

const Places& default_places()
{
    static const Places places = [] {
        const auto folder = program_data() / L"mimamori";
        return Places{
            folder / L"agent.toml", folder / L"enrolment.key", folder / L"agent",
            folder / L"agent" / L"agent.log"};
    }();
    return places;
}

Result<void> secure(const Places& places)
{
    if (auto made = platform::make_private_folder(places.data_folder.parent_path()); !made)
        return made;
    for (const auto& file : {places.settings_file, places.enrolment_key_file})
    {
        const auto trusted = platform::check_trusted(file);
        if (!trusted && trusted.error().code != Errc::not_found)
            return trusted;
    }
    return {};
}

} // namespace mimamori::agent::app
