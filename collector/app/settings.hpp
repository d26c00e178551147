#pragma once

#include "common/log/log.hpp"
#include "common/settings/table.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace mimamori::collector::app {

/// How mail is sent; there is nothing in between, and certificates are always verified.
enum class MailSecurity
{
    off,      ///< No mail.
    none,     ///< Plain SMTP to a server of the same closed network; no user name is sent.
    starttls, ///< Plain at first, then TLS or nothing.
    tls       ///< TLS from the first byte (port 465).
};

/// How the directory that knows the people is asked; certificates are always verified.
enum class DirectorySecurity
{
    off, ///< There is none: everybody who may sign in is made here.
    ldaps,
    starttls
};

enum class DirectoryKind
{
    active_directory,
    ldap
};

/// The collector's settings; what each means stands in its table (settings.cpp), which also makes
/// conf/collector.toml and `--help`.
struct Settings
{
    std::string hospital;
    std::chrono::minutes utc_offset{9 * 60};

    std::filesystem::path folder{"/var/lib/mimamori/collector"};
    std::chrono::hours events_kept{24 * 400};
    std::chrono::hours history_kept{24 * 400};
    std::chrono::hours names_kept{24 * 180};

    std::string
        site_key; ///< Whose signed knowledge is taken besides the publisher's; may be empty.

    std::string agents_address{"0.0.0.0"};
    std::uint16_t agents_port{8444};
    std::vector<std::string> agents_names;
    std::chrono::seconds heartbeat{60};
    std::chrono::seconds inventory{15 * 60};
    std::uint32_t connections_max{20'000};
    bool command_lines{false};

    std::string web_address{"0.0.0.0"};
    std::uint16_t web_port{8443};
    std::vector<std::string> web_names;
    std::filesystem::path web_certificate;
    std::filesystem::path web_key;

    std::uint16_t metrics_port{8445};

    MailSecurity mail_security{MailSecurity::off};
    std::string mail_host;
    std::uint16_t mail_port{25};
    std::filesystem::path mail_ca;
    std::string mail_user;
    std::filesystem::path mail_password_file;
    std::string mail_from;
    std::vector<std::string> mail_to;
    std::string mail_language{"ja"};
    std::chrono::seconds mail_gather{30};

    DirectorySecurity directory_security{DirectorySecurity::off};
    DirectoryKind directory_kind{DirectoryKind::active_directory};
    std::vector<std::string> directory_hosts;
    std::uint16_t directory_port{636};
    std::filesystem::path directory_ca;
    std::string directory_user;
    std::filesystem::path directory_password_file;
    std::string directory_base;
    std::string directory_filter;
    std::string directory_name_attribute;
    std::string directory_id_attribute;
    bool directory_nested_groups{false};
    std::vector<std::string> directory_roles;
    std::chrono::seconds directory_answer_within{5};
    std::chrono::minutes directory_recheck{5};
    std::chrono::minutes directory_kept_without{12 * 60};

    log::Level log_level{log::Level::info};
    std::filesystem::path log_file;
};

/// The one declaration of the collector's settings.
const settings::Table<Settings>& settings_table();

/// Where things lie in the data folder.
struct Folder
{
    explicit Folder(const Settings& settings)
        : root{settings.folder}
    {}

    std::filesystem::path database() const { return root / "collector.db"; }

    std::filesystem::path authority() const { return root / "ca"; }

    std::filesystem::path web_certificate() const { return root / "web"; }

    std::filesystem::path knowledge() const { return root / "knowledge"; }

    std::filesystem::path audit_key() const { return root / "audit-key.pem"; }

    std::filesystem::path alert_secrets() const { return root / "alert-secrets"; }

    std::filesystem::path socket() const { return root / "admin.sock"; }

    std::filesystem::path root;
};

} // namespace mimamori::collector::app
