#include "collector/ctl/backup.hpp"
#include "collector/ctl/verbs.hpp"
#include "common/wire/json_writer.hpp"

#include <boost/describe/class.hpp>
#include <fmt/format.h>

namespace mimamori::collector::ctl {

namespace {

std::string into;

struct BackupMade
{
    std::string place;
};
BOOST_DESCRIBE_STRUCT(BackupMade, (), (place))

/// Tells the running collector, whose rule backup_old waits for it.
std::string note(const app::Settings& settings, const std::filesystem::path& place)
{
    const std::string body = wire::to_json(BackupMade{place.string()});
    const auto noted = ask(settings, http::Method::post, "/backups", body);
    if (noted)
        return "recorded: yes\n";
    return "recorded: no, " + noted.error().message
           + "\nThe copy is good, but the collector does not know of it.\n";
}

Result<std::string> back_up(const app::Settings& settings)
{
    const auto made = make_backup(settings, into, SystemClock{}.now());
    if (!made)
        return Error{made.error()}.in("backup");
    return fmt::format(
               "folder: {}\ndatabase: {} bytes, checked\ndevices: {}\n", made->folder.string(),
               made->database_bytes, made->devices)
           + note(settings, made->folder);
}

} // namespace

void add_backup_verbs(CLI::App& program, Chosen& chosen)
{
    auto* backup = program.add_subcommand(
        "backup", "Copy everything the collector must not lose, while it runs, and check the copy");
    backup->add_option("folder", into, "Where the copy gets a folder of its own")->required();
    backup->callback([&chosen] { chosen.verb = back_up; });
}

} // namespace mimamori::collector::ctl
