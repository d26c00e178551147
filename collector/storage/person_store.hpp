#pragma once

#include "collector/storage/audit_store.hpp"
#include "collector/storage/session.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// People and who is signed in. Functions for works of `Database`.
namespace mimamori::collector::storage {

struct Person
{
    std::string id;
    std::string name;
    std::string role;          ///< "viewer", "department", "operator", "administrator", "auditor".
    std::string password;      ///< As crypto::hash_password made it.
    std::vector<SiteId> sites; ///< Answers for these and all below them.
    bool disabled{false};
    Timestamp created_at{};
    Timestamp password_set_at{};
    std::string source{"local"}; ///< "directory": see directory_store.hpp; no password here.
    std::string directory_id{};  ///< Of the account there.
    bool barred{false};          ///< The directory lets them in no more.
};

struct SignInRow
{
    std::string token_hash;
    std::string person_id;
    std::string csrf;
    std::string address;
    Timestamp created_at{};
    Timestamp last_used_at{};
    Timestamp expires_at{};
};

/// A sign-in with what is needed to decide about its person.
struct ActiveSignIn
{
    SignInRow row;
    std::string name;
    std::string role;
    std::vector<SiteId> sites;
};

/// Errors: conflict when the name is taken; invalid_input for an unknown site.
Result<void> add_person(Session& session, const Person& person);

Result<std::optional<Person>> find_person(Session& session, std::string_view name);

Result<std::vector<Person>> list_people(Session& session);

/// Sets the password and ends all sign-ins of the person. Errors: not_found; conflict for somebody
/// whose password the directory keeps.
Result<void> set_password(
    Session& session, std::string_view name, std::string_view password, Timestamp now);

/// Sets the password of a person who did it themselves, and records it; all their sign-ins end but
/// the one of `kept_token_hash`.
Result<void> change_own_password(
    Session& session,
    const Person& person,
    std::string_view password,
    std::string_view kept_token_hash,
    Timestamp now);

/// Gives the person another role and other sites. Errors: not_found; invalid_input for an unknown
/// site; conflict when no local person would be left to administer the whole site.
Result<void> set_role(
    Session& session,
    std::string_view name,
    std::string_view role,
    const std::vector<SiteId>& sites);

/// Ends or allows sign-ins of the person. Errors: not_found; conflict as `set_role`.
Result<void> set_disabled(Session& session, std::string_view name, bool disabled);

/// Sign-ins that one person may have at a time; the oldest end first.
inline constexpr std::int64_t sign_ins_max = 50;

/// Adds a sign-in; removes what has expired.
Result<void> add_sign_in(Session& session, const SignInRow& row);

/// The sign-in of a token, when it has not expired and its person is neither disabled nor
/// barred by the directory.
Result<std::optional<ActiveSignIn>> find_sign_in(
    Session& session, std::string_view token_hash, Timestamp now);

Result<void> touch_sign_in(
    Session& session, std::string_view token_hash, Timestamp last_used_at, Timestamp expires_at);

/// Sign-ins of a person that have not expired, the newest first.
std::vector<SignInRow> list_sign_ins(Session& session, std::string_view person_id, Timestamp now);

/// Ends all sign-ins of a person but the one of `kept_token_hash`; how many.
std::int64_t end_sign_ins(
    Session& session, std::string_view person_id, std::string_view kept_token_hash);

Result<void> remove_sign_in(Session& session, std::string_view token_hash);

} // namespace mimamori::collector::storage
