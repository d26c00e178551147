#pragma once

#include "collector/rules/policy.hpp"
#include "collector/rules/verdict.hpp"
#include "common/base/time.hpp"

#include <boost/describe/enum.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Rules about the collector itself: who guards the guard. Pure, as those about devices.
namespace mimamori::collector::rules {

/// How urgent the end of a certificate is, as the certificate authority sees it.
enum class Urgency
{
    none,
    soon,
    now,
    over
};

/// A certificate that the collector needs.
struct CertificateFact
{
    std::string what; ///< "root", "agents_ca", "web_port", …
    std::string name;
    Timestamp not_after{};
    Urgency urgency{Urgency::none};
};

/// A knowledge file in use.
struct KnowledgeFact
{
    std::string name; ///< "os_lifecycle".
    Date data_date{}; ///< The day of its newest fact.
};

/// Devices of a site that fell silent together, and the event has not ended.
struct SiteEventFact
{
    std::string id;
    std::string site; ///< Its name; "mimamori" for the root without one.
    Timestamp since{};
    std::uint32_t devices{0};
    std::uint32_t missing{0};    ///< Of these, not back.
    bool told_of_return{false};  ///< It is time to say who is back, or was.
    std::string missing_names{}; ///< Some of them.
};

/// Somebody signed in past the directory.
struct LocalSignInFact
{
    std::string name;
    std::string address;
    Timestamp at{};
};

/// What the collector knows about itself, or about a site.
struct SystemFacts
{
    std::vector<CertificateFact> certificates;
    std::vector<KnowledgeFact> knowledge;

    // The disk with the database. Absent: it could not be asked.
    std::optional<std::uint64_t> disk_size_bytes;
    std::optional<std::uint64_t> disk_free_bytes;
    std::optional<std::uint64_t> disk_days_left; ///< Absent: it does not grow, or is too young.

    // Alerts.
    bool delivery_configured{false};
    std::optional<Timestamp> delivery_failing_since;
    std::string delivery_problem; ///< For people who know computers.

    // From the record of changes.
    std::optional<Timestamp> site_made_at;
    std::optional<Timestamp> backup_at;          ///< When a copy was made and verified last.
    std::vector<LocalSignInFact> local_sign_ins; ///< The newest of each person.

    std::vector<SiteEventFact> events; ///< Of the site that is judged.
};

/// What a rule about the system is given.
struct SystemInputs
{
    const SystemFacts& system;
    const Policy& policy;
    Timestamp now{};
};

struct SystemRule
{
    std::string_view id;
    Judgement (*judge)(const SystemInputs&);
    bool of_any_site{false}; ///< Not only of the root, where the collector's own findings are.
};

/// All of them, in the order in which they are run and shown.
std::span<const SystemRule> system_rules();

} // namespace mimamori::collector::rules
