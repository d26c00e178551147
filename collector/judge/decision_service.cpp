#include "collector/judge/decision_service.hpp"

#include "collector/judge/policy_decisions.hpp"
#include "collector/storage/device_store.hpp"
#include "collector/storage/in_words.hpp"
#include "collector/storage/person_store.hpp"

#include <utility>

namespace mimamori::collector::judge {

namespace {

/// Does the work and has the devices that it touches judged.
template <class T, class Work>
awaitable<Result<T>> decide_and_judge(storage::Database& database, Judge& judge, Work work)
{
    auto done = co_await database.write(std::move(work));
    if (!done)
        co_return std::move(done).error();
    judge.decided(std::move(done->devices));
    co_return std::move(done->value);
}

} // namespace

DecisionService::DecisionService(storage::Database& database, Judge& judge, const Clock& clock)
    : database_{database}
    , judge_{judge}
    , clock_{clock}
{}

awaitable<Result<findings::FindingRecord>> DecisionService::act(
    std::string finding_id, findings::Action action, std::string who)
{
    auto work = [&, now = clock_.now()](storage::Session& session) {
        return act_on_finding(session, finding_id, action, who, now);
    };
    auto done = co_await database_.write(std::move(work));
    if (!done)
        co_return std::move(done).error();
    for (const DeviceId& device : done->devices) // Nothing kept in memory depends on it.
        judge_.judge_soon(device);
    co_return std::move(done->value);
}

awaitable<Result<void>> DecisionService::comment(
    std::string finding_id, std::string text, std::string who)
{
    auto work = [&, now = clock_.now()](storage::Session& session) {
        return comment_on_finding(session, finding_id, text, who, now);
    };
    co_return co_await database_.write(std::move(work));
}

awaitable<Result<findings::ProgramDecision>> DecisionService::decide(
    ProgramRequest request, std::string who)
{
    auto work = [&, now = clock_.now()](storage::Session& session) {
        return decide_program(session, request, who, now);
    };
    co_return co_await decide_and_judge<findings::ProgramDecision>(
        database_, judge_, std::move(work));
}

awaitable<Result<findings::ProgramDecision>> DecisionService::end_decision(
    std::int64_t no, std::string who)
{
    auto work = [&, now = clock_.now()](storage::Session& session) {
        return end_program_decision(session, no, who, now);
    };
    co_return co_await decide_and_judge<findings::ProgramDecision>(
        database_, judge_, std::move(work));
}

awaitable<Result<storage::ModelRow>> DecisionService::learn_until(
    std::string model, Timestamp until, std::string who)
{
    auto work = [&, now = clock_.now()](storage::Session& session) {
        return judge::learn_until(session, model, until, who, now);
    };
    co_return co_await decide_and_judge<storage::ModelRow>(database_, judge_, std::move(work));
}

awaitable<Result<ProfileImport>> DecisionService::import_profile(
    findings::ModelProfileFile profile,
    ImportIs is,
    const rules::Policy& base,
    const knowledge::RemoteTools& remote_tools,
    std::string who)
{
    const ProgramKnowledge programs{base, remote_tools};
    auto work = [&, now = clock_.now()](storage::Session& session) {
        return judge::import_profile(session, programs, profile, is, who, now);
    };
    co_return co_await decide_and_judge<ProfileImport>(database_, judge_, std::move(work));
}

awaitable<Result<storage::ProfileItem>> DecisionService::approve_item(
    ProfileWish wish, std::string who)
{
    auto work = [&, now = clock_.now()](storage::Session& session) {
        return judge::approve_item(session, wish, who, now);
    };
    co_return co_await decide_and_judge<storage::ProfileItem>(database_, judge_, std::move(work));
}

awaitable<Result<storage::Item>> DecisionService::remove_item(
    ProfileWish wish, const rules::Policy& base, std::string who)
{
    auto work = [&, now = clock_.now()](storage::Session& session) {
        return judge::remove_item(session, wish, base, who, now);
    };
    co_return co_await decide_and_judge<storage::Item>(database_, judge_, std::move(work));
}

awaitable<Result<storage::RegisteredMedium>> DecisionService::register_medium(
    storage::RegisteredMedium medium, std::string who)
{
    auto work = [&, now = clock_.now()](storage::Session& session) {
        return register_usb_medium(session, medium, who, now);
    };
    co_return co_await decide_and_judge<storage::RegisteredMedium>(
        database_, judge_, std::move(work));
}

awaitable<Result<storage::RegisteredMedium>> DecisionService::unregister_medium(
    std::int64_t no, std::string who)
{
    auto work = [&, now = clock_.now()](storage::Session& session) {
        return unregister_usb_medium(session, no, who, now);
    };
    co_return co_await decide_and_judge<storage::RegisteredMedium>(
        database_, judge_, std::move(work));
}

awaitable<Result<storage::KnownNeighbour>> DecisionService::approve_neighbour(
    storage::KnownNeighbour neighbour, std::string who)
{
    auto work = [&, now = clock_.now()](storage::Session& session) {
        return judge::approve_neighbour(session, neighbour, who, now);
    };
    co_return co_await decide_and_judge<storage::KnownNeighbour>(
        database_, judge_, std::move(work));
}

awaitable<Result<std::size_t>> DecisionService::approve_strangers(
    DeviceId device, std::string name, std::optional<Timestamp> until, std::string who)
{
    auto work = [&, now = clock_.now()](storage::Session& session) {
        return judge::approve_strangers(session, device, name, until, who, now);
    };
    co_return co_await decide_and_judge<std::size_t>(database_, judge_, std::move(work));
}

awaitable<Result<storage::KnownNeighbour>> DecisionService::remove_neighbour(
    std::int64_t no, std::string who)
{
    auto work = [&, now = clock_.now()](storage::Session& session) {
        return remove_known_neighbour(session, no, who, now);
    };
    auto done =
        co_await decide_and_judge<storage::KnownNeighbour>(database_, judge_, std::move(work));
    if (done)
        judge_.decided_for_all();
    co_return done;
}

awaitable<Result<void>> DecisionService::move_device(DeviceId device, SiteId site, std::string who)
{
    auto work = [&, now = clock_.now()](storage::Session& session) -> Result<void> {
        if (auto done = storage::move_device(session, device, site); !done)
            return done;
        const std::string detail =
            storage::in_words(session, device) + " to " + storage::in_words(session, site);
        return storage::record_change(session, who, "device.move", detail, now);
    };
    auto done = co_await database_.write(std::move(work));
    if (done)
        judge_.decided({device});
    co_return done;
}

void DecisionService::devices_moved(std::vector<DeviceId> devices)
{
    if (!devices.empty())
        judge_.decided(std::move(devices));
}

void DecisionService::sites_changed()
{
    judge_.decided_for_all();
}

awaitable<Result<void>> DecisionService::set_policy(
    storage::PolicyRow row, rules::Policy base, std::string who, std::optional<Timestamp> seen_at)
{
    row.set_by = std::move(who);
    row.set_at = clock_.now();
    auto work = [&](storage::Session& session) -> Result<void> {
        const auto now_there = storage::find_policy(session, row.scope, row.scope_value);
        if (seen_at && (!now_there || now_there->set_at != *seen_at))
            return Error{Errc::conflict, "somebody else changed it meanwhile"};
        return judge::set_policy(session, row, base);
    };
    auto done = co_await database_.write(work);
    if (done)
        policy_changed(row);
    co_return done;
}

awaitable<Result<void>> DecisionService::unset_policy(
    storage::PolicyRow row, rules::Policy base, std::string who)
{
    auto work = [&, now = clock_.now()](storage::Session& session) {
        return judge::unset_policy(session, row.scope, row.scope_value, who, row.reason, now, base);
    };
    auto done = co_await database_.write(work);
    if (done)
        policy_changed(row);
    co_return done;
}

awaitable<Result<PolicyPreview>> DecisionService::preview_policy(
    storage::PolicyRow row, rules::Policy base)
{
    const auto evaluator = judge_.another_evaluator();
    co_return co_await judge::preview_policy(database_, *evaluator, row, base, clock_);
}

void DecisionService::policy_changed(const storage::PolicyRow& row)
{
    if (row.scope == storage::PolicyScope::device)
        judge_.policy_decided(DeviceId{row.scope_value});
    else
        judge_.policy_decided({});
}

} // namespace mimamori::collector::judge
