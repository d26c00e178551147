#include "collector/ctl/signing.hpp"
#include "collector/ctl/verbs.hpp"
#include "common/platform/file.hpp"
#include "common/wire/signed_document.hpp"

namespace mimamori::collector::ctl {
namespace {

std::string file;
std::string key;
std::string out;

Result<Change> import_of_file(const app::Settings&)
{
    auto document = platform::read_file(file, 2 * wire::signed_payload_bytes_max);
    if (!document)
        return document.error();
    return Change{http::Method::post, "/knowledge", std::move(*document)};
}

Result<std::string> new_key()
{
    auto made = make_site_key(out);
    if (!made)
        return made.error();
    return "site key: " + *made + "\n";
}

} // namespace

void add_knowledge_verbs(CLI::App& program, Chosen& chosen)
{
    auto* knowledge =
        program.add_subcommand("knowledge", "Support dates, builds, antivirus sources");
    knowledge->require_subcommand(1);
    add_list(*knowledge, "list", "List what is in use", chosen, [] {
        return Listing{.path = "/knowledge"};
    });
    auto* import = knowledge->add_subcommand("import", "Take a signed file that was carried in");
    import->add_option("file", file, "The signed file")->required();
    import->callback([&chosen] { chosen.verb = change_verb(import_of_file);
});
auto* make = knowledge->add_subcommand("new-key", "Make the site's key, on another machine");
make->add_option("--out", out, "File for the private half; keep it off the network")->required();
make->callback([&chosen] { chosen.offline = new_key; });
auto* sign = knowledge->add_subcommand("sign", "Sign a knowledge file, on another machine");
sign->add_option("--key", key, "The private half")->required();
sign->add_option("--out", out, "The signed file")->required();
sign->add_option("file", file, "The knowledge file")->required();
sign->callback([&chosen] { chosen.offline = [] { return sign_knowledge(key, file, out); }; });
} // namespace mimamori::collector::ctl

} // namespace mimamori::collector::ctl
