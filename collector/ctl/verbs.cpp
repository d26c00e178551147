#include "collector/ctl/verbs.hpp"

#include "collector/ctl/local_client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <memory>
#include <utility>

namespace mimamori::collector::ctl {
namespace {

constexpr std::int64_t days_max = 3'650; ///< No term of the API is longer.

/// How a list is shown.
struct Form
{
    bool is_json{false};
    std::size_t items_max{0}; ///< 0: as the listing says.
};

Result<std::string> print_list(const app::Settings& settings, Listing listing, const Form& form)
{
    if (form.items_max > 0)
        listing.items_max = form.items_max;
    const auto get = [&settings](const std::string& path) {
        return ask(settings, http::Method::get, path);
    };
    const auto gathered = gather(get, listing);
    if (!gathered)
        return gathered.error();
    return form.is_json ? to_json_text(*gathered) : to_lines(*gathered, listing);
}

std::string done_text(const boost::json::value& answer)
{
    const auto* object = answer.if_object();
    const auto* id = object ? object->if_contains("id") : nullptr;
    return id ? fmt::format("id: {}\n", shown(*id)) : "done\n";
}

/// Empty when it is a day; else what CLI11 answers with.
std::string complaint_about_day(const std::string& text)
{
    return parse_iso_date(text) ? std::string{} : "a day such as 2027-03-31";
}

} // namespace

Result<boost::json::value> ask(
    const app::Settings& settings,
    http::Method method,
    const std::string& path,
    const std::string& body)
{
    return LocalClient{app::Folder{settings}.socket()}.call(method, path, body);
}

CLI::App& add_list(
    CLI::App& parent,
    const std::string& name,
    const std::string& what,
    Chosen& chosen,
    std::function<Listing()> listing)
{
    auto* verb = parent.add_subcommand(name, what);
    // Shared by the options, which write it, and the verb, which runs later.
    const auto form = std::make_shared<Form>();
    verb->add_flag("--json", form->is_json, "As JSON, with everything that is known");
    verb->add_option("--limit", form->items_max, "At most so many")
        ->check(CLI::Range(1, 1'000'000));
    verb->callback([&chosen, form, listing = std::move(listing)] {
        chosen.verb = [form, listing](const app::Settings& settings) {
            return print_list(settings, listing(), *form);
        };
    });
    return *verb;
}

Verb change_verb(std::function<Result<Change>(const app::Settings&)> change)
{
    return [change = std::move(change)](const app::Settings& settings) -> Result<std::string> {
        const auto wanted = change(settings);
        if (!wanted)
            return wanted.error();
        const auto answer = ask(settings, wanted->method, wanted->path, wanted->body);
        if (!answer)
            return answer.error();
        return done_text(*answer);
    };
}

Verb change_verb(std::function<Change()> change)
{
    return change_verb(
        [change = std::move(change)](const app::Settings&) -> Result<Change> { return change(); });
}

void add_term(CLI::App& verb, Term& term, TermIs is)
{
    auto* group = verb.add_option_group("Until when");
    group->add_option("--until", term.until, "To the end of this day, such as 2027-03-31")
        ->check(CLI::Validator{complaint_about_day, "DAY"});
    group->add_option("--days", term.days, "For so many days")
        ->check(CLI::Range(std::int64_t{1}, days_max));
    group->require_option(is == TermIs::needed ? 1 : 0, 1);
}

std::string end_of(const Term& term, std::chrono::minutes utc_offset, Timestamp now)
{
    using std::chrono::days;
    if (!term.until.empty())
    {
        const auto day = parse_iso_date(term.until);
        assert(day);
        return to_rfc3339(Timestamp{*day + days{1}} - utc_offset - std::chrono::seconds{1});
    }
    return term.days > 0 ? to_rfc3339(now + days{term.days}) : std::string{};
}

std::string encoded(std::string_view text)
{
    constexpr std::string_view plain = "-._~";
    std::string result;
    for (const char c : text)
    {
        const bool is_plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')
                              || (c >= 'a' && c <= 'z') || plain.find(c) != plain.npos;
        if (is_plain)
            result += c;
        else
            result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return result;
}

std::string query_member(std::string_view name, std::string_view value)
{
    return value.empty() ? std::string{} : fmt::format("&{}={}", name, encoded(value));
}

} // namespace mimamori::collector::ctl
