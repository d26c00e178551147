#pragma once

#include "collector/http/message.hpp"
#include "collector/people/principal.hpp"
#include "collector/storage/live_marks.hpp"
#include "common/async/asio.hpp"
#include "common/base/result.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace mimamori::collector::storage {
class Database;
}

namespace mimamori::collector::api {

struct Services;

/// What open pages are told: that something changed, never what. Any thread.
class LiveFeed
{
public:
    struct Limits
    {
        std::size_t streams_of_person{6}; ///< A browser with many windows.
        std::size_t streams{300};
        std::chrono::milliseconds look_every{1'000};
        std::chrono::seconds still_here_every{15}; ///< And whether the sign-in still holds.
    };

    LiveFeed() = default;

    explicit LiveFeed(const Limits& limits)
        : limits_{limits}
    {}

    const Limits& limits() const { return limits_; }

    /// Takes a place for a stream of that person. Errors: unavailable when there are too many.
    Result<void> take(const std::string& person);
    void give_back(const std::string& person);

    /// The marks now; read at most once in `look_every`, however many ask.
    awaitable<Result<storage::LiveMarks>> marks(storage::Database& database);

private:
    using Time = std::chrono::steady_clock::time_point;

    Limits limits_;
    std::mutex lock_;
    std::map<std::string, std::size_t> streams_;
    std::size_t streams_all_{0};
    storage::LiveMarks marks_;
    std::optional<Time> read_at_;
};

/// GET /api/v1/live: server-sent events. "change" names what has changed of what the person may
/// see: "findings", "events". It ends with the sign-in. 204 when too many
/// are open: ask now and then.
awaitable<http::Response> get_live(const http::Request& request, Services& services);

} // namespace mimamori::collector::api
