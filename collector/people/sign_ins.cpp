#include "collector/people/sign_ins.hpp"

#include "collector/people/password_rules.hpp"
#include "collector/storage/person_store.hpp"
#include "common/async/offload.hpp"
#include "common/base/utf8.hpp"
#include "common/crypto/hash.hpp"
#include "common/crypto/password.hpp"
#include "common/crypto/random.hpp"
#include "common/log/log.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace mimamori::collector::people {
namespace {

/// Compared against when there is no such person, so that both answers take equally long.
const std::string& nobodys_password()
{
    static const std::string stored = [] {
        auto made = crypto::hash_password(crypto::random_id_text());
        return made ? *made : std::string{};
    }();
    return stored;
}

constexpr std::size_t name_bytes_max = 100;

std::string hash_of(std::string_view token)
{
    return crypto::sha256_hex(token);
}

Error not_signed_in()
{
    return Error{Errc::unauthenticated, "not signed in"};
}

Result<void> check_form(std::string_view name, std::string_view password)
{
    if (name.empty() || name.size() > name_bytes_max || !is_utf8(name)
        || std::any_of(name.begin(), name.end(), [](char c) {
               return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F;
           }))
        return Error{Errc::invalid_input, "name: 1 to 100 bytes without blanks"};
    return check_password_rules(password, name);
}

Result<storage::Person> make_person(const NewPerson& wanted, Timestamp now)
{
    if (auto form = check_form(wanted.name, wanted.password); !form)
        return form.error();
    auto hash = crypto::hash_password(wanted.password);
    if (!hash)
        return hash.error();
    storage::Person person;
    person.id = crypto::random_id_text();
    person.name = wanted.name;
    person.role = to_text(wanted.role);
    person.sites = wanted.sites;
    person.password = std::move(*hash);
    person.created_at = now;
    person.password_set_at = now;
    return person;
}

/// Stores a person and who made them.
Result<void> store_person(
    storage::Session& session, const storage::Person& person, const std::string& who, Timestamp now)
{
    if (auto done = storage::add_person(session, person); !done)
        return done;
    std::string detail = person.name + " as " + person.role + " of";
    for (const SiteId& site : person.sites)
        detail += ' ' + site.text();
    return storage::record_change(session, who, "person.create", detail, now);
}

/// Whether the throttle takes both for one.
bool is_same_name(std::string_view a, std::string_view b)
{
    return directory::small_letters(a) == directory::small_letters(b);
}

} // namespace

SignIns::SignIns(storage::Database& database, const Clock& clock, DirectoryPeople* directory)
    : database_{database}
    , clock_{clock}
    , directory_{directory}
{
    // The first wrong name must not be slower than the second.
    nobodys_password();
}

SignIns::~SignIns()
{
    hashing_.join();
}

awaitable<Result<bool>> SignIns::password_is_right(
    const std::string& name,
    const std::string& password,
    const std::string& address,
    const std::string& stored)
{
    const std::size_t waiting = checks_waiting_.fetch_add(1);
    // On the one thread that checks passwords, so that many tries at once do not pass together.
    auto work = [&]() -> Result<bool> {
        std::chrono::seconds wait{0};
        {
            const std::lock_guard guard{lock_};
            wait = throttle_.wait(name, address, clock_.now());
        }
        if (wait.count() > 0)
            return Error{Errc::unavailable, std::to_string(wait.count())};
        auto right = crypto::check_password(password, stored);
        const std::lock_guard guard{lock_};
        // A right one counts when the second factor is right, too.
        if (right && !*right)
            throttle_.failed(name, address, clock_.now());
        return right;
    };
    Result<bool> right = Error{Errc::unavailable, "5"};
    if (waiting < checks_waiting_max)
        right = co_await async::offload(hashing_, work);
    --checks_waiting_;
    co_return right;
}

