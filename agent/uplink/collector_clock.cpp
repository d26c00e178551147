#include "agent/uplink/collector_clock.hpp"

#include <algorithm>
#include <utility>

namespace mimamori::agent::uplink {

CollectorClock::CollectorClock(std::optional<Heard> stored, Steady steady)
    : steady_{std::move(steady)}
    , newest_{stored}
    , stored_{stored}
    , heard_at_{steady_()}
{}

Timestamp CollectorClock::now() const
{
    if (!newest_)
        return Timestamp{};
    const auto since = steady_() - heard_at_;
    return newest_->time + std::chrono::floor<std::chrono::milliseconds>(since);
}

void CollectorClock::hear(Timestamp collector_time, const tls::CertificateInfo& server)
{
    Heard heard = newest_.value_or(Heard{});
    heard.server_began = std::max(heard.server_began, server.not_before);
    // Going on from `now` keeps what has passed since the last word.
    const Timestamp before = now();
    const bool believed = collector_time > before && collector_time <= server.not_after;
    heard.time = believed ? collector_time : before;
    heard_at_ = steady_();
    newest_ = heard;
}

Result<void> CollectorClock::check_server(const tls::CertificateInfo& leaf) const
{
    if (newest_ && leaf.not_before < newest_->server_began)
        return Error{
            Errc::unauthenticated, "it began on " + to_rfc3339(leaf.not_before)
                                       + ", before one of this collector that was seen"};
    return {};
}

std::optional<Heard> CollectorClock::to_store()
{
    if (!newest_)
        return std::nullopt;
    const bool is_news = !stored_ || newest_->server_began != stored_->server_began
                         || newest_->time - stored_->time >= std::chrono::hours{1};
    if (!is_news)
        return std::nullopt;
    stored_ = newest_;
    return stored_;
}

} // namespace mimamori::agent::uplink
