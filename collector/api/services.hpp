#pragma once

#include "collector/api/live.hpp"
#include "collector/rules/policy.hpp"
#include "collector/storage/forecast.hpp"
#include "common/base/time.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace mimamori::collector::storage {
class Database;
class Liveness;
} // namespace mimamori::collector::storage

namespace mimamori::collector::directory {
class Directory;
}

namespace mimamori::collector::people {
class RequestRate;
class SecondFactors;
class SignIns;
class Tokens;
} // namespace mimamori::collector::people

namespace mimamori::collector::judge {
class DecisionService;
}

namespace mimamori::collector::knowledge {
class RemoteTools;
class Shelf;
} // namespace mimamori::collector::knowledge

namespace mimamori::collector::notify {
class AlertDesk;
}

namespace mimamori::collector::enroll {
class Enrolment;
}

namespace mimamori::collector::ledger {
class Desk;
}

namespace mimamori::collector::api {

/// One knowledge file, for the page that says what verdicts rest on.
struct KnowledgeFile
{
    std::string name;
    std::string title_ja;
    std::string title_en;
    std::string data_date; ///< "2026-08-22".
};

/// How mail does: "off", "ok" or "failing" with the reason.
struct MailState
{
    std::string state{"off"};
    std::string reason;
};

/// What the handlers of the browser API work with. All of it outlives the server.
struct Services
{
    storage::Database& database;
    const storage::Liveness& liveness; ///< Who reported when, to the second.
    const Clock& clock;
    people::SignIns& people;
    directory::Directory* directory{nullptr}; ///< Null: people are made here only.
    people::SecondFactors& second_factors;
    people::Tokens& tokens;
    people::RequestRate& request_rate;
    judge::DecisionService& decisions;
    const knowledge::RemoteTools& remote_tools;
    enroll::Enrolment& enrolment;
    rules::Policy policy;
    std::chrono::minutes utc_offset{0}; ///< Of the site's wall clocks; texts of findings use it.
    std::vector<KnowledgeFile> knowledge;
    knowledge::Shelf& shelf; ///< Of signed knowledge files that were carried in.
    std::function<MailState()> mail;
    std::function<storage::DiskForecast()> disk;
    std::string audit_key{}; ///< Whose signatures under the record of changes count, hexadecimal.
    notify::AlertDesk* alerts{nullptr}; ///< Never null while a server runs.
    ledger::Desk* desk{nullptr};        ///< As `alerts`.
    std::shared_ptr<LiveFeed> live = std::make_shared<LiveFeed>(); ///< Of open pages.
};

/// The day that it is by the site's wall clocks.
inline Date today_of(const Services& services)
{
    return std::chrono::floor<std::chrono::days>(services.clock.now() + services.utc_offset);
}

} // namespace mimamori::collector::api
