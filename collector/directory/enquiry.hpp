#pragma once

#include "collector/directory/connection.hpp"
#include "collector/directory/directory_settings.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <atomic>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

/// What is asked of a directory. Everything blocks.
namespace mimamori::collector::directory {

/// An account that may sign in, as the directory describes it now.
struct Account
{
    std::string dn;
    std::string name; ///< As the directory writes it.
    std::string id;   ///< Stays when everything else changes; hexadecimal.
    std::string role;
    std::vector<SiteId> sites;
};

/// Why somebody is not let in.
enum class Refusal
{
    none,
    unknown, ///< No account, or more than one, has that name.
    ended,   ///< Disabled, expired, locked for good.
    no_role, ///< In none of the groups.
    wrong_password,
    too_many_tries ///< The caller has said so.
};

/// "no such account"
std::string_view to_text(Refusal refusal);

struct Verdict
{
    Refusal refusal{Refusal::unknown};
    Account account;    ///< Its name is there for all but unknown.
    std::string detail; ///< For the log: what the directory said.
};

/// One thing that was tried, in plain words.
struct Step
{
    std::string name; ///< "connect", "bind", "account", "groups", "password"
    bool good{false};
    std::string detail;
};

/// A connection over which the settings' user asks.
class Enquiry
{
public:
    /// Tries the hosts from the one at `first` on, which becomes the one that answered. With
    /// `steps` it is written down what was tried. Errors: those of the last host: unauthenticated
    /// when our user or its password is refused; else as Connection::open.
    static Result<Enquiry> open(
        const DirectorySettings& settings,
        std::atomic<std::size_t>& first,
        const std::atomic<bool>& stopped,
        std::vector<Step>* steps = nullptr);

    /// The account of that name and what it may do. With `id` it must be the one with that id too.
    /// Errors: as Connection::search.
    Result<Verdict> find(const std::string& name, const std::string& id, Timestamp now);

    /// Whether that is the account's password; the enquiry is of no more use after that. For an
    /// account that is not there (an empty DN) the server is asked too, so that it takes as long.
    /// `detail`: what the server said. Errors: as Connection::bind without unauthenticated.
    Result<bool> password_is_right(
        const std::string& dn, const std::string& password, std::string& detail);

    /// Groups of the settings that the directory does not have.
    Result<std::vector<std::string>> missing_groups();

private:
    Enquiry(const DirectorySettings& settings, Connection connection);

    /// Who of the account's is asked for in groups: itself, and groups that it is in.
    Result<std::vector<std::string>> members_of(const std::string& dn, const std::string& name);

    Result<bool> is_member(
        const std::string& group, const std::vector<std::string>& members, const std::string& name);

    const DirectorySettings* settings_;
    Connection connection_;
};

} // namespace mimamori::collector::directory
