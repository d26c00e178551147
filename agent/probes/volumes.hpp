#pragma once

#include "agent/probes/security.hpp"
#include "agent/probes/tree.hpp"
#include "common/wire/sections/security.hpp"

namespace mimamori::agent::probes {

/// Whether what is written to this file system lies encrypted on the disk: goes from its block
/// device down through mappings and arrays. Unknown for file systems that encrypt by themselves.
wire::VolumeEncryption encryption_of(
    const Tree& tree, const MountInfo& mount, wire::Provenance& from);

} // namespace mimamori::agent::probes
