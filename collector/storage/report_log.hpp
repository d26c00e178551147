#pragma once

#include "collector/storage/session.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

/// The log of reports: each report costs one short row there, which later becomes a part of its
/// stream's row. Functions for works of `Database`.
namespace mimamori::collector::storage {

/// Numbers and digests of reports, in the order of their arrival.
using UnfoldedReports = std::vector<std::pair<std::uint64_t, std::int64_t>>;

/// Folds the oldest `rows_max` rows of the log into their streams. Returns how many; fewer than
/// `rows_max` means that the log is empty.
std::size_t fold_reports(Session& session, std::size_t rows_max);

} // namespace mimamori::collector::storage