awaitable<Result<storage::Person>> SignIns::check(
    std::string name, std::string password, std::string address)
{
    // Nobody is called so; and what is counted by name must stay small.
    if (name.size() > name_bytes_max)
        name.resize(name_bytes_max + 1);
    std::chrono::seconds wait{0};
    {
        const std::lock_guard guard{lock_};
        wait = throttle_.wait(name, address, clock_.now());
    }
    Error too_many{Errc::unavailable, std::to_string(wait.count())};
    if (wait.count() > 0)
    {
        log::warn("sign-in of \"{}\" from {} refused: too many tries", for_log(name), address);
        co_return too_many;
    }

    auto look = [&name](storage::Session& session) { return storage::find_person(session, name); };
    auto found = co_await database_.read(look);
    if (!found)
        co_return std::move(found).error().in("sign in");
    const bool is_local = found->has_value() && (*found)->source == "local";
    if (directory_ && !is_local)
        co_return co_await check_in_directory(
            std::move(name), std::move(password), std::move(address));
    const bool known = is_local && !(*found)->disabled;
    const std::string& stored = known ? (*found)->password : nobodys_password();
    auto right = co_await password_is_right(name, password, address, stored);
    if (!right && right.error().code == Errc::unavailable)
    {
        log::warn("sign-in of \"{}\" from {} refused: too many tries", for_log(name), address);
        co_return right.error();
    }
    if (!right)
        co_return std::move(right).error().in("sign in");
    if (!known || !*right)
    {
        log::warn(
            "sign-in of \"{}\" from {} refused: wrong name or password", for_log(name), address);
        co_await record_refusal(name, address);
        co_return not_signed_in();
    }
    co_return std::move(**found);
}

awaitable<Result<storage::Person>> SignIns::check_in_directory(
    std::string name, std::string password, std::string address)
{
    // Counted by the directory's own name, too: it knows people by more than one. As many tries at
    // once may pass together as the directory has threads.
    directory::Directory::MayTry may_try = [this, &address](const std::string& account) {
        const std::lock_guard guard{lock_};
        return throttle_.wait(account, address, clock_.now()).count() == 0;
    };
    auto admission = co_await directory_->admit(name, std::move(password), std::move(may_try));
    if (!admission)
    {
        log::warn(
            "sign-in of \"{}\" from {} failed: {}", for_log(name), address,
            admission.error().message);
        co_return admission.error();
    }
    if (admission->refusal == directory::Refusal::none && !admission->person.disabled)
        co_return std::move(admission->person);
    const std::string why =
        admission->person.disabled ? "disabled here" : for_log(admission->detail);
    log::warn("sign-in of \"{}\" from {} refused: {}", for_log(name), address, why);
    if (admission->refusal == directory::Refusal::too_many_tries)
    {
        const std::lock_guard guard{lock_};
        const auto wait = throttle_.wait(admission->name, address, clock_.now());
        Error too_many{Errc::unavailable, std::to_string(std::max<std::int64_t>(wait.count(), 1))};
        co_return too_many;
    }
    {
        const std::lock_guard guard{lock_};
        throttle_.failed(name, address, clock_.now());
        if (!admission->name.empty() && !is_same_name(admission->name, name))
            throttle_.failed(admission->name, address, clock_.now());
    }
    co_await record_refusal(name, address + " directory: " + why);
    co_return not_signed_in();
}

awaitable<void> SignIns::record_refusal(std::string name, std::string address)
{
    const Timestamp now = clock_.now();
    {
        const std::lock_guard guard{lock_};
        if (now - refusals_since_ > std::chrono::hours{1})
        {
            refusals_since_ = now;
            refusals_ = 0;
        }
        // Who guesses with many names must not fill the disk; the log has the others.
        if (++refusals_ > refusals_recorded_max)
            co_return;
    }
    auto note = [&](storage::Session& session) {
        return storage::record_change(session, for_log(name), "session.refuse", address, now);
    };
    auto noted = co_await database_.write(note);
    if (!noted)
        log::warn("refused sign-in not recorded: {}", noted.error().message);
}

