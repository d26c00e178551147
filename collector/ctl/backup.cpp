#include "collector/ctl/backup.hpp"

#include "collector/storage/copy_database.hpp"

#include <fmt/chrono.h>

#include <string>

namespace mimamori::collector::ctl {

namespace {

namespace fs = std::filesystem;

Error failure(const fs::path& path, const std::error_code& why)
{
    return {Errc::io, path.string() + ": " + why.message()};
}

/// What is copied in another way, or not at all.
bool is_left_out(const app::Folder& folder, const fs::path& entry)
{
    const std::string name = entry.filename().string();
    return name.starts_with(folder.database().filename().string())
           || entry.filename() == folder.socket().filename();
}

Result<void> copy_files(const app::Folder& folder, const fs::path& to)
{
    std::error_code failed;
    for (fs::directory_iterator entries{folder.root, failed}, end; !failed && entries != end;
         entries.increment(failed))
    {
        const fs::path& from = entries->path();
        if (is_left_out(folder, from))
            continue;
        fs::copy(from, to / from.filename(), fs::copy_options::recursive, failed);
        if (failed)
            return failure(from, failed);
    }
    if (failed)
        return failure(folder.root, failed);
    return {};
}

} // namespace

Result<Backup> make_backup(const app::Settings& settings, const fs::path& into, Timestamp now)
{
    const app::Folder folder{settings};
    const auto second = std::chrono::floor<std::chrono::seconds>(now);
    Backup made;
    made.folder = into / fmt::format("mimamori-{:%Y%m%dT%H%M%SZ}", second);
    const fs::path partial = made.folder.string() + ".partial";

    std::error_code failed;
    if (fs::exists(made.folder, failed))
        return Error{Errc::conflict, made.folder.string() + " exists"};
    fs::remove_all(partial, failed);
    fs::create_directories(partial, failed);
    if (!failed)
        fs::permissions(partial, fs::perms::owner_all, failed);
    if (failed)
        return failure(partial, failed);

    const fs::path database = partial / folder.database().filename();
    const auto copied = storage::copy_database(folder.database(), database);
    if (!copied)
        return copied.error();
    made.database_bytes = copied->bytes;
    made.devices = copied->devices;
    if (auto done = copy_files(folder, partial); !done)
        return std::move(done).error();
    fs::rename(partial, made.folder, failed);
    if (failed)
        return failure(partial, failed);
    return made;
}

} // namespace mimamori::collector::ctl
