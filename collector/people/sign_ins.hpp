#pragma once

#include "collector/people/directory_people.hpp"
#include "collector/people/login_throttle.hpp"
#include "collector/people/principal.hpp"
#include "collector/people/second_factors.hpp"
#include "collector/storage/database.hpp"
#include "collector/storage/person_store.hpp"
#include "common/async/asio.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace mimamori::collector::people {

/// A fresh sign-in: the token goes into the cookie and is known nowhere else.
struct SignedIn
{
    std::string token;
    Principal principal;

    /// The password was right and the code of the second factor is missing: nobody is signed in.
    bool needs_code{false};
};

/// A person as an administrator describes them.
struct NewPerson
{
    std::string name;
    std::string password;
    Role role{Role::viewer};
    std::vector<SiteId> sites{root_site()};
};

/// Signs people in and out, and knows them again by their cookie. Any thread.
class SignIns
{
public:
    static constexpr std::chrono::hours idle_max{12}; ///< One shift; then sign in again.
    static constexpr std::chrono::hours age_max{24 * 7};

    /// Password checks that may wait for their turn; each takes 0.1 s.
    static constexpr std::size_t checks_waiting_max = 20;

    /// Wrong passwords that come into the record of changes in an hour.
    static constexpr std::size_t refusals_recorded_max = 1'000;

    /// All must outlive it. `directory`: asked about everybody who is no local person; null: there
    /// is none.
    SignIns(storage::Database& database, const Clock& clock, DirectoryPeople* directory = nullptr);

    /// Waits for password checks that are under way.
    ~SignIns();

    /// `code`: of the second factor; empty: none was given. Errors: unauthenticated for a wrong
    /// name or password (the same and as slow for both) or a wrong code, unavailable with the
    /// seconds to wait when there were too many tries, or too many people wait; timeout when the
    /// directory does not answer, which local people need not.
    awaitable<Result<SignedIn>> sign_in(
        std::string name, std::string password, std::string code, std::string address);

    /// Whether this is the password of that person, who is signed in. Errors: forbidden when it is
    /// not; unavailable as `sign_in`.
    awaitable<Result<void>> prove(Principal principal, std::string password, std::string address);

    /// A name for a sign-in that may be shown: it is no help to who wants to be signed in.
    static std::string id_of(const std::string& token);
    static std::string id_of_hash(const std::string& token_hash);

    /// Errors: unauthenticated when the token is unknown, expired or its person is disabled.
    awaitable<Result<Principal>> find(std::string token);

    awaitable<Result<void>> sign_out(std::string token);

    /// Makes a person; `who` did it. Errors: conflict for a taken name; invalid_input for a name or
    /// password that is not allowed (8 to 200 bytes for the password, 1 to 100 for the name), or
    /// for an unknown site.
    awaitable<Result<void>> add_person(NewPerson person, std::string who);

    /// The same before anything runs; for `init`.
    static Result<void> add_person_now(
        storage::Database& database, const NewPerson& person, Timestamp now);

    /// Sets a new password and ends the person's sign-ins. Errors as `add_person`, and not_found;
    /// conflict for somebody whose password the directory keeps.
    awaitable<Result<void>> set_password(std::string name, std::string password, std::string who);

    /// The same by the person, who knows the old one and is signed in with `token`; the other
    /// sign-ins of the person end. Errors: as `sign_in` and `add_person`.
    awaitable<Result<void>> change_password(
        std::string token, std::string old_password, std::string new_password, std::string address);

private:
    /// Whether this is the person's password. Errors: as `sign_in`.
    awaitable<Result<storage::Person>> check(
        std::string name, std::string password, std::string address);

    /// The same by the directory.
    awaitable<Result<storage::Person>> check_in_directory(
        std::string name, std::string password, std::string address);

    /// Into the record of changes.
    awaitable<void> record_refusal(std::string name, std::string address);

    /// Tells the throttle how a try with a right password ended.
    void count(const std::string& name, const std::string& address, CodeCheck check);

    awaitable<Result<bool>> password_is_right(
        const std::string& name,
        const std::string& password,
        const std::string& address,
        const std::string& stored);

    storage::Database& database_;
    const Clock& clock_;
    DirectoryPeople* directory_;
    asio::thread_pool hashing_{1}; ///< One at a time: each check takes 32 MiB and 0.1 s.
    std::atomic<std::size_t> checks_waiting_{0};
    std::mutex lock_; ///< Of the throttle.
    LoginThrottle throttle_;
    Timestamp refusals_since_{};
    std::size_t refusals_{0}; ///< In the hour since.
};

} // namespace mimamori::collector::people
