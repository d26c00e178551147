#include "collector/judge/profile_exchange.hpp"

#include "collector/rules/profile_facts.hpp"
#include "collector/storage/audit_store.hpp"
#include "collector/storage/item_store.hpp"
#include "collector/storage/judge_store.hpp"
#include "collector/storage/site_store.hpp"
#include "common/base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace mimamori::collector::judge {

namespace {

using findings::ModelProfileFile;
using rules::ItemKind;
using storage::Session;

constexpr ItemKind all_kinds[] = {ItemKind::port, ItemKind::service, ItemKind::peer};

/// A program on the devices of a model.
struct Counted
{
    storage::DeviceProgram program;
    DeviceId device; ///< One that has it.
    std::uint32_t devices{0};
};

std::map<std::int64_t, Counted> programs_of_model(
    Session& session, const std::vector<std::int64_t>& device_nos)
{
    std::map<std::int64_t, Counted> counted;
    for (const std::int64_t device_no : device_nos)
    {
        const auto ids = storage::device_ids(session, std::vector{device_no});
        if (ids.empty())
            continue;
        for (const storage::DeviceProgram& program : storage::programs_of(session, device_no))
        {
            Counted& one = counted[program.program_no];
            if (one.devices++ == 0)
            {
                one.program = program;
                one.device = ids.front();
            }
        }
    }
    return counted;
}

/// Contents that are approved for the model already.
std::set<std::string> approved_hashes(Session& session, const std::string& model, Timestamp now)
{
    std::set<std::string> hashes;
    for (const findings::ProgramDecision& decision : storage::standing_decisions(session))
    {
        if (decision.decision == findings::Decision::allow
            && decision.kind == findings::DecisionKind::hash
            && decision.scope == findings::DecisionScope::model && decision.scope_value == model
            && (!decision.until || now < *decision.until))
            hashes.insert(decision.value);
    }
    return hashes;
}

wire::Program as_program(const findings::ProfileProgram& item)
{
    wire::Program program;
    program.path = item.path;
    program.sha256 = item.sha256;
    program.signer = item.signer;
    return program;
}

/// Whether a profile may tell of the key: not of a service that starts a remote tool, or something
/// that looks like another program.
bool may_be_told(const ProgramKnowledge& knowledge, ItemKind kind, std::string_view key)
{
    const std::size_t begin = key.rfind(" (");
    if (kind != ItemKind::service || begin == std::string_view::npos || !key.ends_with(')'))
        return true;
    wire::Program program;
    program.path = key.substr(begin + 2, key.size() - begin - 3);
    return knowledge.may_be_learned(program);
}

/// Ports, services and peers of the model's profile, with how many of these devices have them.
void add_keys(
    Session& session,
    const ProgramKnowledge& knowledge,
    std::int64_t model_no,
    const std::vector<std::int64_t>& device_nos,
    ModelProfileFile& profile)
{
    const auto counted = storage::counted_items(session, device_nos);
    for (storage::ProfileItem& usual : storage::profile_of(session, model_no))
    {
        auto& keys = findings::keys_of(profile, usual.item.kind);
        if (keys.size() >= findings::profile_keys_max
            || !findings::is_profile_key(usual.item.kind, usual.item.value)
            || !may_be_told(knowledge, usual.item.kind, usual.item.value))
            continue;
        const auto count = counted.find(usual.item);
        keys.push_back({std::move(usual.item.value), count == counted.end() ? 0 : count->second});
    }
}

/// Takes ports, services and peers over; all of them are looked through, whether stored or not.
/// `model_no`: nothing for a model that is not here yet.
void take_keys(
    Session& session,
    const ProgramKnowledge& knowledge,
    const ModelProfileFile& profile,
    std::optional<std::int64_t> model_no,
    ImportIs is,
    const std::string& who,
    Timestamp now,
    ProfileImport& done)
{
    std::set<storage::Item> known;
    if (model_no)
    {
        for (storage::ProfileItem& usual : storage::profile_of(session, *model_no))
            known.insert(std::move(usual.item));
    }
    for (const ItemKind kind : all_kinds)
    {
        for (const findings::ProfileKey& one : findings::keys_of(profile, kind))
        {
            const storage::Item item{kind, one.key};
            if (!may_be_told(knowledge, kind, one.key))
            {
                done.refused.push_back(one.key);
                continue;
            }
            if (!known.insert(item).second)
            {
                ++done.keys[kind].known;
                continue;
            }
            ++done.keys[kind].fresh;
            if (is == ImportIs::real)
                storage::put_profile_item(
                    session, *model_no, {item, storage::ProfileSource::imported, now, who});
        }
    }
}

/// Takes the programs over; all of them are looked through, whether stored or not.
void take_programs(
    Session& session,
    const ProgramKnowledge& knowledge,
    const ModelProfileFile& profile,
    ImportIs is,
    const std::string& who,
    Timestamp now,
    ProfileImport& done)
{
    std::set<std::string> approved = approved_hashes(session, profile.model, now);
    for (const findings::ProfileProgram& item : profile.programs)
    {
        if (!knowledge.may_be_learned(as_program(item)))
        {
            done.refused.push_back(item.path);
            continue;
        }
        if (!approved.insert(item.sha256).second)
        {
            ++done.programs_known;
            continue;
        }
        ++done.programs_new;
        if (is == ImportIs::dry_run)
            continue;
        findings::ProgramDecision decision;
        decision.kind = findings::DecisionKind::hash;
        decision.value = item.sha256;
        decision.scope = findings::DecisionScope::model;
        decision.scope_value = profile.model;
        decision.reason = fmt::format(
            "imported profile: on {} of {} devices elsewhere", item.devices, profile.devices);
        decision.decided_by = who;
        decision.decided_at = now;
        storage::add_decision(session, decision);
    }
}

} // namespace

