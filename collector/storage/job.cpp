#include "collector/storage/job.hpp"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

namespace mimamori::collector::storage {
namespace {

CaughtError of_code(int code, std::string_view message)
{
    switch (code & 0xff)
    {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_READONLY:
        return {error_of(code, message), true};
    default:
        return {error_of(code, message), false};
    }
}

} // namespace

std::optional<CaughtError> caught_error()
{
    try
    {
        throw;
    }
    catch (const StorageFailure& failure)
    {
        return of_code(failure.code(), failure.message());
    }
    // Not what(): SOCI writes the values of the parameters into it, and those may be secrets.
    catch (const soci::sqlite3_soci_error& failure)
    {
        return of_code(failure.result(), failure.get_error_message());
    }
    catch (const soci::soci_error& failure)
    {
        return CaughtError{Error{Errc::internal, "database: " + failure.get_error_message()}};
    }
    catch (...)
    {
        return std::nullopt;
    }
}

} // namespace mimamori::collector::storage
