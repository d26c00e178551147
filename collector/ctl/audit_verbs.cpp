#include "collector/ctl/verbs.hpp"
#include "collector/people/audit_export.hpp"
#include "common/platform/file.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace mimamori::collector::ctl {
namespace {

constexpr std::size_t export_bytes_max = 512U * 1024 * 1024;

std::string who;
std::string action;
std::string format{"json"};
std::string head;
std::string file;
std::string key;

/// What a check found, as an answer of the API or from a file.
Result<std::string> told(bool whole, std::string text, const std::vector<std::string>& problems)
{
    for (const std::string& problem : problems)
        text += "  " + problem + "\n";
    if (whole)
        return text + "the record is whole\n";
    return Error{Errc::conflict, "the record was changed:\n" + text};
}

Result<std::string> check_running(const app::Settings& settings)
{
    const auto answer =
        ask(settings, http::Method::get, "/audit/check?" + query_member("head", head));
    if (!answer)
        return answer.error();
    const auto& found = answer->as_object();
    std::vector<std::string> problems;
    for (const auto& problem : found.at("problems").as_array())
        problems.push_back(shown(problem));
    return told(
        found.at("whole").as_bool(),
        fmt::format(
            "entries: {}\nhead: {}\nsignatures: {}\nkey: {}\n", shown(found.at("entries")),
            shown(found.at("head")), shown(found.at("signatures")), shown(found.at("key"))),
        problems);
}

Result<std::string> check_file()
{
    const auto text = platform::read_file(file, export_bytes_max);
    if (!text)
        return text.error();
    const auto exported = people::read_export(*text);
    if (!exported)
        return Error{exported.error()}.in(file);
    const auto report = people::check_export(*exported, head, key);
    return told(
        report.problems.empty(),
        fmt::format(
            "entries: {}\nhead: {}\nsignatures: {}\n", report.entries, report.head_hash,
            report.signatures),
        report.problems);
}

Result<std::string> export_record(const app::Settings& settings)
{
    const auto answer = ask(settings, http::Method::post, "/audit/exports", R"({"format":"json"})");
    if (!answer)
        return answer.error();
    const std::string json = boost::json::serialize(*answer);
    if (format == "json")
        return json + "\n";
    const auto exported = people::read_export(json);
    if (!exported)
        return exported.error();
    return people::to_csv(*exported);
}

} // namespace

void add_audit_verbs(CLI::App& program, Chosen& chosen)
{
    auto* audit = program.add_subcommand("audit", "The record of who changed what");
    audit->require_subcommand(1);
    auto& list = add_list(*audit, "list", "List it, the newest first", chosen, [] {
        Listing listing;
        listing.path = "/audit?" + query_member("who", who) + query_member("action", action);
        listing.members = {"no", "at", "who", "action", "detail"};
        listing.items_max = 1'000;
        return listing;
    });
    list.add_option("--who", who, "Only of this person");
    list.add_option("--action", action, "Only these, such as person or person.create");
    auto* exporting = audit->add_subcommand("export", "Print all of it; this is recorded");
    exporting->add_option("--format", format, "json can be verified; csv is for spreadsheets")
        ->check(CLI::IsMember({"json", "csv"}))
        ->capture_default_str();
    exporting->callback([&chosen] { chosen.verb = export_record; });
    auto* verify =
        audit->add_subcommand("verify", "Look whether anything of it was changed or removed");
    verify->add_option("--head", head, "A hash that was noted before: it must still be there");
    auto* from = verify->add_option("--file", file, "An exported record, on any machine");
    verify->add_option("--key", key, "Whose signatures count; without it whoever signed")
        ->needs(from);
    verify->callback([&chosen] {
        if (file.empty())
            chosen.verb = check_running;
        else
            chosen.offline = check_file;
    });
}

} // namespace mimamori::collector::ctl
