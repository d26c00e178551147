#pragma once

#include "collector/knowledge/windows_builds.hpp"
#include "collector/rules/rule.hpp"
#include "common/base/time.hpp"
#include "common/wire/sections/os.hpp"

namespace mimamori::collector::rules {

/// How far a Windows with a known build is behind its releases: by build and revision, before
/// Windows 10 by its installed updates.
knowledge::PatchVerdict windows_patch_level(
    const Inputs& in, const wire::OsSection& os, Date today);

/// Rule patch_behind: security updates that exist are not installed.
///
/// Windows is judged by the monthly releases that are missing, Linux by the security updates that
/// its package manager knows and by how old that knowledge is. A Windows that is newer than our
/// table is good, with a note that says so when releases are due that the table lacks, and unknown
/// when the table has become so old that rule knowledge_old warns of it.
Judgement judge_patch_behind(const Inputs& in);

} // namespace mimamori::collector::rules
