#include "collector/app/settings.hpp"
#include "common/platform/file.hpp"
#include "common/settings/document.hpp"
#include "common/settings/toml.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

namespace mimamori::collector::app {
namespace {

const std::string names = "[agents]\nnames = [\"collector.example\"]\n";

Result<settings::Loaded<Settings>> load_text(std::string_view text)
{
    auto layer = settings::read_toml(text, "collector.toml");
    BOOST_TEST_REQUIRE(layer.has_value());
    return settings::load(settings_table(), {std::move(*layer)});
}

/// The message that refuses `text`, with the one required setting added.
std::string refusal_of(const std::string& text)
{
    const auto loaded = load_text(text + names);
    return loaded ? std::string{} : loaded.error().message;
}

BOOST_AUTO_TEST_SUITE(collector_settings)

BOOST_AUTO_TEST_CASE(the_sample_in_conf_is_the_one_that_the_program_prints)
{
    const auto committed = platform::read_file(MIMAMORI_SOURCE_DIR "/conf/collector.toml");
    BOOST_TEST_REQUIRE(committed.has_value());
    BOOST_TEST(
        (*committed == settings::sample_file(settings_table())),
        "make it anew: mimamori-collector sample-config > conf/collector.toml");
}

BOOST_AUTO_TEST_CASE(only_the_names_must_be_set)
{
    const auto without = load_text("");
    BOOST_TEST_REQUIRE(without.has_error());
    BOOST_TEST(
        without.error().message.find("agents.names") != std::string::npos, without.error().message);
    const auto with = load_text(names);
    BOOST_TEST_REQUIRE(with.has_value());
    for (const auto& shown : settings::in_force(settings_table(), *with))
        BOOST_TEST(
            ((shown.origin.source == settings::Source::file) == (shown.key == "agents.names")),
            shown.key);
}

struct Case
{
    std::string text;
    std::string refusal; ///< Part of the message; empty: it is allowed.
};

std::ostream& operator<<(std::ostream& out, const Case& tried)
{
    return out << tried.text;
}

const std::string mail_ends =
    "host = \"mail.example\"\nfrom = \"a@example\"\nto = [\"b@example\"]\n";

const Case relations[] = {
    {"[mail]\nsecurity = \"none\"\n" + mail_ends, ""},
    {"[mail]\nsecurity = \"tls\"\nhost = \"mail.example\"\nto = [\"b@example\"]\n",
     "mail.from: is needed to send mail"},
    {"[mail]\nsecurity = \"tls\"\nfrom = \"a@example\"\nto = [\"b@example\"]\n",
     "mail.host: is needed to send mail"},
    {"[mail]\nsecurity = \"tls\"\nhost = \"mail.example\"\nfrom = \"a@example\"\n",
     "mail.to: is needed to send mail"},
    {"[mail]\nhost = \"mail.example\"\n", ""}, // Off: what is missing does no harm.
    {"[mail]\nsecurity = \"none\"\nuser = \"u\"\npassword_file = \"/p\"\n" + mail_ends,
     "mail.user: is sent over TLS only"},
    {"[mail]\nsecurity = \"starttls\"\nuser = \"u\"\npassword_file = \"/p\"\n" + mail_ends, ""},
    {"[mail]\nsecurity = \"starttls\"\nuser = \"u\"\n" + mail_ends,
     "mail.password_file: goes with mail.user"},
    {"[mail]\nsecurity = \"starttls\"\npassword_file = \"/p\"\n" + mail_ends,
     "mail.password_file: goes with mail.user"},
    {"[web]\ncertificate = \"/c\"\nkey = \"/k\"\n", ""},
    {"[web]\ncertificate = \"/c\"\n", "web.certificate: goes with web.key"},
    {"[web]\nkey = \"/k\"\n", "web.certificate: goes with web.key"},
};

BOOST_DATA_TEST_CASE(settings_that_do_not_go_together_are_refused, relations, tried)
{
    const std::string refusal = refusal_of(tried.text);
    if (tried.refusal.empty())
        BOOST_TEST(refusal == "");
    else
        BOOST_TEST(refusal.find(tried.refusal) != std::string::npos, refusal);
}

BOOST_AUTO_TEST_CASE(an_inventory_as_often_as_the_heartbeat_is_allowed_but_not_more_often)
{
    const auto with = [](const std::string& rhythm) { return load_text(names + rhythm); };
    BOOST_TEST(with("heartbeat = \"2m\"\ninventory = \"2m\"\n").has_value());
    const auto refused = with("heartbeat = \"121s\"\ninventory = \"2m\"\n");
    BOOST_TEST_REQUIRE(refused.has_error());
    BOOST_TEST(
        refused.error().message.find("agents.inventory: must not be shorter") != std::string::npos,
        refused.error().message);
}

const Case ranges[] = {
    {"heartbeat = \"1s\"\n", "agents.heartbeat"},
    {"heartbeat = \"2s\"\n", ""},
    {"heartbeat = \"1h\"\ninventory = \"1h\"\n", ""},
    {"heartbeat = \"3601s\"\ninventory = \"2h\"\n", "agents.heartbeat"},
    {"inventory = \"9s\"\nheartbeat = \"5s\"\n", "agents.inventory"},
    {"inventory = \"10s\"\nheartbeat = \"5s\"\n", ""},
    {"inventory = \"24h\"\n", ""},
    {"inventory = \"86401s\"\n", "agents.inventory"},
    {"connections_max = 15\n", "agents.connections_max"},
    {"connections_max = 16\n", ""},
    {"connections_max = 1000000\n", ""},
    {"connections_max = 1000001\n", "agents.connections_max"},
    {"port = 65535\n", ""},
    {"port = 65536\n", "agents.port"},
    {"port = -1\n", "agents.port"},
    {"[storage]\nevents_kept = \"23h\"\n", "storage.events_kept"},
    {"[storage]\nevents_kept = \"1d\"\n", ""},
    {"[storage]\nhistory_kept = \"3660d\"\n", ""},
    {"[storage]\nhistory_kept = \"3661d\"\n", "storage.history_kept"},
    {"[mail]\nport = 0\n", "mail.port"},
    {"[mail]\nport = 1\n", ""},
    {"[mail]\ngather = \"1h\"\n", ""},
    {"[mail]\ngather = \"3601s\"\n", "mail.gather"},
    {"[site]\nutc_offset = \"14h\"\n", ""},
    {"[site]\nutc_offset = \"841m\"\n", "site.utc_offset"},
};

BOOST_DATA_TEST_CASE(limits_hold_from_the_first_to_the_last_allowed, ranges, tried)
{
    const auto loaded = load_text(names + tried.text);
    if (tried.refusal.empty())
        BOOST_TEST(loaded.has_value(), (loaded ? "" : loaded.error().message));
    else
    {
        BOOST_TEST_REQUIRE(loaded.has_error());
        BOOST_TEST(
            loaded.error().message.find(tried.refusal) != std::string::npos,
            loaded.error().message);
    }
}

BOOST_AUTO_TEST_CASE(every_mistake_of_a_file_is_named_with_its_line)
{
    const auto refused = load_text("[agents]\nnames = [\"c\"]\nport = \"many\"\n"
                                   "[web]\nprot = 1\n");
    BOOST_TEST_REQUIRE(refused.has_error());
    for (const char* part : {"collector.toml:3: agents.port", "collector.toml:5: web.prot"})
        BOOST_TEST(
            refused.error().message.find(part) != std::string::npos, refused.error().message);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::collector::app