Result<ModelProfileFile> export_profile(
    Session& session, ProgramKnowledge& knowledge, const std::string& model, Timestamp now)
{
    const auto row = storage::find_model(session, model);
    if (!row || row->name.empty())
        return Error{Errc::not_found, "no model " + for_log(model)};
    auto device_nos = storage::device_nos_of_model(session, row->no);
    device_nos.resize(std::min(device_nos.size(), profile_devices_max));

    ModelProfileFile profile;
    for (storage::Site& site : storage::list_site_tree(session))
    {
        if (site.parent.empty())
            profile.hospital = std::move(site.name);
    }
    profile.model = row->name;
    profile.made_at = now;
    profile.devices = static_cast<std::uint32_t>(device_nos.size());
    add_keys(session, knowledge, row->no, device_nos, profile);
    for (const auto& [program_no, counted] : programs_of_model(session, device_nos))
    {
        const auto program = storage::find_program(session, program_no);
        if (!program || program->program.sha256.empty() || program->user_place
            || !knowledge.may_be_learned(program->program)
            || profile.programs.size() >= findings::profile_programs_max)
            continue;
        // As it stands on any device of the model, wherever that may be.
        ProgramKnowledge::Device device;
        device.place.device = DeviceId{"profile"};
        device.place.model = row->name;
        device.place.sites = {knowledge.sites(session).root()};
        device.model_no = row->no;
        device.created_at = row->first_device_at;
        const auto seen = knowledge.unlearned(session, device, counted.program, now);
        if (seen && seen->standing != rules::Standing::approved
            && seen->standing != rules::Standing::learned)
            continue;
        const wire::Program& what = program->program;
        profile.programs.push_back(
            {what.path, what.sha256, what.signer, what.product, what.version, counted.devices});
    }
    findings::seal(profile);
    return profile;
}

Result<Touched<ProfileImport>> import_profile(
    Session& session,
    const ProgramKnowledge& knowledge,
    const ModelProfileFile& profile,
    ImportIs is,
    const std::string& who,
    Timestamp now)
{
    if (auto good = findings::check_profile(profile); !good)
        return good.error();
    Touched<ProfileImport> done;
    std::optional<std::int64_t> model_no;
    if (const auto known = storage::find_model(session, profile.model))
        model_no = known->no;
    else if (is == ImportIs::real)
        model_no = storage::put_model(session, profile.model, now).no;
    take_keys(session, knowledge, profile, model_no, is, who, now, done.value);
    take_programs(session, knowledge, profile, is, who, now, done.value);
    if (is == ImportIs::dry_run)
        return done;
    auto recorded = storage::record_change(
        session, who, "model.import_profile",
        fmt::format(
            "{}: {} ports, {} services, {} peers, {} programs, {} refused, from {} of {},"
            " sha256 {}",
            for_log(profile.model), done.value.keys[ItemKind::port].fresh,
            done.value.keys[ItemKind::service].fresh, done.value.keys[ItemKind::peer].fresh,
            done.value.programs_new, done.value.refused.size(), for_log(profile.hospital),
            to_rfc3339(profile.made_at), profile.sha256),
        now);
    if (!recorded)
        return recorded.error();
    done.devices = storage::device_ids(session, storage::device_nos_of_model(session, *model_no));
    return done;
}

} // namespace mimamori::collector::judge