void SignIns::count(const std::string& name, const std::string& address, CodeCheck check)
{
    const std::lock_guard guard{lock_};
    if (check == CodeCheck::wrong)
        throttle_.failed(name, address, clock_.now());
    else if (check != CodeCheck::missing)
        throttle_.succeeded(name, address, clock_.now());
}

awaitable<Result<SignedIn>> SignIns::sign_in(
    std::string name, std::string password, std::string code, std::string address)
{
    auto person = co_await check(std::move(name), std::move(password), address);
    if (!person)
        co_return person.error();
    const Timestamp now = clock_.now();
    SignedIn made;
    made.token = crypto::random_id_text() + crypto::random_id_text();
    made.principal.name = person->name;
    made.principal.person_id = person->id;
    made.principal.role = parse_role(person->role).value_or(Role::viewer);
    made.principal.sites = person->sites;
    made.principal.csrf = crypto::random_id_text();
    storage::SignInRow row;
    row.token_hash = hash_of(made.token);
    row.person_id = person->id;
    row.csrf = made.principal.csrf;
    row.address = address;
    row.created_at = now;
    row.last_used_at = now;
    row.expires_at = now + idle_max;
    auto keep = [&](storage::Session& session) -> Result<CodeCheck> {
        const CodeCheck check = check_code(session, person->id, code, now);
        if (check == CodeCheck::missing || check == CodeCheck::wrong)
            return check;
        if (auto done = storage::add_sign_in(session, row); !done)
            return done.error();
        // Who uses the way in that is for the day on which the directory is down is to be seen.
        const bool is_way_around = directory_ && person->source == "local"
                                   && made.principal.role == Role::administrator
                                   && made.principal.sees_all();
        auto noted = storage::record_change(
            session, person->name, is_way_around ? "session.begin_local" : "session.begin", address,
            now);
        if (!noted)
            return noted.error();
        return check;
    };
    auto kept = co_await database_.write(keep);
    if (!kept)
        co_return std::move(kept).error().in("sign in");
    count(person->name, address, *kept);
    if (*kept == CodeCheck::missing)
    {
        SignedIn incomplete;
        incomplete.needs_code = true;
        co_return incomplete;
    }
    if (*kept == CodeCheck::wrong)
    {
        log::warn("sign-in of {} from {} refused: wrong code", for_log(person->name), address);
        co_await record_refusal(person->name, address + " wrong code");
        co_return not_signed_in();
    }
    log::info("{} signed in from {}", for_log(person->name), address);
    co_return made;
}

awaitable<Result<Principal>> SignIns::find(std::string token)
{
    const std::string hash = hash_of(token);
    const Timestamp now = clock_.now();
    auto look = [&hash, now](storage::Session& session) {
        return storage::find_sign_in(session, hash, now);
    };
    auto found = co_await database_.read(look);
    if (!found)
        co_return found.error();
    if (!*found)
        co_return not_signed_in();

    const storage::ActiveSignIn& active = **found;
    // Written at most every five minutes: reading pages must not keep the writer busy.
    if (now - active.row.last_used_at > std::chrono::minutes{5})
    {
        const Timestamp end = std::min(
            now + std::chrono::milliseconds{idle_max},
            active.row.created_at + std::chrono::milliseconds{age_max});
        auto touch = [&hash, now, end](storage::Session& session) {
            return storage::touch_sign_in(session, hash, now, end);
        };
        auto touched = co_await database_.write(touch);
        if (!touched)
            log::warn("sign-in of {} not prolonged: {}", active.name, touched.error().message);
    }
    Principal principal;
    principal.name = active.name;
    principal.person_id = active.row.person_id;
    principal.role = parse_role(active.role).value_or(Role::viewer);
    principal.sites = active.sites;
    principal.csrf = active.row.csrf;
    co_return principal;
}

