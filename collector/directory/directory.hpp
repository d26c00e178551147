#pragma once

#include "collector/directory/enquiry.hpp"
#include "common/async/asio.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace mimamori::collector::directory {

/// An account that was let in before.
struct Known
{
    std::string name;
    std::string id;
};

/// The directory of a site, asked on threads of its own: one that hangs holds up nobody who does
/// not need it. Any thread.
class Directory
{
public:
    /// Questions that may wait for their turn.
    static constexpr std::size_t waiting_max = 40;

    /// Whether the account of that name may try a password now: the name is the directory's, so
    /// that another way to write it is no further try.
    using MayTry = std::function<bool(const std::string& name)>;

    /// `clock` must outlive it.
    Directory(DirectorySettings settings, const Clock& clock);

    /// Waits for questions that are under way, see `stop`.
    ~Directory();

    /// What is asked from now on is refused; what is under way ends soon.
    void stop() { stopped_ = true; }

    /// Looks for the account, asks `may_try` (on another thread), tries the password. Errors:
    /// unavailable when the directory cannot be reached or refuses our user; timeout; cancelled.
    awaitable<Result<Verdict>> sign_in(std::string name, std::string password, MayTry may_try);

    /// What became of accounts, in their order. Errors: as `sign_in`.
    awaitable<Result<std::vector<Verdict>>> look_up(std::vector<Known> accounts);

    /// Tries everything that a sign-in of that person needs, the password only when there is one,
    /// and says what was tried and found.
    awaitable<std::vector<Step>> test(std::string name, std::optional<std::string> password);

    const DirectorySettings& settings() const { return settings_; }

    /// Which groups give which roles: those of the settings, until others are set.
    std::vector<RoleRule> roles() const;

    /// None: those of the settings again. What is under way goes on with those before.
    void set_roles(std::vector<RoleRule> roles);

private:
    DirectorySettings settings_now() const;

    template <class Work>
    awaitable<std::invoke_result_t<Work&>> in_turn(Work work);

    Result<Verdict> sign_in_now(
        const std::string& name, const std::string& password, const MayTry& may_try);
    Result<std::vector<Verdict>> look_up_now(const std::vector<Known>& accounts);
    std::vector<Step> test_now(const std::string& name, const std::optional<std::string>& password);

    DirectorySettings settings_;
    const Clock& clock_;
    mutable std::mutex mutex_; ///< Of the roles.
    std::vector<RoleRule> roles_;
    std::atomic<bool> stopped_{false};
    std::atomic<std::size_t> host_{0}; ///< Which one answered last.
    std::atomic<std::size_t> waiting_{0};
    asio::thread_pool threads_{4};
};

} // namespace mimamori::collector::directory
