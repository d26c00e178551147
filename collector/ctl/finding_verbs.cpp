#include "collector/ctl/verbs.hpp"
#include "common/wire/json_writer.hpp"

#include <boost/describe/class.hpp>
#include <boost/json/array.hpp>
#include <fmt/format.h>

namespace mimamori::collector::ctl {
namespace {

using http::Method;

struct ActionWish
{
    std::string action;
    std::string until;
    std::string reason;
    std::string owner;
    std::string due;
    std::vector<std::string> conditions;
    std::string approver;
};
BOOST_DESCRIBE_STRUCT(ActionWish, (), (action, until, reason, owner, due, conditions, approver))

struct Filter
{
    std::string state{"active"};
    std::string rule;
    std::string severity;
    std::string device;
};

Filter filter;
std::string id;
ActionWish wish;
Term term;

Listing findings_listing()
{
    Listing listing;
    listing.path = "/findings?state=" + encoded(filter.state == "all" ? "" : filter.state)
                   + query_member("rule", filter.rule) + query_member("severity", filter.severity)
                   + query_member("device", filter.device);
    listing.members = {"id",  "severity", "state",  "rule",      "device", "owner",
                       "due", "until",    "reason", "opened_at", "line.en"};
    return listing;
}

void add_finding_list(CLI::App& parent, const std::string& name, Chosen& chosen)
{
    auto& list = add_list(parent, name, "List the findings", chosen, findings_listing);
    list.add_option(
            "--state", filter.state,
            "active, open, acknowledged, snoozed, waived, "
            "resolved, all")
        ->capture_default_str();
    list.add_option("--rule", filter.rule, "Only of this rule, such as av_stale");
    list.add_option("--severity", filter.severity, "info, warning, action");
    list.add_option("--device", filter.device, "Only of the device with this id");
}

std::string lines_of(const boost::json::object& finding, std::string_view name)
{
    std::string text = fmt::format("{}:\n", name);
    const auto* both = finding.if_contains(name);
    const auto* english =
        both && both->is_object() ? both->get_object().if_contains("en") : nullptr;
    if (!english || !english->is_array())
        return {};
    for (const auto& line : english->get_array())
        text += fmt::format("    {}\n", shown(line));
    return text;
}

/// A finding as the page shows it: what, why, what to do next, and what became of it.
std::string text_of(const boost::json::object& detail)
{
    const auto& finding = detail.at("finding").as_object();
    Listing members;
    members.members = {"id",         "severity",  "state",     "rule",        "subject",
                       "device",     "owner",     "due",       "until",       "reason",
                       "first_seen", "opened_at", "last_seen", "resolved_at", "resolved_by",
                       "data_date",  "line.en"};
    boost::json::object one;
    one["items"] = boost::json::array{finding};
    one["more"] = false;
    std::string text = to_lines(one, members);
    for (const char* const name : {"what", "why", "next"})
        text += lines_of(finding, name);
    text += "history:\n";
    for (const auto& item : detail.at("history").as_array())
    {
        one["items"] = boost::json::array{item};
        text += "    " + to_lines(one, {});
    }
    return text;
}

Result<std::string> show_finding(const app::Settings& settings)
{
    const auto answer = ask(settings, Method::get, "/findings/" + encoded(id));
    if (!answer)
        return answer.error();
    const auto* detail = answer->if_object();
    if (!detail || !detail->if_contains("finding") || !detail->if_contains("history"))
        return Error{Errc::internal, "the collector's answer is no finding"};
    return text_of(*detail);
}

/// Does what was asked for; the state that came of it.
Result<std::string> act(const app::Settings& settings)
{
    wish.until = end_of(term, settings.utc_offset, SystemClock{}.now());
    const auto path = fmt::format("/findings/{}/actions", encoded(id));
    const auto answer = ask(settings, Method::post, path, wire::to_json(wish));
    if (!answer)
        return answer.error();
    const auto* detail = answer->if_object();
    const auto* finding = detail ? detail->if_contains("finding") : nullptr;
    const auto* state =
        finding && finding->is_object() ? finding->get_object().if_contains("state") : nullptr;
    if (!state)
        return Error{Errc::internal, "the collector's answer is no finding"};
    return fmt::format("state: {}\n", shown(*state));
}

CLI::App& add_action(
    CLI::App& parent, const std::string& name, const std::string& what, Chosen& chosen)
{
    auto* verb = parent.add_subcommand(name, what);
    verb->add_option("id", id, "Of the list")->required();
    verb->callback([&chosen, name] {
        wish.action = name;
        chosen.verb = act;
    });
    return *verb;
}

void add_actions(CLI::App& finding, Chosen& chosen)
{
    auto& acknowledge =
        add_action(finding, "acknowledge", "Somebody sees to it; it stays in the lists", chosen);
    acknowledge.add_option("--owner", wish.owner, "Who; without it, as it is, or else you");
    acknowledge.add_option("--due", wish.due, "By which day, such as 2027-03-31");
    auto& snooze = add_action(finding, "snooze", "Ask again later, in at most 90 days", chosen);
    add_term(snooze, term, TermIs::needed);
    auto& waive =
        add_action(finding, "waive", "Accept the risk, for a reason and at most a year", chosen);
    add_term(waive, term, TermIs::needed);
    waive.add_option("--reason", wish.reason, "Why it is accepted")->required();
    waive.add_option("--approver", wish.approver, "Who approved it");
    waive
        .add_option(
            "--condition", wish.conditions, "What must stay so, or it ends; may be repeated")
        ->check(CLI::IsMember({"one_cable", "no_new_neighbour", "no_usb", "same_network"}));
    auto& resolve =
        add_action(finding, "resolve", "It is done; what is still wrong opens again", chosen);
    resolve.add_option("--reason", wish.reason, "What was done")->required();
    add_action(finding, "reopen", "Take that back: it is open again", chosen);
    auto& assign = add_action(finding, "assign", "Say who sees to it", chosen);
    assign.add_option("--owner", wish.owner, "Who; without it, nobody");
    assign.add_option("--due", wish.due, "By which day, such as 2027-03-31");
    auto& comment = add_action(finding, "comment", "Add a remark to its history", chosen);
    comment.add_option("text", wish.reason, "The remark")->required();
}

} // namespace

void add_finding_verbs(CLI::App& program, Chosen& chosen)
{
    add_finding_list(program, "findings", chosen);
    auto* finding = program.add_subcommand("finding", "What to do about findings");
    finding->require_subcommand(1);
    add_finding_list(*finding, "list", chosen);
    auto* look = finding->add_subcommand("show", "Show one with what to do and its history");
    look->add_option("id", id, "Of the list")->required();
    look->callback([&chosen] { chosen.verb = show_finding; });
    add_actions(*finding, chosen);
}

} // namespace mimamori::collector::ctl
