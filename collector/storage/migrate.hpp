#pragma once

#include "collector/storage/session.hpp"
#include "common/base/embedded_file.hpp"
#include "common/base/result.hpp"

#include <cstddef>
#include <span>

namespace mimamori::collector::storage {

/// Brings the tables up to date: applies every migration ("0001_devices.sql": four digits, then
/// anything) that the database has not seen, in the order of their numbers, each in a transaction
/// of its own together with its entry in table `schema_migration`. Returns how many it applied.
///
/// Errors: `unsupported` when the database knows a migration that we do not (a newer program wrote
/// it); `conflict` when an applied one has another text now, or when one is to be applied after a
/// higher number was; `internal` for a bad name or a number that stands twice; otherwise what the
/// SQL answered, with the file's name.
Result<std::size_t> migrate(Session& session, std::span<const EmbeddedFile> migrations);

/// The migrations compiled into this program.
std::span<const EmbeddedFile> embedded_migrations();

} // namespace mimamori::collector::storage
