#pragma once

#include "collector/rules/evidence.hpp"
#include "collector/rules/verdict.hpp"
#include "collector/storage/session.hpp"
#include "common/base/time.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::collector::storage {

/// What a digest says about sites.
struct DigestCounts
{
    struct Line
    {
        std::string rule;
        rules::Severity severity{rules::Severity::info};
        rules::Evidence evidence; ///< Of one of them.
        std::uint64_t findings{0};
    };

    std::uint64_t devices{0};
    std::uint64_t silent{0};
    std::uint64_t opened{0};
    std::uint64_t resolved{0};
    std::vector<Line> open; ///< Of those that count, worst first, then the most.
};

/// Of the sites that `within` takes; what is about the collector itself counts as the root's, whose
/// id is then empty. `opened` and `resolved` are since `since`.
DigestCounts digest_counts(
    Session& session, Timestamp since, const std::function<bool(std::string_view site)>& within);

} // namespace mimamori::collector::storage
