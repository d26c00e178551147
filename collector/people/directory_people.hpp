#pragma once

#include "collector/directory/directory.hpp"
#include "collector/storage/database.hpp"
#include "collector/storage/directory_store.hpp"
#include "collector/storage/person_store.hpp"
#include "common/async/asio.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace mimamori::collector::people {

/// What the directory and our own list say to a try to sign in.
struct Admission
{
    directory::Refusal refusal{directory::Refusal::unknown};
    std::string name;       ///< As the directory writes it; empty for an unknown one.
    std::string detail;     ///< Why not, for the log.
    storage::Person person; ///< When nothing is refused.
};

/// People whom a directory lets in: made when they first sign in, ended when it ends them.
class DirectoryPeople
{
public:
    struct Options
    {
        /// How often the directory is asked about those who are signed in or have a token.
        std::chrono::seconds recheck{std::chrono::minutes{5}};

        /// How long they stay in without it.
        std::chrono::seconds kept_without{std::chrono::hours{12}};
    };

    /// All must outlive it.
    DirectoryPeople(
        storage::Database& database,
        directory::Directory& directory,
        const Clock& clock,
        const Options& options);

    /// Whether the directory lets that person in, with the role of their groups at this moment.
    /// Errors: timeout when the directory does not answer or refuses us; those of the database.
    awaitable<Result<Admission>> admit(
        std::string name, std::string password, directory::Directory::MayTry may_try);

    /// Asks about everybody who is in, again and again, until cancelled.
    awaitable<void> run();

    /// Asks once. Who is disabled or gone there, or in none of the groups any more, is signed out;
    /// whose groups have changed has another role. False: the directory did not answer.
    awaitable<bool> recheck();

    /// For a site that has no directory any more: ends whom one has let in.
    static Result<void> bar_everybody(storage::Database& database, Timestamp now);

private:
    awaitable<Result<void>> note(
        const storage::DirectoryPerson& person, const directory::Verdict& verdict);
    awaitable<void> keep_for_a_while(
        const std::vector<storage::DirectoryPerson>& people, const Error& why);

    storage::Database& database_;
    directory::Directory& directory_;
    const Clock& clock_;
    Options options_;
    bool answers_{true};
};

} // namespace mimamori::collector::people
