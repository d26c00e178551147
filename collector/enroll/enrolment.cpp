#include "collector/enroll/enrolment.hpp"

#include "collector/enroll/address_ranges.hpp"
#include "collector/storage/in_words.hpp"
#include "collector/storage/person_store.hpp"
#include "common/base/encoding.hpp"
#include "common/identity/machine.hpp"
#include "common/identity/secret.hpp"
#include "common/log/log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace mimamori::collector::enroll {
namespace {

using storage::Session;

constexpr std::chrono::hours lifetime_max{366 * 24};
constexpr std::int64_t uses_limit = 100'000;
constexpr std::size_t note_size_max_bytes = 200;
constexpr std::size_t name_size_max_bytes = 200;

Error not_allowed(std::string what)
{
    return Error{Errc::invalid_input, std::move(what)};
}

SiteId site_or_root(const SiteId& site)
{
    return site.empty() ? SiteId{"root"} : site;
}

Result<void> check_lifetime(std::chrono::hours lifetime)
{
    if (lifetime < std::chrono::hours{1} || lifetime > lifetime_max)
        return not_allowed("the lifetime must be from one hour to 366 days");
    return {};
}

/// The key to store, without its secret.
Result<storage::EnrolmentKey> checked(const NewKey& wanted, const std::string& who, Timestamp now)
{
    if (auto good = check_lifetime(wanted.lifetime); !good)
        return std::move(good).error();
    if (wanted.uses_max < 1 || wanted.uses_max > uses_limit)
        return not_allowed("the use count must be from 1 to 100,000");
    if (wanted.hourly_max < 1 || wanted.hourly_max > uses_limit)
        return not_allowed("the hourly rate must be from 1 to 100,000");
    if (wanted.note.size() > note_size_max_bytes)
        return not_allowed("the note is too long");
    const auto ranges = AddressRanges::parse(wanted.ranges);
    if (!ranges)
        return Error{ranges.error()}.in("range");
    storage::EnrolmentKey key;
    key.site = site_or_root(wanted.site);
    key.note = wanted.note;
    key.ranges = ranges->text();
    key.uses_max = wanted.uses_max;
    key.hourly_max = wanted.hourly_max;
    key.auto_approve = wanted.auto_approve;
    key.created_at = now;
    key.created_by = who;
    key.expires_at = now + wanted.lifetime;
    return key;
}

Result<storage::Ticket> checked(const NewTicket& wanted, const std::string& who, Timestamp now)
{
    if (auto good = check_lifetime(wanted.lifetime); !good)
        return std::move(good).error();
    if (wanted.hostname.empty() && wanted.serial.empty())
        return not_allowed("a ticket is bound to a hostname or a serial number");
    if (wanted.hostname.size() > name_size_max_bytes || wanted.serial.size() > name_size_max_bytes)
        return not_allowed("the hostname or serial number is too long");
    if (!wanted.serial.empty() && identity::is_junk(identity::FactKind::serial, wanted.serial))
        return not_allowed("many machines have this serial number");
    storage::Ticket ticket;
    ticket.site = site_or_root(wanted.site);
    ticket.device = wanted.device;
    ticket.hostname = wanted.hostname;
    ticket.serial = wanted.serial;
    ticket.created_at = now;
    ticket.created_by = who;
    ticket.expires_at = now + wanted.lifetime;
    return ticket;
}

Result<MadeSecret> store_key(Session& session, storage::EnrolmentKey key, Timestamp now)
{
    const auto secret = identity::Secret::generate(identity::SecretKind::enrolment_key);
    key.secret_hash = secret.hash();
    key.hint = secret.hint();
    const auto no = storage::add_enrolment_key(session, key);
    if (!no)
        return no.error();
    const std::string detail = fmt::format(
        "key {} (…{}), {} uses, {}", *no, key.hint, key.uses_max,
        key.auto_approve ? "enrols without approval" : "leads to approval");
    auto recorded =
        storage::record_change(session, key.created_by, "enrolment_key.create", detail, now);
    if (!recorded)
        return std::move(recorded).error();
    return MadeSecret{*no, secret.text()};
}

Result<MadeSecret> store_ticket(Session& session, storage::Ticket ticket, Timestamp now)
{
    const auto secret = identity::Secret::generate(identity::SecretKind::ticket);
    ticket.secret_hash = secret.hash();
    ticket.hint = secret.hint();
    const auto no = storage::add_ticket(session, ticket);
    if (!no)
        return no.error();
    const std::string detail = fmt::format(
        "ticket {} (…{}) for \"{}\" {}", *no, ticket.hint, ticket.hostname, ticket.serial);
    auto recorded =
        storage::record_change(session, ticket.created_by, "ticket.create", detail, now);
    if (!recorded)
        return std::move(recorded).error();
    return MadeSecret{*no, secret.text()};
}

/// The queue with its matches, as one consistent view.
Result<std::vector<QueueEntry>> read_queue(Session& session, Timestamp now)
{
    std::vector<QueueEntry> entries;
    for (storage::EnrolmentRequest& request : storage::waiting_requests(session))
    {
        const auto alike =
            storage::resembling_devices(session, identity::fingerprint_of(request.machine));
        auto matches = rank_matches(alike, request.site, now);
        const auto own = storage::find_identity(session, request.agent);
        if (own)
            std::erase_if(matches, [&](const Match& one) { return one.device == own->device; });
        entries.push_back({std::move(request), std::move(matches)});
    }
    return entries;
}

std::optional<tls::Sha256> key_of(const std::string& hex)
{
    const auto bytes = from_hex(hex);
    tls::Sha256 key{};
    if (!bytes || bytes->size() != key.size())
        return std::nullopt;
    std::copy(bytes->begin(), bytes->end(), key.begin());
    return key;
}

} // namespace

