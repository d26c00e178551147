#pragma once

#include "collector/storage/session.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What people set about alerts, as it is kept: what the bodies mean is decided elsewhere.
/// Functions for works of `Database`.
namespace mimamori::collector::storage {

struct AlertSettingRow
{
    std::int64_t no{0}; ///< 0: not stored yet.
    /// "channel", "route", "contact", "duty", "maintenance", "digest", "mail_server".
    std::string kind;
    std::string name; ///< Differs from all others of the kind.
    std::string body; ///< JSON.
    std::string changed_by;
    Timestamp changed_at{};
};

/// All of them, in the order in which they were added.
std::vector<AlertSettingRow> alert_settings(Session& session);

std::optional<AlertSettingRow> find_alert_setting(Session& session, std::int64_t no);

/// Adds one without number, or replaces the one with that number. Errors: conflict when another
/// has the name; not_found when there is none with the number and kind.
Result<void> put_alert_setting(Session& session, AlertSettingRow& row);

/// Removes one with what is remembered for it: what a route has told or holds back, when a digest
/// was sent; what a channel has not delivered is given up and stays in the list.
/// Errors: not_found.
Result<void> remove_alert_setting(
    Session& session, std::string_view kind, std::int64_t no, Timestamp now);

} // namespace mimamori::collector::storage
