#pragma once

#include "collector/findings/model_profile.hpp"
#include "collector/judge/decisions.hpp"
#include "collector/judge/program_knowledge.hpp"
#include "collector/rules/site_view.hpp"
#include "collector/storage/session.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <cstddef>
#include <string>
#include <vector>

/// Profiles of device models between hospitals. Functions for works of `Database`.
namespace mimamori::collector::judge {

/// Devices that a profile is made of; more of them would tell nothing new.
inline constexpr std::size_t profile_devices_max = 200;

/// What is usual on the devices of a model here: ports, services and peers of its profile; programs
/// that it has learned or that somebody approved, with a known content. What only a department or
/// device may run is not in it, nor what people can replace, nor remote tools. Errors: not_found.
Result<findings::ModelProfileFile> export_profile(
    storage::Session& session,
    ProgramKnowledge& knowledge,
    const std::string& model,
    Timestamp now);

/// What an import does, or would do.
struct ProfileImport
{
    struct Count
    {
        std::size_t fresh{0}; ///< Not known here before.
        std::size_t known{0};
    };

    rules::ByItemKind<Count> keys;
    std::size_t programs_new{0};
    std::size_t programs_known{0};

    /// Programs that no profile may bring, by their paths, and services that start such: a person
    /// must look at them here.
    std::vector<std::string> refused;
};

enum class ImportIs
{
    real,
    dry_run ///< Nothing is stored.
};

/// Takes a profile over for the model of the same name, which need not be here yet: its ports,
/// services and peers as imported, its programs as approved by their content. Decisions here stay
/// stronger: what somebody refused stays refused. Recorded. Errors: those of
/// `findings::check_profile`.
Result<Touched<ProfileImport>> import_profile(
    storage::Session& session,
    const ProgramKnowledge& knowledge,
    const findings::ModelProfileFile& profile,
    ImportIs is,
    const std::string& who,
    Timestamp now);

} // namespace mimamori::collector::judge
