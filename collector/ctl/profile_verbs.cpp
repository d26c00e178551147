#include "collector/ctl/verbs.hpp"
#include "common/platform/file.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace mimamori::collector::ctl {
namespace {

constexpr std::size_t profile_bytes_max = 4U * 1024 * 1024;

std::string name;
std::string file;
bool dry_run{false};

/// In groups of four, to be read to each other by telephone.
std::string in_groups(const std::string& hash)
{
    std::string text;
    for (std::size_t i = 0; i < hash.size(); i += 4)
        text += (i == 0 ? "" : " ") + hash.substr(i, 4);
    return text;
}

Result<std::string> export_profile(const app::Settings& settings)
{
    const auto answer =
        ask(settings, http::Method::get, "/models/profile?" + query_member("model", name));
    if (!answer)
        return answer.error();
    return boost::json::serialize(*answer) + "\n";
}

Result<std::string> import_profile(const app::Settings& settings)
{
    const auto text = platform::read_file(file, profile_bytes_max);
    if (!text)
        return text.error();
    boost::system::error_code failed;
    boost::json::object body;
    body["profile"] = boost::json::parse(*text, failed);
    if (failed)
        return Error{Errc::invalid_input, file + ": not a profile: " + failed.message()};
    body["dry_run"] = dry_run;
    const auto answer =
        ask(settings, http::Method::post, "/models/profile-imports", boost::json::serialize(body));
    if (!answer)
        return answer.error();
    const auto& done = answer->as_object();
    std::string told = fmt::format(
        "model: {}\nfrom: {}, {}, {} devices\nsha256: {}\nports: {} new, {} known\n"
        "programs: {} new, {} known\n",
        shown(done.at("model")), shown(done.at("hospital")), shown(done.at("made_at")),
        shown(done.at("devices")), in_groups(shown(done.at("sha256"))), shown(done.at("ports_new")),
        shown(done.at("ports_known")), shown(done.at("programs_new")),
        shown(done.at("programs_known")));
    for (const auto& path : done.at("refused").as_array())
        told += fmt::format("not taken, look at it here: {}\n", shown(path));
    return told + (dry_run ? "nothing was changed\n" : "done\n");
}

} // namespace

void add_profile_verbs(CLI::App& model, Chosen& chosen)
{
    auto* exporting = model.add_subcommand(
        "export", "Print what is usual on its devices, to carry to another hospital");
    exporting->add_option("name", name, "Of the list")->required();
    exporting->callback([&chosen] { chosen.verb = export_profile; });
    auto* importing = model.add_subcommand("import", "Take over what another hospital printed");
    importing->add_option("file", file, "What export printed")->required();
    importing->add_flag("--dry-run", dry_run, "Only say what it would change");
    importing->callback([&chosen] { chosen.verb = import_profile; });
}

} // namespace mimamori::collector::ctl
