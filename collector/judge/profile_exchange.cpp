#include "collector/judge/profile_exchange.hpp"

#include "collector/storage/audit_store.hpp"
#include "collector/storage/baseline_store.hpp"
#include "collector/storage/judge_store.hpp"
#include "collector/storage/site_store.hpp"
#include "common/base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace mimamori::collector::judge {

namespace {

using findings::ModelProfileFile;
using storage::Session;

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
    for (storage::ProfileItem& item : storage::profile_of(session, row->no))
    {
        if (item.kind == storage::ProfileKind::port
            && profile.ports.size() < findings::profile_ports_max)
            profile.ports.push_back({std::move(item.value)});
    }
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
    const auto known = storage::find_model(session, profile.model);
    std::set<std::string> ports;
    if (known)
    {
        for (storage::ProfileItem& item : storage::profile_of(session, known->no))
        {
            if (item.kind == storage::ProfileKind::port)
                ports.insert(std::move(item.value));
        }
    }
    std::int64_t model_no = known ? known->no : 0;
    if (is == ImportIs::real && !known)
        model_no = storage::put_model(session, profile.model, now).no;
    for (const findings::ProfilePort& port : profile.ports)
    {
        if (!ports.insert(port.key).second)
        {
            ++done.value.ports_known;
            continue;
        }
        ++done.value.ports_new;
        if (is == ImportIs::real)
            storage::put_profile_item(
                session, model_no,
                {storage::ProfileKind::port, port.key, storage::ProfileSource::imported, now, who});
    }
    take_programs(session, knowledge, profile, is, who, now, done.value);
    if (is == ImportIs::dry_run)
        return done;
    auto recorded = storage::record_change(
        session, who, "model.import_profile",
        fmt::format(
            "{}: {} ports, {} programs, {} refused, from {} of {}, sha256 {}",
            for_log(profile.model), done.value.ports_new, done.value.programs_new,
            done.value.refused.size(), for_log(profile.hospital), to_rfc3339(profile.made_at),
            profile.sha256),
        now);
    if (!recorded)
        return recorded.error();
    done.devices = storage::device_ids(session, storage::device_nos_of_model(session, model_no));
    return done;
}

} // namespace mimamori::collector::judge
