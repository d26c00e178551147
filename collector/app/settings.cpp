#include "collector/app/settings.hpp"

#include "collector/app/directory.hpp"
#include "common/crypto/signature.hpp"
#include "common/settings/kinds.hpp"

namespace mimamori::collector::app {
namespace {

using namespace std::chrono_literals;
using settings::Choice;
using settings::Duration;
using settings::Flag;
using settings::Path;
using settings::Problem;
using settings::setting;
using settings::Text;
using settings::Texts;
using settings::Whole;

bool is_site_key(std::string_view text)
{
    return text.empty() || crypto::parse_ed25519_key(text).has_value();
}

std::vector<Problem> relations(const Settings& all)
{
    std::vector<Problem> problems;
    if (all.web_certificate.empty() != all.web_key.empty())
        problems.push_back({"web.certificate", "goes with web.key: both or neither"});
    if (all.mail_security != MailSecurity::off)
    {
        if (all.mail_host.empty())
            problems.push_back({"mail.host", "is needed to send mail"});
        if (all.mail_from.empty())
            problems.push_back({"mail.from", "is needed to send mail"});
        if (all.mail_to.empty())
            problems.push_back({"mail.to", "is needed to send mail"});
    }
    if (!all.mail_user.empty() && all.mail_security == MailSecurity::none)
        problems.push_back({"mail.user", "is sent over TLS only: not with mail.security \"none\""});
    if (all.mail_user.empty() != all.mail_password_file.empty())
        problems.push_back({"mail.password_file", "goes with mail.user: both or neither"});
    for (Problem& problem : directory_problems(all))
        problems.push_back(std::move(problem));
    if (all.inventory < all.heartbeat)
        problems.push_back({"agents.inventory", "must not be shorter than agents.heartbeat"});
    return problems;
}

} // namespace

const settings::Table<Settings>& settings_table()
{
    // clang-format off
    static const settings::Table<Settings> table{
        "mimamori-collector",
        {
            setting("site.hospital", &Settings::hospital, Text{.bytes_max = 200},
                "Name of the hospital, as pages and mails show it, until an administrator sets one on the page."),
            setting("site.utc_offset", &Settings::utc_offset, Duration{0min, 14h},
                "How far the wall clocks of the site are ahead of UTC. Japan: \"9h\"."),

            setting("storage.folder", &Settings::folder, Path{},
                "Database, certificates and the socket of mimamorictl lie here."),
            setting("storage.events_kept", &Settings::events_kept, Duration{24h, 24h * 3660},
                "How long events of devices are kept."),
            setting("storage.history_kept", &Settings::history_kept, Duration{24h, 24h * 3660},
                "How long the earlier states of devices are kept."),
            setting("storage.names_kept", &Settings::names_kept, Duration{24h, 24h * 3660},
                "How long it is kept who used a device: logons, and names in other records."),

            setting("knowledge.site_key", &Settings::site_key,
                Text{
                    .bytes_max = 64,
                    .condition = &is_site_key,
                    .condition_words = "64 hexadecimal digits"},
                "The site's public key (Ed25519), as `mimamorictl knowledge new-key` prints it: "
                "knowledge files that it or the publisher has signed may be carried in."),

            setting("agents.address", &Settings::agents_address, Text{.bytes_min = 2, .bytes_max = 45},
                "Numeric address on which agents are listened for; 0.0.0.0 is all of this machine."),
            setting("agents.port", &Settings::agents_port, Whole{0, 65535},
                "Port for agents; 0 takes any free one."),
            setting("agents.names", &Settings::agents_names, Texts{},
                "Names and addresses under which agents reach this collector; they stand in its certificate.",
                settings::Presence::required),
            setting("agents.heartbeat", &Settings::heartbeat, Duration{2s, 1h},
                "How often agents report when nothing happens."),
            setting("agents.inventory", &Settings::inventory, Duration{10s, 24h},
                "How often agents look through everything."),
            setting("agents.connections_max", &Settings::connections_max, Whole{16, 1'000'000},
                "Above this many connections, agents are told to close them between reports."),
            setting("agents.command_lines", &Settings::command_lines, Flag{},
                "Whether agents send the command lines of programs, which may hold personal data."),

            setting("web.address", &Settings::web_address, Text{.bytes_min = 2, .bytes_max = 45},
                "Numeric address of the web pages."),
            setting("web.port", &Settings::web_port, Whole{0, 65535},
                "Port of the web pages; 0 takes any free one."),
            setting("web.names", &Settings::web_names, Texts{},
                "Names and addresses of the web pages, for a certificate of our own. Empty: those of agents.names."),
            setting("web.certificate", &Settings::web_certificate, Path{.may_be_empty = true},
                "The hospital's own certificate for the web pages, PEM, leaf first. Empty: one of our own."),
            setting("web.key", &Settings::web_key, Path{.may_be_empty = true},
                "Its key, PEM, readable by the collector only."),

            setting("metrics.port", &Settings::metrics_port, Whole{0, 65535},
                "Port of metrics and health on 127.0.0.1; 0 takes any free one."),

            setting("mail.security", &Settings::mail_security,
                Choice<MailSecurity>{{{"off", MailSecurity::off}, {"none", MailSecurity::none},
                    {"starttls", MailSecurity::starttls}, {"tls", MailSecurity::tls}}},
                "\"starttls\" and \"tls\" insist on a verified connection; \"none\" is plain SMTP inside a closed network; with \"off\" it is as administrators set it on the page."),
            setting("mail.host", &Settings::mail_host, Text{},
                "Name or address of the mail server."),
            setting("mail.port", &Settings::mail_port, Whole{1, 65535},
                "Its port: often 25 or 587 with \"starttls\", 465 with \"tls\"."),
            setting("mail.ca", &Settings::mail_ca, Path{.may_be_empty = true},
                "Certificate of the CA that signed the mail server's, PEM. Empty: the system's CAs."),
            setting("mail.user", &Settings::mail_user, Text{},
                "User name at the mail server; empty: none. Never without TLS."),
            setting("mail.password_file", &Settings::mail_password_file, Path{.may_be_empty = true},
                "File with the password, readable by the collector only."),
            setting("mail.from", &Settings::mail_from, Text{},
                "Sender of the mails."),
            setting("mail.to", &Settings::mail_to, Texts{},
                "Who gets them."),
            setting("mail.language", &Settings::mail_language, Choice<std::string>{{{"ja", "ja"}, {"en", "en"}}},
                "Language of the mails."),
            setting("mail.gather", &Settings::mail_gather, Duration{0s, 1h},
                "What happens within this time becomes one mail."),

            setting("directory.security", &Settings::directory_security,
                Choice<DirectorySecurity>{{{"off", DirectorySecurity::off}, {"ldaps", DirectorySecurity::ldaps},
                    {"starttls", DirectorySecurity::starttls}}},
                "How the directory that people sign in with is reached; both insist on a verified connection. \"off\": there is none."),
            setting("directory.kind", &Settings::directory_kind,
                Choice<DirectoryKind>{{{"active_directory", DirectoryKind::active_directory}, {"ldap", DirectoryKind::ldap}}},
                "\"ldap\" is OpenLDAP and others that know people by uid."),
            setting("directory.hosts", &Settings::directory_hosts, Texts{.count_max = 8},
                "Names of its servers, as their certificates have them; the next one is asked when one does not answer."),
            setting("directory.port", &Settings::directory_port, Whole{1, 65535},
                "Their port: 636 with \"ldaps\", 389 with \"starttls\"."),
            setting("directory.ca", &Settings::directory_ca, Path{.may_be_empty = true},
                "Certificate of the CA that signed theirs, PEM; no other is trusted."),
            setting("directory.user", &Settings::directory_user, Text{},
                "Who may search there for accounts and groups: a distinguished name, in Active Directory also name@domain."),
            setting("directory.password_file", &Settings::directory_password_file, Path{.may_be_empty = true},
                "File with that password, readable by the collector only."),
            setting("directory.base", &Settings::directory_base, Text{},
                "Below this distinguished name are the accounts."),
            setting("directory.filter", &Settings::directory_filter,
                Text{.bytes_max = 500, .condition = &is_directory_filter, .condition_words = "a filter with {user}"},
                "How an account is found. Empty: by sAMAccountName or userPrincipalName, or by uid."),
            setting("directory.name_attribute", &Settings::directory_name_attribute,
                Text{.bytes_max = 64, .condition = &is_directory_attribute, .condition_words = "a name of an attribute"},
                "What is the name of a person here. Empty: sAMAccountName, or uid."),
            setting("directory.id_attribute", &Settings::directory_id_attribute,
                Text{.bytes_max = 64, .condition = &is_directory_attribute, .condition_words = "a name of an attribute"},
                "What stays when an account is renamed. Empty: objectGUID, or entryUUID."),
            setting("directory.nested_groups", &Settings::directory_nested_groups, Flag{},
                "Whether groups in groups count; that costs the directory more."),
            setting("directory.roles", &Settings::directory_roles,
                Texts{.count_max = 64, .each = Text{.bytes_min = 1, .bytes_max = 500, .condition = &is_directory_role,
                    .condition_words = "\"ROLE: GROUP\" or \"ROLE of SITE SITE: GROUP\""}},
                "Which group gives which role, the first that fits: \"operator: CN=it,OU=Groups,DC=example\". Who is in none does not get in."),
            setting("directory.answer_within", &Settings::directory_answer_within, Duration{1s, 8s},
                "How long each answer may take."),
            setting("directory.recheck", &Settings::directory_recheck, Duration{1min, 1h},
                "How often it is asked about those who are signed in: who is disabled there is signed out."),
            setting("directory.kept_without", &Settings::directory_kept_without, Duration{5min, 24h * 7},
                "How long they stay signed in when it does not answer."),

            setting("log.level", &Settings::log_level,
                Choice<log::Level>{{{"debug", log::Level::debug}, {"info", log::Level::info},
                    {"warn", log::Level::warn}, {"error", log::Level::error}}},
                "How much is written to the log."),
            setting("log.file", &Settings::log_file, Path{.may_be_empty = true},
                "Log file; empty: standard error, which systemd keeps."),
        },
        relations};
    // clang-format on
    return table;
}

} // namespace mimamori::collector::app