Enrolment::Enrolment(Parts parts, const QueueLimits& limits)
    : parts_{std::move(parts)}
    , limits_{limits}
{}

Result<void> Enrolment::load_agents()
{
    const auto read = parts_.database.read_and_wait(
        [](Session& session) -> Result<std::vector<storage::AgentIdentity>> {
            return storage::list_identities(session);
        });
    if (!read)
        return Error{read.error()}.in("load agents");
    std::unordered_map<AgentId, pki::KnownAgent> known;
    for (const storage::AgentIdentity& identity : *read)
    {
        const auto key = key_of(identity.key_fingerprint);
        if (!key)
            return Error{Errc::internal, "agent " + identity.agent.text() + " has no key"};
        const auto status = identity.status == storage::AgentStatus::revoked
                                ? pki::AgentStatus::revoked
                                : pki::AgentStatus::approved;
        known.insert_or_assign(
            identity.agent, pki::KnownAgent{identity.device, identity.site, *key, status});
    }
    parts_.directory.replace(std::move(known));
    return {};
}

void Enrolment::follow(const Admission& admission, const std::string& key_fingerprint)
{
    if (admission.outcome != Admission::Outcome::issue)
        return;
    if (const auto key = key_of(key_fingerprint))
        parts_.directory.put(
            admission.agent, {admission.device, admission.site, *key, pki::AgentStatus::approved});
    for (const AgentId& agent : admission.replaced)
    {
        cut_off(agent);
        log::info("agent {} was replaced by {}", agent.text(), admission.agent.text());
    }
    if (!admission.replaced.empty())
        judge_soon(admission.device);
}

void Enrolment::cut_off(const AgentId& agent)
{
    if (auto known = parts_.directory.find(agent))
    {
        known->status = pki::AgentStatus::revoked;
        parts_.directory.put(agent, std::move(*known));
    }
    parts_.close_agent(agent);
}

void Enrolment::judge_soon(const DeviceId& device) const
{
    if (parts_.judge_soon)
        parts_.judge_soon(device);
}

