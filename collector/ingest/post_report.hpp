#pragma once

#include "collector/http/message.hpp"
#include "collector/http/router.hpp"
#include "collector/storage/liveness.hpp"
#include "collector/storage/report_store.hpp"
#include "collector/storage/sought.hpp"
#include "common/async/asio.hpp"
#include "common/base/time.hpp"
#include "common/wire/report.hpp"

#include <boost/asio/thread_pool.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace mimamori::collector::ingest {

/// What came in since the start; any thread.
struct IngestCounters
{
    std::atomic<std::uint64_t> stored{0};
    std::atomic<std::uint64_t> repeated{0};
    std::atomic<std::uint64_t> refused{0};     ///< Not believed: 409 with a receipt.
    std::atomic<std::uint64_t> invalid{0};     ///< Could not be read.
    std::atomic<std::uint64_t> unavailable{0}; ///< Could not be stored now.
    std::atomic<std::uint64_t> events{0};
    std::atomic<std::uint64_t> bodies{0};
    std::atomic<std::uint64_t> unknown_sections{0};
};

/// What `post_report` works with. All of it outlives the server.
struct IngestServices
{
    storage::ReportStore& reports;
    storage::Liveness& liveness;
    const Clock& clock;
    asio::thread_pool& workers; ///< Reads large reports, so that small ones need not wait.

    /// Has the rules look at the device, later; must not block.
    std::function<void(const DeviceId&)> judge_soon;

    /// What agents are told at their first report in this run.
    wire::AgentOrders orders;

    /// Whether the collector holds more connections than it should; may be empty.
    std::function<bool()> crowded;

    /// Asks agents about devices that fell silent; may be null.
    storage::Sought* sought{nullptr};

    IngestCounters counters{};

    /// Reports from this size on are read by the workers.
    std::size_t large_bytes{64U * 1024};

    /// How long agents stay away when nothing can be stored.
    std::uint32_t backoff_s{30};
};

/// POST /agent/v1/report: takes one report from an agent.
///
/// 200 with a receipt when everything it acknowledges is durable, also for a report that came
/// before. 409 with a receipt that orders a new stream when the report is not believed: nothing of
/// it is acknowledged. 400 or 413 for one that cannot be read, which the agent must not repeat;
/// 403 for the wrong sender; 503 with Retry-After when the agent should try again.
awaitable<http::Response> post_report(const http::Request& request, IngestServices& services);

/// This folder's part of the agents' route table.
std::vector<http::Route> routes(IngestServices& services);

} // namespace mimamori::collector::ingest
