#pragma once

#include "common/async/asio.hpp"
#include "common/base/result.hpp"
#include "common/wire/report.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace mimamori::agent::report {

/// What became of one report.
struct Delivery
{
    enum class Outcome
    {
        answered, ///< `receipt` holds; it says what is durable.
        refused,  ///< The collector read the report and will never take it (400, 413, 415, 422).
        failed    ///< No answer, or one that says "later" or "not you": try again, same content.
    };

    Outcome outcome{Outcome::failed};
    wire::Receipt receipt; ///< Only when answered.

    /// Why there is no receipt. Of the codes the loop tells apart only `unauthenticated` and
    /// `forbidden` (the collector does not want this agent: it comes back slowly).
    Error error{Errc::unavailable, "not sent"};

    /// How long the collector asked us to stay away (Retry-After of 429 and 503); 0: it did not.
    std::chrono::seconds retry_after{0};
};

/// The way to the collector as the report loop sees it: one report at a time, one connection that
/// is kept between reports. Every step inside has a limit; a cancelled `send` ends as `failed`.
class Uplink
{
public:
    virtual ~Uplink() = default;

    /// Sends the exact JSON text of one `wire::Report` to POST /agent/v1/report and waits for the
    /// receipt. Packing the body is the uplink's business. `report` stays good until it returns.
    virtual awaitable<Delivery> send(const std::string& report) = 0;

    /// Says goodbye and drops the kept connection, if there is one. The next `send` opens another.
    virtual awaitable<void> close() = 0;

    /// Bytes on the wire with TLS since the start of the program, as far as they are counted.
    struct Traffic
    {
        std::uint64_t sent_bytes{0};
        std::uint64_t received_bytes{0};
    };

    virtual Traffic traffic() const = 0;
};

} // namespace mimamori::agent::report