awaitable<Result<MadeSecret>> Enrolment::create_key(NewKey wanted, std::string who)
{
    const Timestamp now = parts_.clock.now();
    auto key = checked(wanted, who, now);
    if (!key)
        co_return std::move(key).error();
    auto work = [key = std::move(*key), now](Session& session) {
        return store_key(session, key, now);
    };
    co_return co_await parts_.database.write(std::move(work));
}

awaitable<Result<std::vector<storage::EnrolmentKey>>> Enrolment::list_keys()
{
    auto work = [](Session& session) -> Result<std::vector<storage::EnrolmentKey>> {
        return storage::list_enrolment_keys(session);
    };
    co_return co_await parts_.database.read(std::move(work));
}

awaitable<Result<void>> Enrolment::revoke_key(std::int64_t no, std::string who)
{
    const Timestamp now = parts_.clock.now();
    auto work = [no, who = std::move(who), now](Session& session) -> Result<void> {
        if (auto revoked = storage::revoke_enrolment_key(session, no, who, now); !revoked)
            return revoked;
        return storage::record_change(
            session, who, "enrolment_key.revoke", fmt::format("key {}", no), now);
    };
    co_return co_await parts_.database.write(std::move(work));
}

awaitable<Result<MadeSecret>> Enrolment::create_ticket(NewTicket wanted, std::string who)
{
    const Timestamp now = parts_.clock.now();
    auto ticket = checked(wanted, who, now);
    if (!ticket)
        co_return std::move(ticket).error();
    auto work = [ticket = std::move(*ticket), now](Session& session) {
        return store_ticket(session, ticket, now);
    };
    co_return co_await parts_.database.write(std::move(work));
}

awaitable<Result<std::vector<storage::Ticket>>> Enrolment::list_tickets()
{
    auto work = [](Session& session) -> Result<std::vector<storage::Ticket>> {
        return storage::list_tickets(session);
    };
    co_return co_await parts_.database.read(std::move(work));
}

awaitable<Result<void>> Enrolment::revoke_ticket(std::int64_t no, std::string who)
{
    const Timestamp now = parts_.clock.now();
    auto work = [no, who = std::move(who), now](Session& session) -> Result<void> {
        if (auto revoked = storage::revoke_ticket(session, no, who, now); !revoked)
            return revoked;
        return storage::record_change(
            session, who, "ticket.revoke", fmt::format("ticket {}", no), now);
    };
    co_return co_await parts_.database.write(std::move(work));
}

awaitable<Result<std::vector<QueueEntry>>> Enrolment::queue()
{
    const Timestamp now = parts_.clock.now();
    auto work = [now](Session& session) { return read_queue(session, now); };
    co_return co_await parts_.database.read(std::move(work));
}

awaitable<Result<Admission>> Enrolment::approve(Approval approval)
{
    const Timestamp now = parts_.clock.now();
    auto work = [approval = std::move(approval), now](Session& session) {
        return enroll::approve(session, approval, now);
    };
    auto approved = co_await parts_.database.write(std::move(work));
    if (!approved)
        co_return std::move(approved).error();
    follow(approved->admission, approved->key_fingerprint);
    co_return std::move(approved->admission);
}

awaitable<Result<void>> Enrolment::reject(std::int64_t request_no, std::string who)
{
    const Timestamp now = parts_.clock.now();
    auto work = [request_no, who = std::move(who), now](Session& session) {
        return enroll::reject(session, request_no, who, now);
    };
    co_return co_await parts_.database.write(std::move(work));
}

awaitable<Result<storage::IdentityPage>> Enrolment::list_agents(storage::IdentityQuery query)
{
    auto work = [query](Session& session) -> Result<storage::IdentityPage> {
        return storage::page_of_identities(session, query);
    };
    co_return co_await parts_.database.read(std::move(work));
}

