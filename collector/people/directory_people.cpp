#include "collector/people/directory_people.hpp"

#include "collector/people/principal.hpp"
#include "common/async/sleep.hpp"
#include "common/base/utf8.hpp"
#include "common/crypto/random.hpp"
#include "common/log/log.hpp"

#include <algorithm>
#include <utility>

namespace mimamori::collector::people {
namespace {

constexpr std::size_t name_bytes_max = 100;
constexpr std::chrono::seconds retry_max{60};

/// Whether it can be the name of a person here.
bool is_name(const std::string& name)
{
    return !name.empty() && name.size() <= name_bytes_max && is_utf8(name)
           && std::none_of(name.begin(), name.end(), [](char c) {
                  return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F;
              });
}

Result<storage::DirectoryAccount> account_of(const directory::Account& found)
{
    if (!is_name(found.name))
        return Error{
            Errc::invalid_input, "the directory has a name of no use: " + for_log(found.name)};
    if (!parse_role(found.role))
        return Error{Errc::invalid_input, "no such role: " + for_log(found.role)};
    return storage::DirectoryAccount{found.id, found.name, found.role, found.sites};
}

} // namespace

DirectoryPeople::DirectoryPeople(
    storage::Database& database,
    directory::Directory& directory,
    const Clock& clock,
    const Options& options)
    : database_{database}
    , directory_{directory}
    , clock_{clock}
    , options_{options}
{}

awaitable<Result<Admission>> DirectoryPeople::admit(
    std::string name, std::string password, directory::Directory::MayTry may_try)
{
    Admission admission;
    // Blanks are refused here: directories pass over some, so that one name could be tried in many
    // ways.
    admission.detail = "not a name";
    if (!is_name(name) || password.empty())
        co_return admission;
    auto verdict =
        co_await directory_.sign_in(std::move(name), std::move(password), std::move(may_try));
    if (!verdict)
        co_return Error{Errc::timeout, std::move(verdict).error().message};
    admission.refusal = verdict->refusal;
    admission.name = verdict->account.name;
    admission.detail = std::string{to_text(verdict->refusal)};
    if (!verdict->detail.empty())
        admission.detail += ": " + verdict->detail;
    if (verdict->refusal != directory::Refusal::none)
        co_return admission;
    auto account = account_of(verdict->account);
    if (!account)
        co_return account.error();
    const std::string new_id = crypto::random_id_text();
    const Timestamp now = clock_.now();
    auto work = [&](storage::Session& session) {
        return storage::admit_account(session, *account, new_id, now);
    };
    auto person = co_await database_.write(work);
    if (!person)
        co_return std::move(person).error().in("person of the directory");
    admission.person = std::move(*person);
    co_return admission;
}

awaitable<void> DirectoryPeople::run()
{
    for (;;)
    {
        const bool answered = co_await recheck();
        const auto pause = answered ? options_.recheck : std::min(options_.recheck, retry_max);
        const bool slept = co_await async::sleep_for(pause);
        if (!slept)
            co_return;
    }
}

awaitable<bool> DirectoryPeople::recheck()
{
    const Timestamp now = clock_.now();
    auto look = [now](storage::Session& session) -> Result<std::vector<storage::DirectoryPerson>> {
        return storage::list_directory_people_in_use(session, now);
    };
    auto people = co_await database_.read(look);
    if (!people)
        log::error("people of the directory: {}", people.error().message);
    if (!people || people->empty())
        co_return true;
    std::vector<directory::Known> known;
    for (const storage::DirectoryPerson& person : *people)
        known.push_back({person.name, person.directory_id});
    auto verdicts = co_await directory_.look_up(std::move(known));
    if (!verdicts)
    {
        co_await keep_for_a_while(*people, verdicts.error());
        co_return false;
    }
    if (!std::exchange(answers_, true))
        log::info("the directory answers again");
    for (std::size_t i = 0; i < people->size(); ++i)
    {
        auto noted = co_await note((*people)[i], (*verdicts)[i]);
        if (!noted)
            log::error(
                "{} of the directory: {}", for_log((*people)[i].name), noted.error().message);
    }
    co_return true;
}

awaitable<Result<void>> DirectoryPeople::note(
    const storage::DirectoryPerson& person, const directory::Verdict& verdict)
{
    const Timestamp now = clock_.now();
    const auto account = account_of(verdict.account);
    const bool is_in = verdict.refusal == directory::Refusal::none;
    if (is_in && !account)
        co_return account.error();
    if (!is_in && person.barred)
        co_return Result<void>{};
    if (!is_in)
        log::warn(
            "{} is signed out: {}", for_log(person.name), directory::to_text(verdict.refusal));
    auto work = [&](storage::Session& session) -> Result<void> {
        if (!is_in)
            return storage::bar_person(session, person, to_text(verdict.refusal), now);
        const auto admitted = storage::admit_account(session, *account, person.id, now);
        return admitted ? Result<void>{} : admitted.error();
    };
    co_return co_await database_.write(work);
}

awaitable<void> DirectoryPeople::keep_for_a_while(
    const std::vector<storage::DirectoryPerson>& people, const Error& why)
{
    if (std::exchange(answers_, false))
        log::warn("people of the directory cannot be checked: {}", why.message);
    const Timestamp now = clock_.now();
    for (const storage::DirectoryPerson& person : people)
    {
        if (person.barred || now - person.seen_at < options_.kept_without)
            continue;
        log::warn("{} is signed out: the directory does not answer", for_log(person.name));
        auto work = [&](storage::Session& session) {
            return storage::bar_person(session, person, "the directory does not answer", now);
        };
        auto done = co_await database_.write(work);
        if (!done)
            log::error("{} not signed out: {}", for_log(person.name), done.error().message);
    }
}

Result<void> DirectoryPeople::bar_everybody(storage::Database& database, Timestamp now)
{
    auto work = [now](storage::Session& session) -> Result<void> {
        for (const auto& person : storage::list_directory_people_in_use(session, now))
        {
            if (person.barred)
                continue;
            if (auto done = storage::bar_person(session, person, "no directory is set", now); !done)
                return done;
        }
        return {};
    };
    return database.write_and_wait(work);
}

} // namespace mimamori::collector::people
