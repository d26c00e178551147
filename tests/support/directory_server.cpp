#include "tests/support/directory_server.hpp"

#include "common/async/asio.hpp"
#include "common/tls/certificate.hpp"
#include "tests/support/wait_until.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <signal.h>
#include <stdexcept>

namespace mimamori::tests {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using collector::directory::DirectorySettings;
using collector::directory::Security;
using namespace std::chrono_literals;

constexpr const char* suffix = "dc=sakura,dc=example";
constexpr const char* service = "cn=mimamori,dc=sakura,dc=example";
constexpr const char* service_password = "service secret";
constexpr const char* admin_password = "admin secret";

/// What Active Directory knows beyond the standard, as far as it is asked for.
constexpr const char* windows_schema = R"conf(
attributetype ( 1.2.840.113556.1.4.221 NAME 'sAMAccountName'
  EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.656 NAME 'userPrincipalName'
  EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.8 NAME 'userAccountControl'
  EQUALITY integerMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.159 NAME 'accountExpires'
  EQUALITY integerMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.2 NAME 'objectGUID'
  EQUALITY octetStringMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 SINGLE-VALUE )
attributetype ( 1.2.840.113556.1.4.782 NAME 'objectCategory'
  EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
objectclass ( 1.2.840.113556.1.5.9 NAME 'user' SUP top AUXILIARY
  MAY ( sAMAccountName $ userPrincipalName $ userAccountControl $ accountExpires
    $ objectGUID $ objectCategory ) )
)conf";

std::uint16_t free_port()
{
    asio::io_context io;
    const tcp::acceptor acceptor{io, tcp::endpoint{asio::ip::address_v4::loopback(), 0}};
    return acceptor.local_endpoint().port();
}

bool answers(std::uint16_t port)
{
    asio::io_context io;
    tcp::socket socket{io};
    boost::system::error_code ec;
    socket.connect({asio::ip::address_v4::loopback(), port}, ec);
    return !ec;
}

void write(const std::filesystem::path& file, const std::string& text)
{
    std::ofstream{file} << text;
    std::filesystem::permissions(file, std::filesystem::perms{0600});
}

void run(const std::vector<std::string>& command)
{
    const ProgramOutput done = run_program(command);
    if (done.exit_code != 0)
        throw std::runtime_error{command.front() + ": " + done.text};
}

std::string person(const std::string& user, const std::string& uid)
{
    return fmt::format(
        "dn: {}\nobjectClass: inetOrgPerson\nobjectClass: user\nuid: {}\ncn: {}\nsn: {}\n"
        "userPassword: correct horse\nsAMAccountName: {}\nuserPrincipalName: {}@sakura.example\n"
        "userAccountControl: 512\nobjectCategory: person\nobjectGUID:: {}\n\n",
        DirectoryServer::dn_of(user), uid, user, user, uid, user,
        // Sixteen bytes that filters cannot hold as they are.
        std::string{"KCkqXAAAAQIDBAUGBwgJ"}
            + (user == "sato"   ? "Cg=="
               : user == "mori" ? "Cw=="
                                : "DA=="));
}

std::string seed()
{
    return fmt::format(
               "dn: {0}\nobjectClass: dcObject\nobjectClass: organization\no: Sakura\ndc: "
               "sakura\n\n"
               "dn: ou=people,{0}\nobjectClass: organizationalUnit\nou: people\n\n"
               "dn: ou=groups,{0}\nobjectClass: organizationalUnit\nou: groups\n\n"
               "dn: {1}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\n"
               "cn: mimamori\nuserPassword: {2}\n\n",
               suffix, service, service_password)
           + person("sato", "sato") + person("suzuki", "Suzuki") + person("mori", "mori")
           + fmt::format(
               "dn: {}\nobjectClass: groupOfNames\ncn: it\nmember: {}\nmember: {}\n\n"
               "dn: {}\nobjectClass: groupOfNames\ncn: chiefs\nmember: {}\n\n"
               "dn: {}\nobjectClass: posixGroup\ncn: ward\ngidNumber: 700\nmemberUid: Suzuki\n\n",
               DirectoryServer::group_dn("it"), service, DirectoryServer::dn_of("sato"),
               DirectoryServer::group_dn("chiefs"), service, DirectoryServer::group_dn("ward"));
}

} // namespace

DirectoryServer::DirectoryServer(Tls tls)
    : ca_file_{(folder_.path() / "root.pem").string()}
    , plain_port_{free_port()}
    , tls_port_{free_port()}
{
    make_certificates();
    write(folder_.path() / "password", service_password);
    write_settings(tls);
    std::filesystem::create_directory(folder_.path() / "db");
    write(folder_.path() / "seed.ldif", seed());
    run(
        {"/usr/sbin/slapadd", "-f", (folder_.path() / "slapd.conf").string(), "-l",
         (folder_.path() / "seed.ldif").string()});
    start();
}

DirectoryServer::~DirectoryServer()
{
    // One that hangs hears nothing else; the database goes with the folder.
    process_->kill();
}

