#include "agent/probes/rpm_database.hpp"
#include "agent/probes/sqlite_file.hpp"

#include <array>

namespace mimamori::agent::probes {
namespace {

constexpr std::array<const char*, 2> sqlite_databases{
    "/var/lib/rpm/rpmdb.sqlite", "/usr/lib/sysimage/rpm/rpmdb.sqlite"};

/// Forms that are not read.
struct OtherForm
{
    const char* path;
    const char* name;
};

constexpr std::array<OtherForm, 4> other_forms{{
    {"/var/lib/rpm/Packages", "a Berkeley DB"},
    {"/var/lib/rpm/Packages.db", "an NDB"},
    {"/usr/lib/sysimage/rpm/Packages.db", "an NDB"},
    {"/usr/lib/sysimage/rpm/Packages", "a Berkeley DB"},
}};

/// Where the database is, if it is of the form we read.
Result<std::string> database_path(const Tree& tree)
{
    for (const char* const path : sqlite_databases)
    {
        if (tree.exists(path))
            return std::string{path};
    }
    for (const auto& [path, name] : other_forms)
    {
        if (tree.exists(path))
            return Error{
                Errc::unsupported,
                std::string{"read "} + path + ": " + name + ", which is not read"};
    }
    return Error{Errc::not_found, "read /var/lib/rpm/rpmdb.sqlite: No such file or directory"};
}

} // namespace

Result<std::string> for_each_rpm(
    const Tree& tree, const std::function<bool(const RpmPackage&)>& take)
{
    auto path = database_path(tree);
    if (!path)
        return path;
    const auto database = SqliteFile::open(tree, *path);
    if (!database)
        return database.error();
    auto rows = database->query("SELECT blob FROM Packages");
    if (!rows)
        return rows.error();
    for (;;)
    {
        const auto more = rows->next();
        if (!more)
            return more.error();
        if (!*more)
            return path;
        const auto header = RpmHeader::parse(rows->blob(0));
        const auto package = header ? rpm_package(*header) : std::nullopt;
        if (package && !take(*package))
            return path;
    }
}

std::optional<RpmPackage> rpm_owner(const Tree& tree, const std::string& path)
{
    const auto source = database_path(tree);
    const auto database =
        source ? SqliteFile::open(tree, *source) : Result<SqliteFile>{source.error()};
    if (!database)
        return std::nullopt;
    const auto slash = path.rfind('/');
    const std::string folder = path.substr(0, slash + 1);
    const std::string name = path.substr(slash + 1);
    auto rows = database->query(
        "SELECT p.blob, b.idx FROM Basenames b JOIN Packages p ON p.hnum = b.hnum "
        "WHERE b.key = ?1 LIMIT 1000",
        name);
    if (!rows)
        return std::nullopt;
    for (auto more = rows->next(); more && *more; more = rows->next())
    {
        const auto header = RpmHeader::parse(rows->blob(0));
        if (!header)
            continue;
        const auto index = static_cast<std::uint32_t>(rows->number(1));
        const auto folder_index = header->number(RpmTag::dir_indexes, index);
        if (folder_index && header->text_at(RpmTag::dir_names, *folder_index) == folder
            && header->text_at(RpmTag::base_names, index) == name)
            return rpm_package(*header);
    }
    return std::nullopt;
}

bool rpm_changes_wait(const Tree& tree)
{
    for (const std::string path : sqlite_databases)
    {
        const auto log = tree.status(path + "-wal");
        if (log && log->size_bytes > 0)
            return true;
    }
    return false;
}

} // namespace mimamori::agent::probes
