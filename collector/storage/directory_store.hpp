#pragma once

#include "collector/storage/person_store.hpp"
#include "collector/storage/session.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <string>
#include <string_view>
#include <vector>

/// People whom a directory lets in. Functions for works of `Database`.
namespace mimamori::collector::storage {

/// An account as the directory describes it now.
struct DirectoryAccount
{
    std::string id; ///< Stays when the account is renamed.
    std::string name;
    std::string role;
    std::vector<SiteId> sites;
};

/// The person of an account: made, or brought up to date, and recorded when something changed.
///
/// Who has the name and comes from elsewhere stays who they are: a local person is never taken
/// over. A person of an account that is no more loses name, sign-ins, tokens and second factor to
/// the account that has the name now. Errors: conflict for the name of a local person,
/// invalid_input for an unknown site.
Result<Person> admit_account(
    Session& session, const DirectoryAccount& account, std::string_view new_id, Timestamp now);

/// A person of the directory who is signed in, or has a token in force.
struct DirectoryPerson
{
    std::string id;
    std::string name;
    std::string directory_id;
    bool barred{false};
    Timestamp seen_at{};
};

std::vector<DirectoryPerson> list_directory_people_in_use(Session& session, Timestamp now);

/// Ends the person's sign-ins and lets no token of theirs in, until the directory lets them in
/// again. Recorded with the reason.
Result<void> bar_person(
    Session& session, const DirectoryPerson& person, std::string_view reason, Timestamp now);

/// Who is in the group has the role; the first of somebody's groups decides.
struct DirectoryRole
{
    std::string group; ///< Distinguished name.
    std::string role;
    std::vector<SiteId> sites;
};

/// As administrators set them; none: the settings file says it.
std::vector<DirectoryRole> list_directory_roles(Session& session);

/// In place of those before. Errors: not_found for a site that there is not.
Result<void> put_directory_roles(Session& session, const std::vector<DirectoryRole>& roles);

} // namespace mimamori::collector::storage