awaitable<Result<void>> SignIns::prove(
    Principal principal, std::string password, std::string address)
{
    const std::string name = principal.name;
    auto person = co_await check(name, std::move(password), address);
    if (!person && person.error().code == Errc::unauthenticated)
        co_return Error{Errc::forbidden, "wrong password of " + name};
    if (!person)
        co_return person.error();
    count(name, address, CodeCheck::right);
    co_return Result<void>{};
}

std::string SignIns::id_of(const std::string& token)
{
    return id_of_hash(hash_of(token));
}

std::string SignIns::id_of_hash(const std::string& token_hash)
{
    constexpr std::size_t id_size = 16; // Of 64 digits: the rest stays unknown.
    return token_hash.substr(0, id_size);
}

awaitable<Result<void>> SignIns::sign_out(std::string token)
{
    const std::string hash = hash_of(token);
    const Timestamp now = clock_.now();
    auto work = [&hash, now](storage::Session& session) -> Result<void> {
        const auto active = storage::find_sign_in(session, hash, now);
        if (!active)
            return active.error();
        if (!*active)
            return {};
        if (auto done = storage::remove_sign_in(session, hash); !done)
            return done;
        return storage::record_change(
            session, (*active)->name, "session.end", (*active)->row.address, now);
    };
    co_return co_await database_.write(work);
}

awaitable<Result<void>> SignIns::add_person(NewPerson wanted, std::string who)
{
    const Timestamp now = clock_.now();
    auto make = [&] { return make_person(wanted, now); };
    auto person = co_await async::offload(hashing_, make);
    if (!person)
        co_return person.error();
    auto work = [&](storage::Session& session) { return store_person(session, *person, who, now); };
    co_return co_await database_.write(work);
}

Result<void> SignIns::add_person_now(
    storage::Database& database, const NewPerson& wanted, Timestamp now)
{
    auto person = make_person(wanted, now);
    if (!person)
        return person.error();
    auto work = [&person, now](storage::Session& session) {
        return store_person(session, *person, "init", now);
    };
    return database.write_and_wait(work);
}

awaitable<Result<void>> SignIns::set_password(
    std::string name, std::string password, std::string who)
{
    if (auto form = check_form(name, password); !form)
        co_return form.error();
    auto make = [&password] { return crypto::hash_password(password); };
    auto hash = co_await async::offload(hashing_, make);
    if (!hash)
        co_return hash.error();
    const Timestamp now = clock_.now();
    auto work = [&](storage::Session& session) -> Result<void> {
        if (auto done = storage::set_password(session, name, *hash, now); !done)
            return done;
        return storage::record_change(session, who, "person.password", name, now);
    };
    co_return co_await database_.write(work);
}

awaitable<Result<void>> SignIns::change_password(
    std::string token, std::string old_password, std::string new_password, std::string address)
{
    auto principal = co_await find(token);
    if (!principal)
        co_return principal.error();
    if (auto form = check_form(principal->name, new_password); !form)
        co_return form.error();
    const std::string from = address;
    auto person = co_await check(principal->name, std::move(old_password), std::move(address));
    if (!person)
        co_return person.error();
    count(principal->name, from, CodeCheck::right);
    Error elsewhere{Errc::conflict, "password: the directory keeps that of " + person->name};
    if (person->source != "local")
        co_return elsewhere;
    auto make = [&new_password] { return crypto::hash_password(new_password); };
    auto hash = co_await async::offload(hashing_, make);
    if (!hash)
        co_return hash.error();
    const Timestamp now = clock_.now();
    const std::string kept = hash_of(token);
    auto work = [&](storage::Session& session) {
        return storage::change_own_password(session, *person, *hash, kept, now);
    };
    auto done = co_await database_.write(work);
    if (done)
        log::info("{} changed their password", for_log(person->name));
    co_return done;
}

} // namespace mimamori::collector::people
