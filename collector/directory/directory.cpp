#include "collector/directory/directory.hpp"

#include "common/async/offload.hpp"
#include "common/base/utf8.hpp"

#include <fmt/format.h>

#include <utility>

namespace mimamori::collector::directory {
namespace {

Error not_reached(Error error)
{
    // A caller cannot do anything about our user's password either.
    if (error.code != Errc::timeout && error.code != Errc::cancelled)
        error.code = Errc::unavailable;
    return std::move(error).in("directory");
}

std::string role_in_words(const Account& account)
{
    std::string words = account.role + " of";
    for (const SiteId& site : account.sites)
        words += ' ' + site.text();
    return words;
}

} // namespace

Directory::Directory(DirectorySettings settings, const Clock& clock)
    : settings_{completed(std::move(settings))}
    , clock_{clock}
{}

Directory::~Directory()
{
    stop();
    threads_.join();
}

std::vector<RoleRule> Directory::roles() const
{
    const std::scoped_lock lock{mutex_};
    return roles_.empty() ? settings_.roles : roles_;
}

void Directory::set_roles(std::vector<RoleRule> roles)
{
    const std::scoped_lock lock{mutex_};
    roles_ = std::move(roles);
}

DirectorySettings Directory::settings_now() const
{
    DirectorySettings now = settings_;
    now.roles = roles();
    return now;
}

template <class Work>
awaitable<std::invoke_result_t<Work&>> Directory::in_turn(Work work)
{
    using Outcome = std::invoke_result_t<Work&>;
    const std::size_t waiting = waiting_.fetch_add(1);
    Outcome outcome = Error{Errc::unavailable, "directory: too many questions wait"};
    if (waiting < waiting_max)
        outcome = co_await async::offload(threads_, std::move(work));
    --waiting_;
    co_return outcome;
}

awaitable<Result<Verdict>> Directory::sign_in(
    std::string name, std::string password, MayTry may_try)
{
    auto work = [&] { return sign_in_now(name, password, may_try); };
    co_return co_await in_turn(std::move(work));
}

Result<Verdict> Directory::sign_in_now(
    const std::string& name, const std::string& password, const MayTry& may_try)
{
    Verdict refused;
    // Refused here too, before anything is opened: servers take an empty one for nobody.
    if (name.empty() || password.empty())
        return refused;
    const DirectorySettings asked = settings_now();
    auto enquiry = Enquiry::open(asked, host_, stopped_);
    if (!enquiry)
        return not_reached(enquiry.error());
    auto verdict = enquiry->find(name, {}, clock_.now());
    if (!verdict)
        return not_reached(verdict.error());
    if (verdict->refusal != Refusal::unknown && !may_try(verdict->account.name))
    {
        verdict->refusal = Refusal::too_many_tries;
        return verdict;
    }
    // Also for who is refused anyway: how long the answer takes must not tell who there is.
    auto right = enquiry->password_is_right(verdict->account.dn, password, verdict->detail);
    if (!right)
        return not_reached(right.error());
    if (!*right && verdict->refusal != Refusal::unknown)
        verdict->refusal = Refusal::wrong_password;
    return verdict;
}

awaitable<Result<std::vector<Verdict>>> Directory::look_up(std::vector<Known> accounts)
{
    auto work = [&] { return look_up_now(accounts); };
    co_return co_await in_turn(std::move(work));
}

Result<std::vector<Verdict>> Directory::look_up_now(const std::vector<Known>& accounts)
{
    const DirectorySettings asked = settings_now();
    auto enquiry = Enquiry::open(asked, host_, stopped_);
    if (!enquiry)
        return not_reached(enquiry.error());
    std::vector<Verdict> verdicts;
    for (const Known& account : accounts)
    {
        auto verdict = enquiry->find(account.name, account.id, clock_.now());
        if (!verdict)
            return not_reached(verdict.error());
        verdicts.push_back(std::move(*verdict));
    }
    return verdicts;
}

awaitable<std::vector<Step>> Directory::test(std::string name, std::optional<std::string> password)
{
    auto work = [&]() -> Result<std::vector<Step>> { return test_now(name, password); };
    auto steps = co_await in_turn(std::move(work));
    if (!steps)
        co_return std::vector<Step>(1, Step{"connect", false, steps.error().message});
    co_return std::move(*steps);
}

std::vector<Step> Directory::test_now(
    const std::string& name, const std::optional<std::string>& password)
{
    std::vector<Step> steps;
    const DirectorySettings asked = settings_now();
    auto enquiry = Enquiry::open(asked, host_, stopped_, &steps);
    if (!enquiry)
        return steps;
    auto missing = enquiry->missing_groups();
    if (!missing)
        steps.push_back({"groups", false, missing.error().message});
    else
        for (const std::string& group : *missing)
            steps.push_back({"groups", false, "not in the directory: " + group});
    auto verdict = enquiry->find(name, {}, clock_.now());
    if (!verdict)
    {
        steps.push_back({"account", false, verdict.error().message});
        return steps;
    }
    const Account& account = verdict->account;
    if (verdict->refusal == Refusal::unknown)
    {
        steps.push_back({"account", false, verdict->detail});
        return steps;
    }
    const bool ended = verdict->refusal == Refusal::ended;
    steps.push_back(
        {"account", !ended,
         ended ? fmt::format("{}: {}", account.dn, to_text(Refusal::ended))
               : fmt::format("{}, signs in as {}", account.dn, account.name)});
    const bool has_role = !account.role.empty();
    steps.push_back(
        {"role", has_role,
         has_role ? role_in_words(account) : std::string{to_text(Refusal::no_role)}});
    if (!password)
        return steps;
    std::string detail = "right";
    const auto right = enquiry->password_is_right(account.dn, *password, detail);
    steps.push_back({"password", right && *right, right ? detail : right.error().message});
    return steps;
}

} // namespace mimamori::collector::directory