void DirectoryServer::make_certificates()
{
    const auto now =
        std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    const tls::Validity validity{now - 24h, now + 24h * 30};
    const auto root_key = tls::PrivateKey::generate().value();
    const auto root = tls::make_root(root_key, "Directory root", validity).value();
    const auto ca_key = tls::PrivateKey::generate().value();
    const auto ca = tls::issue_ca(
                        {root, root_key}, ca_key.public_key(), "Directory CA",
                        tls::CaPurpose::servers, validity)
                        .value();
    const auto key = tls::PrivateKey::generate().value();
    const auto leaf =
        tls::issue_server({ca, ca_key}, key.public_key(), {{}, {"127.0.0.1"}}, validity).value();
    const auto foreign_key = tls::PrivateKey::generate().value();
    write(ca_file_, root.to_pem());
    write(folder_.path() / "chain.pem", ca.to_pem() + root.to_pem());
    write(folder_.path() / "leaf.pem", leaf.to_pem());
    write(folder_.path() / "key.pem", key.to_pem());
    write(foreign_ca_file(), tls::make_root(foreign_key, "Foreign", validity).value().to_pem());
}

void DirectoryServer::write_settings(Tls tls) const
{
    const std::string place = folder_.path().string();
    std::string text;
    for (const char* schema : {"core", "cosine", "inetorgperson", "nis"})
        text += fmt::format("include /etc/ldap/schema/{}.schema\n", schema);
    text += windows_schema;
    text += "modulepath /usr/lib/ldap\nmoduleload back_mdb\nloglevel 256\n";
    if (tls == Tls::offered)
        text += fmt::format(
            "TLSCACertificateFile {0}/chain.pem\nTLSCertificateFile {0}/leaf.pem\n"
            "TLSCertificateKeyFile {0}/key.pem\n",
            place);
    // Where it sends whoever asks for what it does not have.
    text += "referral ldap://192.0.2.1/\n";
    text += fmt::format(
        "database mdb\nsuffix \"{0}\"\nrootdn \"cn=admin,{0}\"\nrootpw \"{1}\"\n"
        "directory {2}/db\nmaxsize 10485760\n"
        "access to attrs=userPassword by anonymous auth by * none\n"
        "access to * by dn.exact=\"{3}\" read by * none\n",
        suffix, admin_password, place, service);
    write(folder_.path() / "slapd.conf", text);
}

DirectorySettings DirectoryServer::settings(Security security) const
{
    DirectorySettings settings;
    settings.kind = collector::directory::Kind::ldap;
    settings.security = security;
    settings.hosts = {"127.0.0.1"};
    settings.port = security == Security::ldaps ? tls_port_ : plain_port_;
    settings.ca_file = ca_file_;
    settings.user = service;
    settings.password = service_password;
    settings.base = fmt::format("ou=people,{}", suffix);
    settings.roles = {
        {"administrator", {SiteId{"root"}}, group_dn("chiefs")},
        {"operator", {SiteId{"root"}}, group_dn("it")},
        {"department", {SiteId{"root"}}, group_dn("ward")}};
    settings.step_max = 2s;
    return settings;
}

void DirectoryServer::change(const std::string& ldif) const
{
    const auto file = folder_.path() / "change.ldif";
    write(file, ldif);
    run(
        {"ldapmodify", "-x", "-H", fmt::format("ldap://127.0.0.1:{}", plain_port_), "-D",
         fmt::format("cn=admin,{}", suffix), "-w", admin_password, "-f", file.string()});
}

void DirectoryServer::add_to_group(const std::string& group, const std::string& user) const
{
    change(fmt::format(
        "dn: {}\nchangetype: modify\nadd: member\nmember: {}\n", group_dn(group), dn_of(user)));
}

void DirectoryServer::remove_from_group(const std::string& group, const std::string& user) const
{
    change(fmt::format(
        "dn: {}\nchangetype: modify\ndelete: member\nmember: {}\n", group_dn(group), dn_of(user)));
}

void DirectoryServer::set(
    const std::string& user, const std::string& attribute, const std::string& value) const
{
    change(fmt::format(
        "dn: {}\nchangetype: modify\nreplace: {}\n{}", dn_of(user), attribute,
        value.empty() ? "" : fmt::format("{}: {}\n", attribute, value)));
}

void DirectoryServer::start()
{
    const std::string ports =
        fmt::format("ldap://127.0.0.1:{}/ ldaps://127.0.0.1:{}/", plain_port_, tls_port_);
    process_ = std::make_unique<ChildProcess>(
        std::vector<std::string>{
            "/usr/sbin/slapd", "-d", "256", "-h", ports, "-f",
            (folder_.path() / "slapd.conf").string()},
        folder_.path() / "slapd.log");
    wait_until("slapd", [&] { return answers(plain_port_) && answers(tls_port_); });
}

void DirectoryServer::stop()
{
    process_->stop();
}

void DirectoryServer::hang()
{
    if (::kill(process_->pid(), SIGSTOP) != 0)
        throw std::runtime_error{"slapd cannot be stopped"};
}

std::string DirectoryServer::log() const
{
    return text_of(folder_.path() / "slapd.log");
}

std::string DirectoryServer::dn_of(const std::string& user)
{
    return fmt::format("cn={},ou=people,{}", user, suffix);
}

std::string DirectoryServer::group_dn(const std::string& group)
{
    return fmt::format("cn={},ou=groups,{}", group, suffix);
}

} // namespace mimamori::tests
