#include "collector/ctl/init.hpp"

#include "collector/people/sign_ins.hpp"
#include "collector/pki/ca_folder.hpp"
#include "collector/storage/database.hpp"
#include "collector/storage/person_store.hpp"
#include "common/base/encoding.hpp"
#include "common/crypto/password.hpp"

#include <filesystem>

namespace mimamori::collector::ctl {
namespace {

Result<void> make_folder(const std::filesystem::path& folder)
{
    std::error_code ec;
    std::filesystem::create_directories(folder, ec);
    if (!ec)
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all, ec);
    if (ec)
        return Error{Errc::io, "folder " + folder.string() + ": " + ec.message()};
    return {};
}

} // namespace

Result<NewSite> init_site(const app::Settings& settings, const std::string& administrator)
{
    const app::Folder folder{settings};
    const SystemClock clock;
    for (const std::filesystem::path& path : {folder.root, folder.web_certificate()})
        if (auto made = make_folder(path); !made)
            return made.error();

    storage::DatabaseOptions options;
    options.file = folder.database();
    auto database = storage::Database::open(options);
    if (!database)
        return std::move(database).error().in("database");
    const auto list = [](storage::Session& session) { return storage::list_people(session); };
    const auto people = (*database)->read_and_wait(list);
    if (!people)
        return people.error();
    if (!people->empty())
        return Error{Errc::conflict, folder.root.string() + " has a site already"};

    if (std::error_code ec; !std::filesystem::exists(folder.authority(), ec))
    {
        const std::string name = settings.hospital.empty() ? "mimamori" : settings.hospital;
        auto authority = pki::create_site_authority(folder.authority(), name, clock.now());
        if (!authority)
            return std::move(authority).error().in("certification authority");
    }
    auto fingerprint = ca_fingerprint(settings);
    if (!fingerprint)
        return fingerprint.error();

    // Last, so that an init that was cut off can be repeated.
    NewSite site{administrator, crypto::first_day_password(), std::move(*fingerprint)};
    people::NewPerson first;
    first.name = administrator;
    first.password = site.first_day_password;
    first.role = people::Role::administrator;
    auto added = people::SignIns::add_person_now(**database, first, clock.now());
    if (!added)
        return std::move(added).error().in("administrator");
    return site;
}

Result<std::string> ca_fingerprint(const app::Settings& settings)
{
    const auto cas = pki::load_ca_folder(app::Folder{settings}.authority());
    if (!cas)
        return cas.error();
    return to_hex(cas->roots.front().certificate.fingerprint());
}

} // namespace mimamori::collector::ctl
