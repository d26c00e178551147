#pragma once

#include "collector/app/settings.hpp"
#include "collector/ctl/listing.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/http/message.hpp"

#include <boost/json/value.hpp>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

/// The verbs of mimamorictl, a file for each subject. The options of a verb are static: a program
/// is one command line.
namespace mimamori::collector::ctl {

/// What a verb does; the text to print, or why not.
using Verb = std::function<Result<std::string>(const app::Settings&)>;

/// What the command line asks for; one of the two.
struct Chosen
{
    Verb verb{};
    std::function<Result<std::string>()> offline{}; ///< Needs no collector and no settings.
};

void add_site_verbs(CLI::App& program, Chosen& chosen);
void add_enrolment_verbs(CLI::App& program, Chosen& chosen);
void add_people_verbs(CLI::App& program, Chosen& chosen);
void add_directory_verbs(CLI::App& program, Chosen& chosen);
void add_finding_verbs(CLI::App& program, Chosen& chosen);
void add_program_verbs(CLI::App& program, Chosen& chosen);
void add_register_verbs(CLI::App& program, Chosen& chosen);
void add_alert_verbs(CLI::App& program, Chosen& chosen);
void add_policy_verbs(CLI::App& program, Chosen& chosen);
void add_knowledge_verbs(CLI::App& program, Chosen& chosen);
void add_audit_verbs(CLI::App& program, Chosen& chosen);
void add_event_verbs(CLI::App& program, Chosen& chosen);
void add_profile_verbs(CLI::App& model, Chosen& chosen);
void add_backup_verbs(CLI::App& program, Chosen& chosen);

// What they are made of.

/// Asks the running collector. Errors: as LocalClient::call.
Result<boost::json::value> ask(
    const app::Settings& settings,
    http::Method method,
    const std::string& path,
    const std::string& body = {});

/// A verb that prints a list; it has the options --json and --limit. `listing` is made when the
/// other options are known. Returns the verb, for these.
CLI::App& add_list(
    CLI::App& parent,
    const std::string& name,
    const std::string& what,
    Chosen& chosen,
    std::function<Listing()> listing);

/// What the verb of a change sends.
struct Change
{
    http::Method method{http::Method::post};
    std::string path;
    std::string body{"{}"};
};

/// Sends a change; "id: 7" when something was made, else "done". `change` is made when the options
/// are known, from them and the settings.
Verb change_verb(std::function<Result<Change>(const app::Settings&)> change);

/// The same for a change that nothing can be wrong with before it is sent.
Verb change_verb(std::function<Change()> change);

/// How long something holds, as it stands on the command line.
struct Term
{
    std::string until;
    std::int64_t days{0};
};

/// The options --until DAY and --days N, of which one may be given, or must.
enum class TermIs
{
    needed,
    optional
};
void add_term(CLI::App& verb, Term& term, TermIs is);

/// The end of a term as JSON has it: of the last second of a day as the site's clocks show it, or
/// so many days from `now`. Empty without a term. The options were checked when they were read.
std::string end_of(const Term& term, std::chrono::minutes utc_offset, Timestamp now);

/// A text as a part of a path or a value of a query, percent-encoded.
std::string encoded(std::string_view text);

/// "&name=value", encoded; empty for an empty value.
std::string query_member(std::string_view name, std::string_view value);

} // namespace mimamori::collector::ctl
