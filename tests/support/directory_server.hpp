#pragma once

#include "collector/directory/directory_settings.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/temp_folder.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace mimamori::tests {

/// A real OpenLDAP server (slapd) on 127.0.0.1 with the people and groups of a small hospital. Its
/// certificate is made for 127.0.0.1 and holds for today.
///
/// People: sato (group it), suzuki (group ward; her uid is written "Suzuki"), mori (no group), all
/// with the password "correct horse". Group it is a groupOfNames, ward a posixGroup.
class DirectoryServer
{
public:
    enum class Tls
    {
        offered,
        none
    };

    explicit DirectoryServer(Tls tls = Tls::offered);

    ~DirectoryServer();

    DirectoryServer(const DirectoryServer&) = delete;
    DirectoryServer& operator=(const DirectoryServer&) = delete;

    /// How the collector asks it.
    collector::directory::DirectorySettings settings(
        collector::directory::Security security = collector::directory::Security::ldaps) const;

    /// The file of another CA, which has not signed its certificate.
    std::string foreign_ca_file() const { return (folder_.path() / "foreign.pem").string(); }

    /// Applies changes as an administrator: lines of LDIF with `changetype`.
    void change(const std::string& ldif) const;

    /// Adds somebody to a group, or removes them; the group is a groupOfNames.
    void add_to_group(const std::string& group, const std::string& user) const;
    void remove_from_group(const std::string& group, const std::string& user) const;

    /// Sets or removes (empty) an attribute that Active Directory has.
    void set(const std::string& user, const std::string& attribute, const std::string& value) const;

    void stop();
    void start();

    /// From now on it takes connections and says nothing.
    void hang();

    /// What it was asked, as it logs it.
    std::string log() const;

    static std::string dn_of(const std::string& user);
    static std::string group_dn(const std::string& group);

    std::uint16_t plain_port() const { return plain_port_; }

    std::uint16_t tls_port() const { return tls_port_; }

    const std::string& ca_file() const { return ca_file_; }

    std::string password_file() const { return (folder_.path() / "password").string(); }

private:
    void make_certificates();
    void write_settings(Tls tls) const;

    TempFolder folder_;
    std::string ca_file_;
    std::uint16_t plain_port_{0};
    std::uint16_t tls_port_{0};
    std::unique_ptr<ChildProcess> process_;
};

} // namespace mimamori::tests
