#include "agent/probes/rpm_database.hpp"
#include "common/base/scope_exit.hpp"

#include <sqlite3.h>

#include <array>
#include <memory>

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

struct CloseDatabase
{
    void operator()(sqlite3* database) const { sqlite3_close(database); }
};

using Database = std::unique_ptr<sqlite3, CloseDatabase>;

struct EndStatement
{
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

using Statement = std::unique_ptr<sqlite3_stmt, EndStatement>;

Error failure(sqlite3* database, const std::string& path)
{
    return {
        Errc::io,
        "read " + path + ": "
            + (database == nullptr ? std::string{"no memory"} : sqlite3_errmsg(database))};
}

/// The path with the characters that mean something in a URI replaced.
std::string uri_of(const std::string& path)
{
    std::string uri = "file:";
    for (const char letter : path)
    {
        if (letter == '%' || letter == '?' || letter == '#')
        {
            constexpr std::string_view digits = "0123456789ABCDEF";
            const auto value = static_cast<unsigned char>(letter);
            uri += '%';
            uri += digits[value >> 4U];
            uri += digits[value & 15U];
        }
        else
            uri += letter;
    }
    // Immutable: no lock, no -wal and no -shm is made beside another program's database.
    return uri + "?mode=ro&immutable=1";
}

Result<Database> open_database(const Tree& tree, const std::string& path)
{
    if (const auto file = tree.status(path); !file)
        return file.error();
    const std::string where = tree.root() == "/" ? path : tree.root().string() + path;
    sqlite3* raw = nullptr;
    const int opened = sqlite3_open_v2(
        uri_of(where).c_str(), &raw, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX,
        nullptr);
    Database database{raw};
    if (opened != SQLITE_OK)
        return failure(raw, path);
    sqlite3_exec(raw, "PRAGMA cache_size=-256", nullptr, nullptr, nullptr);
    return database;
}

Result<Statement> prepare(sqlite3* database, const char* sql, const std::string& path)
{
    sqlite3_stmt* raw = nullptr;
    if (sqlite3_prepare_v2(database, sql, -1, &raw, nullptr) != SQLITE_OK)
        return failure(database, path);
    return Statement{raw};
}

std::string_view blob_of(sqlite3_stmt* statement, int column)
{
    const void* const bytes = sqlite3_column_blob(statement, column);
    const int size = sqlite3_column_bytes(statement, column);
    if (bytes == nullptr || size <= 0)
        return {};
    return {static_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

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
    const auto database = open_database(tree, *path);
    if (!database)
        return database.error();
    const auto rows = prepare(database->get(), "SELECT blob FROM Packages", *path);
    if (!rows)
        return rows.error();
    for (;;)
    {
        const int step = sqlite3_step(rows->get());
        if (step == SQLITE_DONE)
            return path;
        if (step != SQLITE_ROW)
            return failure(database->get(), *path);
        const auto header = RpmHeader::parse(blob_of(rows->get(), 0));
        const auto package = header ? rpm_package(*header) : std::nullopt;
        if (package && !take(*package))
            return path;
    }
}

std::optional<RpmPackage> rpm_owner(const Tree& tree, const std::string& path)
{
    const auto source = database_path(tree);
    if (!source)
        return std::nullopt;
    const auto database = open_database(tree, *source);
    if (!database)
        return std::nullopt;
    const auto rows = prepare(
        database->get(),
        "SELECT p.blob, b.idx FROM Basenames b JOIN Packages p ON p.hnum = b.hnum "
        "WHERE b.key = ?1 LIMIT 1000",
        *source);
    if (!rows)
        return std::nullopt;
    const auto slash = path.rfind('/');
    const std::string folder = path.substr(0, slash + 1);
    const std::string name = path.substr(slash + 1);
    sqlite3_bind_text(rows->get(), 1, name.data(), static_cast<int>(name.size()), SQLITE_STATIC);
    while (sqlite3_step(rows->get()) == SQLITE_ROW)
    {
        const auto header = RpmHeader::parse(blob_of(rows->get(), 0));
        if (!header)
            continue;
        const auto index = static_cast<std::uint32_t>(sqlite3_column_int(rows->get(), 1));
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