awaitable<Result<void>> Enrolment::revoke_agent(AgentId agent, std::string who, std::string why)
{
    const Timestamp now = parts_.clock.now();
    auto work = [agent, who = std::move(who), why = std::move(why),
                 now](Session& session) -> Result<void> {
        if (auto revoked = storage::revoke_agent(session, agent, who, why, now); !revoked)
            return revoked;
        const std::string detail = fmt::format("{}: {}", storage::in_words(session, agent), why);
        return storage::record_change(session, who, "agent.revoke", detail, now);
    };
    auto revoked = co_await parts_.database.write(std::move(work));
    if (!revoked)
        co_return revoked;
    cut_off(agent);
    log::info("agent {} was revoked", agent.text());
    if (const auto known = parts_.directory.find(agent))
        judge_soon(known->device);
    co_return revoked;
}

awaitable<Result<std::vector<storage::LikelyTwins>>> Enrolment::merge_candidates()
{
    auto work = [](Session& session) -> Result<std::vector<storage::LikelyTwins>> {
        return storage::likely_twins(session);
    };
    co_return co_await parts_.database.read(std::move(work));
}

awaitable<Result<void>> Enrolment::merge(DeviceId from, DeviceId into, std::string who)
{
    const Timestamp now = parts_.clock.now();
    auto work = [from, into, who = std::move(who),
                 now](Session& session) -> Result<std::vector<storage::AgentIdentity>> {
        if (auto merged = enroll::merge(session, from, into, who, now); !merged)
            return std::move(merged).error();
        return storage::list_identities(session);
    };
    const auto agents = co_await parts_.database.write(std::move(work));
    if (!agents)
        co_return agents.error();
    for (const storage::AgentIdentity& identity : *agents)
    {
        auto known = parts_.directory.find(identity.agent);
        if (identity.device != into || !known)
            continue;
        known->device = into;
        known->site = identity.site;
        parts_.directory.put(identity.agent, std::move(*known));
    }
    judge_soon(from);
    judge_soon(into);
    co_return Result<void>{};
}

awaitable<Result<void>> Enrolment::tell_apart(DeviceId one, DeviceId other, std::string who)
{
    const Timestamp now = parts_.clock.now();
    auto work = [one = std::move(one), other = std::move(other), who = std::move(who),
                 now](Session& session) -> Result<void> {
        if (auto done = storage::tell_apart(session, one, other, who); !done)
            return done;
        const std::string detail = fmt::format("{} and {}", one.text(), other.text());
        return storage::record_change(session, who, "device.apart", detail, now);
    };
    co_return co_await parts_.database.write(std::move(work));
}

awaitable<Result<Admission>> Enrolment::admit(Asked asked)
{
    const std::string key_fingerprint = asked.key_fingerprint;
    auto work = [this, asked = std::move(asked)](Session& session) {
        return enroll::admit(session, asked, limits_, rates_);
    };
    auto admission = co_await parts_.database.write(std::move(work));
    if (admission)
        follow(*admission, key_fingerprint);
    co_return admission;
}

awaitable<Result<Admission>> Enrolment::admit_renewal(AskedToRenew asked)
{
    auto work = [this, asked = std::move(asked)](Session& session) {
        return enroll::admit_renewal(session, asked, limits_);
    };
    co_return co_await parts_.database.write(std::move(work));
}

awaitable<Result<pki::IssuedCertificate>> Enrolment::issue(Admission admission, tls::PublicKey key)
{
    const Timestamp now = parts_.clock.now();
    auto issued = parts_.authority.issue_agent(key, admission.agent, now);
    if (!issued)
        co_return std::move(issued).error();
    const tls::CertificateInfo info = issued->certificate.info();
    storage::CertificateRecord record{info.serial, info.not_before, info.not_after};
    auto work = [agent = admission.agent, record = std::move(record), now](Session& session) {
        return storage::record_certificate(session, agent, record, now);
    };
    auto recorded = co_await parts_.database.write(std::move(work));
    if (!recorded)
        co_return std::move(recorded).error();
    co_return issued;
}

Result<MadeSecret> create_key_now(
    storage::Database& database, const NewKey& wanted, const std::string& who, Timestamp now)
{
    const auto key = checked(wanted, who, now);
    if (!key)
        return key.error();
    return database.write_and_wait([&](Session& session) { return store_key(session, *key, now); });
}

} // namespace mimamori::collector::enroll
