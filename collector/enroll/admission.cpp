#include "collector/enroll/admission.hpp"

#include "collector/storage/device_store.hpp"
#include "collector/storage/enrolment_store.hpp"
#include "common/crypto/random.hpp"
#include "common/identity/machine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mimamori::collector::enroll {
namespace {

using storage::AgentIdentity;
using storage::AgentStatus;
using storage::EnrolmentRequest;
using storage::RequestKind;
using storage::RequestState;
using storage::Session;

Admission refuse(Refusal refusal)
{
    Admission admission;
    admission.refusal = refusal;
    return admission;
}

Admission wait_since(Timestamp first_asked_at, Timestamp now)
{
    Admission admission;
    admission.outcome = Admission::Outcome::wait;
    admission.retry_after = retry_after(first_asked_at, now);
    return admission;
}

Admission issue_to(const AgentIdentity& agent)
{
    if (agent.status == AgentStatus::revoked)
        return refuse(Refusal::agent_revoked);
    Admission admission;
    admission.outcome = Admission::Outcome::issue;
    admission.agent = agent.agent;
    admission.device = agent.device;
    admission.site = agent.site;
    return admission;
}

/// The answer to a key that is in the queue already.
Admission answer_entry(
    Session& session,
    const EnrolmentRequest& entry,
    const boost::asio::ip::address& address,
    const QueueLimits& limits,
    Timestamp now)
{
    if (entry.state == RequestState::rejected)
        return refuse(Refusal::rejected);
    if (entry.state == RequestState::waiting)
    {
        storage::touch_request(session, entry.no, address.to_string(), now, now + limits.lifetime);
        return wait_since(entry.first_asked_at, now);
    }
    const auto agent = storage::find_identity(session, entry.agent);
    if (!agent)
        return refuse(Refusal::rejected);
    // From now on it may fetch the certificate again for a while, then the entry has done its work.
    const Timestamp until = std::min(entry.expires_at, now + repeat_window);
    storage::touch_request(session, entry.no, address.to_string(), now, until);
    return issue_to(*agent);
}

/// Puts a key into the queue, if there is room.
Result<Admission> enqueue(Session& session, EnrolmentRequest entry, const QueueLimits& limits)
{
    const auto counts = storage::count_waiting(session, entry.enrolment_key_no, entry.address);
    if (const auto refusal = judge_queue(counts, limits))
        return refuse(*refusal);
    entry.expires_at = entry.first_asked_at + limits.lifetime;
    entry.last_asked_at = entry.first_asked_at;
    if (auto added = storage::add_request(session, entry); !added)
        return std::move(added).error();
    return wait_since(entry.first_asked_at, entry.first_asked_at);
}

EnrolmentRequest entry_of(const Asked& asked)
{
    EnrolmentRequest entry;
    entry.key_fingerprint = asked.key_fingerprint;
    entry.code = asked.code;
    entry.address = asked.address.to_string();
    entry.agent_version = asked.agent_version;
    entry.machine = asked.machine;
    entry.first_asked_at = asked.now;
    return entry;
}

EnrolmentRequest entry_of(const AskedToRenew& asked)
{
    EnrolmentRequest entry;
    entry.agent = asked.agent;
    entry.key_fingerprint = asked.key_fingerprint;
    entry.code = asked.code;
    entry.address = asked.address.to_string();
    entry.agent_version = asked.agent_version;
    entry.machine = asked.machine;
    entry.first_asked_at = asked.now;
    return entry;
}

NewMachine machine_of(const Asked& asked)
{
    NewMachine machine;
    machine.key_fingerprint = asked.key_fingerprint;
    machine.secret_hash = asked.secret_hash;
    machine.address = asked.address.to_string();
    machine.machine = asked.machine;
    return machine;
}

/// Whether the answer with its first certificate may have been lost on the way.
bool may_repeat(const AgentIdentity& agent, const std::string& secret_hash, Timestamp now)
{
    return agent.secret_hash == secret_hash
           && (!agent.first_issued_at || now < *agent.first_issued_at + repeat_window);
}

Result<Admission> admit_with_ticket(Session& session, const Asked& asked)
{
    const auto ticket = storage::find_ticket(session, asked.secret_hash);
    if (!ticket)
        return refuse(Refusal::secret_unknown);
    const auto known = storage::find_identity_by_key(session, asked.key_fingerprint);
    if (ticket->used_at && known && known->agent == ticket->used_by
        && asked.now < *ticket->used_at + repeat_window)
        return issue_to(*known);
    if (const auto refusal = judge_ticket(*ticket, asked.machine, asked.now))
        return refuse(*refusal);
    if (known && known->status == AgentStatus::revoked)
        return refuse(Refusal::agent_revoked);

    Result<Admission> admitted = known ? Result<Admission>{issue_to(*known)} : [&] {
        NewMachine machine = machine_of(asked);
        machine.device = ticket->device;
        machine.site = ticket->site;
        machine.enrolled_with = fmt::format("ticket {}", ticket->no);
        machine.approved_by = ticket->created_by;
        return add_machine(session, machine, asked.now);
    }();
    if (!admitted)
        return admitted;
    storage::mark_ticket_used(
        session, ticket->no, asked.address.to_string(), admitted->agent, asked.now);
    if (const auto entry = storage::find_request(session, asked.key_fingerprint))
        storage::remove_request(session, entry->no);
    return admitted;
}

/// A key that is enrolled shows the enrolment key once more.
Result<Admission> admit_again(
    Session& session,
    const Asked& asked,
    const AgentIdentity& known,
    const storage::EnrolmentKey& key,
    const QueueLimits& limits)
{
    if (known.status == AgentStatus::revoked)
        return refuse(Refusal::agent_revoked);
    if (may_repeat(known, asked.secret_hash, asked.now))
        return issue_to(known);
    if (const auto refusal = judge_key(key, asked.address, asked.now))
        return refuse(*refusal);
    // Whoever lost the certificate but has the key may also have stolen it: a person decides.
    EnrolmentRequest entry = entry_of(asked);
    entry.kind = RequestKind::enrol_again;
    entry.enrolment_key_no = key.no;
    entry.agent = known.agent;
    entry.site = known.site;
    return enqueue(session, std::move(entry), limits);
}

Result<Admission> admit_with_key(
    Session& session, const Asked& asked, const QueueLimits& limits, SourceRates& rates)
{
    const auto key = storage::find_enrolment_key(session, asked.secret_hash);
    if (!key)
        return refuse(Refusal::secret_unknown);
    if (const auto entry = storage::find_request(session, asked.key_fingerprint))
        return answer_entry(session, *entry, asked.address, limits, asked.now);
    const auto known = storage::find_identity_by_key(session, asked.key_fingerprint);
    if (known)
        return admit_again(session, asked, *known, *key, limits);

    if (const auto refusal = judge_key(*key, asked.address, asked.now))
        return refuse(*refusal);
    if (key->uses >= key->uses_max)
        return refuse(Refusal::key_used_up);
    const std::string source = fmt::format("key {} {}", key->no, asked.address.to_string());
    if (!rates.admit(source, static_cast<std::size_t>(key->hourly_max), asked.now))
        return refuse(Refusal::too_often);
    storage::mark_key_used(session, key->no, asked.address.to_string(), asked.now);

    if (!key->auto_approve)
    {
        EnrolmentRequest entry = entry_of(asked);
        entry.enrolment_key_no = key->no;
        entry.site = key->site;
        return enqueue(session, std::move(entry), limits);
    }
    NewMachine machine = machine_of(asked);
    machine.site = key->site;
    machine.enrolled_with = fmt::format("key {}", key->no);
    auto admitted = add_machine(session, machine, asked.now);
    if (admitted)
        storage::count_key_use(session, key->no);
    return admitted;
}

} // namespace

