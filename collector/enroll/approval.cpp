#include "collector/enroll/approval.hpp"

#include "collector/enroll/matching.hpp"
#include "collector/storage/enrolment_store.hpp"
#include "collector/storage/in_words.hpp"
#include "collector/storage/ledger_store.hpp"
#include "collector/storage/person_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace mimamori::collector::enroll {
namespace {

using storage::EnrolmentRequest;
using storage::RequestKind;
using storage::RequestState;
using storage::Session;

/// Refuses when `device` reports right now: then it is hardly the machine that asks.
Result<void> check_not_live(Session& session, const DeviceId& device, Timestamp now)
{
    const auto last_seen = storage::last_seen_of(session, device);
    if (!last_seen)
        return last_seen.error();
    if (*last_seen && now - **last_seen < live_window)
        return Error{
            Errc::conflict, fmt::format(
                                "device {} is reporting right now; if it is the same machine, "
                                "approve it as a replacement",
                                device.text())};
    return {};
}

/// What people know of `from` goes to `into` where nothing is known there; `from` is out of use.
Result<void> merge_entries(
    Session& session,
    const DeviceId& from,
    const DeviceId& into,
    const storage::LedgerAuthor& author)
{
    const auto left = storage::find_ledger(session, from);
    if (!left)
        return left.error();
    const auto kept = storage::find_ledger(session, into);
    if (!kept)
        return kept.error();
    std::vector<storage::FieldValue> taken_over;
    for (const storage::LedgerField& field : storage::ledger_fields())
    {
        const bool is_peoples = field.table == "ledger" && !field.name.starts_with("stage");
        if (is_peoples && kept->value(field).empty())
            taken_over.push_back({&field, left->value(field)});
    }
    auto done = storage::change_ledger(session, into, taken_over, author);
    if (!done)
        return done.error();
    const std::vector<storage::FieldValue> ended{
        {storage::find_ledger_field("stage"), "retired"},
        {storage::find_ledger_field("stage_note"), "= " + kept->name}};
    done = storage::change_ledger(session, from, ended, author);
    return done ? Result<void>{} : done.error();
}

/// The agent that an entry becomes: a new one, or the one that asked.
Result<Admission> admit_entry(
    Session& session, const EnrolmentRequest& entry, const Approval& approval, Timestamp now)
{
    const bool has_agent =
        entry.kind == RequestKind::enrol_again || entry.kind == RequestKind::renew;
    if (has_agent)
    {
        if (!approval.same_as.empty())
            return Error{Errc::invalid_input, "this agent has a device already"};
        const auto known = storage::find_identity(session, entry.agent);
        if (!known)
            return Error{Errc::not_found, "no agent " + entry.agent.text()};
        Admission admission;
        admission.outcome = Admission::Outcome::issue;
        admission.agent = known->agent;
        admission.device = known->device;
        admission.site = known->site;
        return admission;
    }
    if (!approval.same_as.empty() && approval.when_live == WhenLive::refuse)
    {
        if (auto checked = check_not_live(session, approval.same_as, now); !checked)
            return std::move(checked).error();
    }
    NewMachine machine;
    machine.agent = entry.agent;
    machine.device = approval.same_as;
    machine.site = entry.site;
    machine.key_fingerprint = entry.key_fingerprint;
    machine.enrolled_with = entry.kind == RequestKind::recover
                                ? "recovered"
                                : fmt::format("key {}", entry.enrolment_key_no);
    machine.secret_hash = storage::secret_hash_of_key(session, entry.enrolment_key_no);
    machine.approved_by = approval.who;
    machine.address = entry.address;
    machine.machine = entry.machine;
    return add_machine(session, machine, now);
}

} // namespace

Result<Approved> approve(Session& session, const Approval& approval, Timestamp now)
{
    const auto entry = storage::get_request(session, approval.request_no);
    if (!entry)
        return entry.error();
    if (entry->state == RequestState::waiting)
    {
        auto admission = admit_entry(session, *entry, approval, now);
        if (!admission)
            return std::move(admission).error();
        if (auto decided = storage::decide_request(
                session, entry->no, RequestState::approved, admission->agent, approval.who, now);
            !decided)
            return std::move(decided).error();
        if (entry->kind == RequestKind::enrol)
            storage::count_key_use(session, entry->enrolment_key_no);
        const std::string detail = fmt::format(
            "request {} (code {}, {}) as device {}", entry->no, entry->code, entry->address,
            storage::in_words(session, admission->device));
        auto recorded =
            storage::record_change(session, approval.who, "enrolment.approve", detail, now);
        if (!recorded)
            return std::move(recorded).error();
        return Approved{std::move(*admission), entry->key_fingerprint};
    }
    return Error{
        Errc::conflict, fmt::format(
                            "request {} was {} by {} before", entry->no,
                            storage::to_text(entry->state), entry->decided_by)};
}

Result<void> reject(
    Session& session, std::int64_t request_no, const std::string& who, Timestamp now)
{
    const auto entry = storage::get_request(session, request_no);
    if (!entry)
        return entry.error();
    if (auto decided = storage::decide_request(
            session, request_no, RequestState::rejected, entry->agent, who, now);
        !decided)
        return decided;
    const std::string detail =
        fmt::format("request {} (code {}, {})", entry->no, entry->code, entry->address);
    return storage::record_change(session, who, "enrolment.reject", detail, now);
}

Result<void> merge(
    Session& session,
    const DeviceId& from,
    const DeviceId& into,
    const std::string& who,
    Timestamp now)
{
    const std::string detail = fmt::format(
        "{} into {}", storage::in_words(session, from), storage::in_words(session, into));
    if (auto moved = storage::move_agents(session, from, into); !moved)
        return moved;
    if (auto done = merge_entries(session, from, into, {who, now, {}}); !done)
        return done;
    return storage::record_change(session, who, "device.merge", detail, now);
}

} // namespace mimamori::collector::enroll
