#pragma once

#include "collector/notify/alert_settings.hpp"
#include "collector/notify/mail_settings.hpp"
#include "collector/storage/alert_store.hpp"
#include "collector/storage/site_tree.hpp"
#include "common/base/id.hpp"
#include "common/base/time.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Who is told of what, and when.
namespace mimamori::collector::notify {

struct RoutingContext
{
    const AlertSettings& settings;
    const MailSettings& mail; ///< With the wall clock of the site.
    const storage::SiteTree& sites;
    Timestamp now;
};

// Decisions.

/// Whether the route is about such findings.
bool wants(
    const Route& route, const storage::AlertSubject& subject, const storage::SiteTree& sites);

/// When the maintenance ends that the subject's device is in; nothing when it is in none.
std::optional<Timestamp> maintenance_until(
    const storage::AlertSubject& subject, const RoutingContext& context);

/// Whether a route tells now.
enum class RouteHours
{
    inside,
    later, ///< When its hours begin.
    never  ///< Not of what happens now.
};

struct RouteTime
{
    RouteHours hours{RouteHours::inside};
    std::optional<Timestamp> begin; ///< When its hours begin next; nothing when they last.
};

RouteTime time_of(const Route& route, Timestamp now, std::chrono::minutes utc_offset);

/// When what was told must be looked at again, to repeat or to escalate it; nothing when never.
std::optional<Timestamp> next_look(
    const Route& route, const storage::Telling& telling, Timestamp now);

// Works of the database.

/// Takes a part of the queue of alerts and of what is due, and queues what is to be delivered. Call
/// it again while it returns true: there may be more.
bool route_alerts(storage::Session& session, const RoutingContext& context);

/// The moment before which the last one must lie for a digest to be due.
Timestamp due_before(const Digest& digest, Timestamp now, std::chrono::minutes utc_offset);

/// Queues the digests whose time has come.
void compose_digests(storage::Session& session, const RoutingContext& context);

/// Queues what logs elsewhere are to keep: each signed head of the record of changes that was not
/// told yet. Where no such channel is, the heads count as told.
void compose_heads(storage::Session& session, const RoutingContext& context);

/// Queues a message that says that it is a test. Errors: not_found; conflict when the channel
/// is paused, or there is no mail server.
Result<void> compose_test(
    storage::Session& session, std::int64_t channel_no, const RoutingContext& context);

} // namespace mimamori::collector::notify