Result<Admission> add_machine(Session& session, const NewMachine& machine, Timestamp now)
{
    Admission admission;
    admission.outcome = Admission::Outcome::issue;
    admission.agent = machine.agent.empty() ? crypto::random_id<AgentId>() : machine.agent;
    admission.device = machine.device;
    admission.site = machine.site;
    if (machine.device.empty())
    {
        admission.device = crypto::random_id<DeviceId>();
        storage::NewDevice device;
        device.id = admission.device;
        device.site = machine.site;
        device.hostname = machine.machine.hostname;
        if (auto added = storage::add_device(session, device, now); !added)
            return std::move(added).error().in("add device");
    }
    for (const AgentId& earlier : storage::agents_in_force(session, admission.device))
    {
        const std::string why = "replaced by agent " + admission.agent.text();
        if (auto done = storage::revoke_agent(session, earlier, machine.approved_by, why, now);
            !done)
            return std::move(done).error().in("replace agent");
        admission.replaced.push_back(earlier);
    }
    storage::NewAgent agent;
    agent.id = admission.agent;
    agent.device = admission.device;
    if (auto added = storage::add_agent(session, agent, now); !added)
        return std::move(added).error().in("add agent");

    AgentIdentity identity;
    identity.agent = admission.agent;
    identity.key_fingerprint = machine.key_fingerprint;
    identity.enrolled_with = machine.enrolled_with;
    identity.secret_hash = machine.secret_hash;
    identity.approved_by = machine.approved_by;
    identity.enrolled_from = machine.address;
    identity.machine = machine.machine;
    if (auto added = storage::add_identity(session, identity); !added)
        return std::move(added).error().in("add identity");
    const auto facts = identity::fingerprint_of(machine.machine);
    if (auto set = storage::set_machine_facts(session, admission.device, facts); !set)
        return std::move(set).error().in("remember the machine");
    return admission;
}

Result<Admission> admit(
    Session& session, const Asked& asked, const QueueLimits& limits, SourceRates& rates)
{
    storage::remove_expired_requests(session, asked.now);
    if (asked.kind == identity::SecretKind::ticket)
        return admit_with_ticket(session, asked);
    return admit_with_key(session, asked, limits, rates);
}

Result<Admission> admit_renewal(
    Session& session, const AskedToRenew& asked, const QueueLimits& limits)
{
    if (asked.key_fingerprint != asked.certificate_key_fingerprint)
        return refuse(Refusal::key_mismatch);
    storage::remove_expired_requests(session, asked.now);
    const auto known = storage::find_identity(session, asked.agent);
    if (known && known->status == AgentStatus::revoked)
        return refuse(Refusal::agent_revoked);
    if (known && known->key_fingerprint != asked.key_fingerprint)
        return refuse(Refusal::key_mismatch);

    EnrolmentRequest wanted = entry_of(asked);
    wanted.kind = RequestKind::renew;
    if (!known)
    {
        wanted.kind = RequestKind::recover;
        wanted.site = SiteId{"root"};
        wanted.why = "the agent has a good certificate and is not in the database";
    }
    else
    {
        wanted.site = known->site;
        const auto cloned = storage::cloned_state(session, known->device);
        if (!cloned)
            return cloned.error();
        if (*cloned)
            wanted.why = "two holders of its certificate were seen: " + (*cloned)->detail;
        else if (asked.standing == tls::Standing::expired)
            wanted.why = "its certificate has expired";
        else
            return issue_to(*known);
    }
    if (const auto entry = storage::find_request(session, asked.key_fingerprint))
        return answer_entry(session, *entry, asked.address, limits, asked.now);
    return enqueue(session, std::move(wanted), limits);
}

} // namespace mimamori::collector::enroll
