#pragma once

#include "collector/findings/texts.hpp"
#include "common/base/result.hpp"

#include <boost/describe/enum.hpp>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::collector::notify {

/// How the connection to the mail server is protected. There is no "if the server can".
enum class MailSecurity
{
    starttls, ///< Plain at first, then TLS or nothing.
    tls,      ///< TLS from the first byte (port 465).
    none      ///< No TLS and no password: for a server on the same machine or a network of its own.
};
BOOST_DESCRIBE_ENUM(MailSecurity, starttls, tls, none)

/// Where mail goes, and how.
struct MailSettings
{
    std::string host; ///< Empty: no mail is sent.
    std::uint16_t port{587};
    MailSecurity security{MailSecurity::starttls};
    std::string ca_file; ///< PEM; empty: as `ca_pem` says.
    std::string ca_pem;  ///< PEM itself; empty: what the system trusts.
    std::string user;
    std::string password;
    std::string secret;          ///< Name of the password in the folder of secrets; or empty.
    std::string from;            ///< Address.
    std::vector<std::string> to; ///< Addresses; each gets a mail of its own.
    findings::Language language{findings::Language::ja};
    std::string site_name;   ///< Of the hospital, for the text; may be empty.
    std::string web_address; ///< Where to read on; may be empty.
    std::chrono::minutes utc_offset{0};

    std::chrono::seconds gather{30}; ///< What comes within this time is one mail.

    /// How long it is waited whether a silent device is one of many.
    std::chrono::milliseconds gather_silence{0};

    std::chrono::seconds time_limit{60};    ///< For one attempt, all of it.
    std::chrono::seconds webhook_limit{30}; ///< The same of a webhook.
    std::chrono::seconds retry_first{60};
    std::chrono::seconds retry_longest{900};
    std::chrono::hours give_up_after{72};
};

/// Whether mail is to be sent at all.
bool is_configured(const MailSettings& settings);

/// Errors: invalid_input, naming the first setting that cannot be: an address that is none, a
/// password without TLS, nobody to send to.
Result<void> check(const MailSettings& settings);

/// The same without "mail." before the name.
Result<void> check_members(const MailSettings& settings);

/// Whether `text` is an address that we send to or from: local@domain, printable ASCII without
/// blanks, quotes, angle brackets, at most 254 characters.
bool is_address(std::string_view text);

} // namespace mimamori::collector::notify
