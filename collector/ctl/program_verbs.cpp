#include "collector/ctl/verbs.hpp"
#include "common/wire/json_writer.hpp"

#include <boost/describe/class.hpp>
#include <fmt/format.h>

namespace mimamori::collector::ctl {
namespace {

using http::Method;

struct DecisionWish
{
    std::int64_t program{0};
    std::string decision;
    std::string by;
    std::string scope;
    std::string device;
    std::string model;
    std::string site;
    std::string until;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(
    DecisionWish, (), (program, decision, by, scope, device, model, site, until, reason))

struct LearningWish
{
    std::string model;
    std::string until;
};
BOOST_DESCRIBE_STRUCT(LearningWish, (), (model, until))

DecisionWish wish;
Term term;

Listing programs_listing(const std::string& state)
{
    Listing listing;
    listing.path = "/programs?state=" + state;
    listing.members = {"id", "path"};
    if (state == "approved")
        listing.members = {"approval.id",         "approval.decision", "approval.by",
                           "approval.value",      "approval.scope",    "approval.scope_name",
                           "approval.until",      "approval.ended",    "approval.decided_by",
                           "approval.decided_at", "approval.reason",   "path"};
    else
        listing.members = {"id",         "path",   "severity", "remark", "devices", "devices_total",
                           "first_seen", "signer", "sha256",   "models"};
    return listing;
}

Result<Change> decision_of_options(const app::Settings& settings)
{
    wish.scope = !wish.device.empty() ? "device" : !wish.model.empty() ? "model" : "site";
    wish.until = end_of(term, settings.utc_offset, SystemClock{}.now());
    return Change{Method::post, "/programs/approvals", wire::to_json(wish)};
}

void add_decision(
    CLI::App& programs,
    const std::string& name,
    const std::string& what,
    const std::string& decision,
    Chosen& chosen)
{
    auto* verb = programs.add_subcommand(name, what);
    verb->add_option("id", wish.program, "Of the list")->required();
    verb->add_option("--reason", wish.reason, "Why, for the record")->required();
    verb->add_option(
            "--by", wish.by,
            "hash: this content; signer: all of its signer; path: "
            "whatever lies there")
        ->check(CLI::IsMember({"hash", "signer", "path"}));
    auto* where = verb->add_option_group("Where", "For which devices");
    where->add_option("--device", wish.device, "The device with this id");
    where->add_option("--model", wish.model, "All devices of this model");
    where->add_option("--site", wish.site, "All devices of the site with this id, such as root");
    where->require_option(1);
    add_term(*verb, term, TermIs::optional);
    verb->callback([&chosen, decision] {
        wish.decision = decision;
        if (wish.by.empty())
            wish.by = "hash";
        chosen.verb = change_verb(decision_of_options);
    });
}

void add_programs(CLI::App& program, Chosen& chosen)
{
    static std::string state{"unknown"};
    static std::int64_t approval = 0;
    auto* programs = program.add_subcommand("program", "Programs that nobody knows, and decisions");
    programs->require_subcommand(1);
    auto& list = add_list(
        *programs, "list", "List the programs", chosen, [] { return programs_listing(state); });
    list.add_option(
            "--state", state,
            "unknown; learned, which nobody has looked at; approved: "
            "all decisions")
        ->check(CLI::IsMember({"unknown", "learned", "approved"}))
        ->capture_default_str();
    add_decision(*programs, "approve", "It is known and wanted", "allow", chosen);
    add_decision(
        *programs, "refuse", "It is not wanted, whatever else is decided", "refuse", chosen);
    auto* revoke = programs->add_subcommand("revoke", "End a decision");
    revoke->add_option("id", approval, "approval.id of `program list --state approved`")
        ->required();
    revoke->callback([&chosen] {
        chosen.verb = change_verb([]() -> Change {
            return {Method::delete_, fmt::format("/programs/approvals/{}", approval), {}};
        });
    });
}

void add_models(CLI::App& program, Chosen& chosen)
{
    static LearningWish learning;
    static Term learning_term;
    auto* models = program.add_subcommand("model", "Models of devices, and until when they learn");
    add_profile_verbs(*models, chosen);
    models->require_subcommand(1);
    add_list(*models, "list", "List the models", chosen, [] { return Listing{.path = "/models"}; });
    auto* learn = models->add_subcommand("learn", "What its devices run until then is known");
    learn->add_option("name", learning.model, "Of the list")->required();
    add_term(*learn, learning_term, TermIs::needed);
    learn->callback([&chosen] {
        chosen.verb = change_verb([](const app::Settings& settings) -> Result<Change> {
            learning.until = end_of(learning_term, settings.utc_offset, SystemClock{}.now());
            return Change{Method::post, "/models/learning", wire::to_json(learning)};
        });
    });
    auto* end = models->add_subcommand("end-learning", "What is new from now on is unknown");
    end->add_option("name", learning.model, "Of the list")->required();
    end->callback([&chosen] {
        chosen.verb = change_verb([]() -> Change {
            return {Method::post, "/models/learning", wire::to_json(learning)};
        });
    });
}

} // namespace

void add_program_verbs(CLI::App& program, Chosen& chosen)
{
    add_programs(program, chosen);
    add_models(program, chosen);
}

} // namespace mimamori::collector::ctl
