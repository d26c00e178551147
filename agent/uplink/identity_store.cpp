#include "agent/uplink/identity_store.hpp"

#include "common/log/log.hpp"
#include "common/platform/file.hpp"
#include "common/platform/names.hpp"
#include "common/platform/private_folder.hpp"
#include "common/platform/sealed.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/json_writer.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace mimamori::agent::uplink {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t file_size_max_bytes = 256U * 1024;

/// identity.json
struct IdentityFile
{
    AgentId agent_id;
    std::string certificate_pem;
    std::string roots_pem;
};
BOOST_DESCRIBE_STRUCT(IdentityFile, (), (agent_id, certificate_pem, roots_pem))

/// time.json
struct TimeFile
{
    Timestamp collector_time{};
    Timestamp server_began{};
};
BOOST_DESCRIBE_STRUCT(TimeFile, (), (collector_time, server_began))

/// Nothing when there is no such file.
Result<std::optional<std::string>> read_if_there(const fs::path& path)
{
    auto content = platform::read_file(path, file_size_max_bytes);
    if (!content && content.error().code == Errc::not_found)
        return std::optional<std::string>{};
    if (!content)
        return std::move(content).error();
    return std::optional{std::move(*content)};
}

Result<tls::PrivateKey> opened(std::string_view sealed)
{
    const auto pem = platform::unseal(sealed);
    if (!pem)
        return pem.error();
    return tls::PrivateKey::from_pem(*pem);
}

Result<EnrolledIdentity> read_identity(const std::string& text, tls::PrivateKey key)
{
    const auto file = wire::from_json<IdentityFile>(text);
    if (!file)
        return file.error();
    auto certificate = tls::Certificate::from_pem(file->certificate_pem);
    if (!certificate)
        return std::move(certificate).error().in("certificate");
    auto roots = tls::Certificate::all_from_pem(file->roots_pem);
    if (!roots)
        return std::move(roots).error().in("roots");
    const tls::CertificateInfo info = certificate->info();
    if (info.key_fingerprint != key.public_key().fingerprint())
        return Error{Errc::invalid_input, "the certificate is not for this device's key"};
    if (info.common_name != file->agent_id.text() || file->agent_id.empty())
        return Error{Errc::invalid_input, "the certificate is for another agent"};
    return EnrolledIdentity{
        file->agent_id, std::move(key), std::move(*certificate), std::move(*roots)};
}

} // namespace

IdentityStore::IdentityStore(fs::path folder)
    : folder_{std::move(folder)}
{}

Result<IdentityStore> IdentityStore::open(fs::path folder)
{
    if (auto made = platform::make_private_folder(folder); !made)
        return std::move(made).error();
    return IdentityStore{std::move(folder)};
}

void IdentityStore::set_aside(const std::string& name, const std::string& why) const
{
    const auto done = platform::rename_file(folder_ / name, folder_ / (name + ".damaged"));
    log::error(
        "{} is damaged: {}; {}", (folder_ / name).string(), why,
        done ? "set aside" : "it could not be set aside: " + done.error().message);
}

Result<tls::PrivateKey> IdentityStore::key()
{
    const std::string name = platform::sealed_name("key.pem");
    const auto sealed = read_if_there(folder_ / name);
    if (!sealed)
        return sealed.error();
    if (*sealed)
    {
        auto key = opened(**sealed);
        if (key)
            return key;
        set_aside(name, key.error().message);
    }
    auto made = tls::PrivateKey::generate();
    if (!made)
        return made;
    auto to_keep = platform::seal(made->to_pem());
    if (!to_keep)
        return std::move(to_keep).error().in("keep the key");
    if (auto kept =
            platform::replace_file(folder_ / name, *to_keep, platform::FileAccess::owner_only);
        !kept)
        return std::move(kept).error().in("keep the key");
    log::info("identity: made a new key pair");
    return made;
}

Result<std::optional<EnrolledIdentity>> IdentityStore::load(const tls::Sha256& root_fingerprint)
{
    const auto text = read_if_there(folder_ / "identity.json");
    if (!text)
        return text.error();
    if (!*text)
        return std::optional<EnrolledIdentity>{};
    auto own_key = key();
    if (!own_key)
        return std::move(own_key).error();
    auto identity = read_identity(**text, std::move(*own_key));
    if (!identity)
    {
        set_aside("identity.json", identity.error().message);
        return std::optional<EnrolledIdentity>{};
    }
    const bool is_of_site =
        std::any_of(identity->roots.begin(), identity->roots.end(), [&](const auto& root) {
            return root.fingerprint() == root_fingerprint;
        });
    if (!is_of_site)
    {
        log::warn("identity: enrolled at a site with another ca_fingerprint; enrolling anew");
        return std::optional<EnrolledIdentity>{};
    }
    return std::optional{std::move(*identity)};
}

Result<void> IdentityStore::save(const EnrolledIdentity& identity)
{
    IdentityFile file;
    file.agent_id = identity.agent;
    file.certificate_pem = identity.certificate.to_pem();
    for (const tls::Certificate& root : identity.roots)
        file.roots_pem += root.to_pem();
    return platform::replace_file(
        folder_ / "identity.json", wire::to_json(file), platform::FileAccess::owner_only);
}

Result<void> IdentityStore::forget()
{
    // The certificate first: without it the key is worth nothing.
    const std::string key = platform::sealed_name("key.pem");
    for (const std::string& name :
         {std::string{"identity.json"}, std::string{"enrolment.json"}, key})
    {
        if (auto done = platform::remove_file(folder_ / name); !done)
            return done;
    }
    return {};
}

Result<void> IdentityStore::make_way_for_ticket()
{
    const auto given = ticket();
    if (!given)
        return given.error();
    const auto state = load_state();
    if (!*given || !state || state->state != "refused")
        return {};
    log::info("identity: the collector has refused this device and there is a ticket: a new key");
    return forget();
}

std::optional<Heard> IdentityStore::load_time()
{
    const auto text = read_if_there(folder_ / "time.json");
    if (text && *text)
    {
        const auto file = wire::from_json<TimeFile>(**text);
        if (file)
            return Heard{file->collector_time, file->server_began};
        set_aside("time.json", file.error().message);
    }
    const auto identity = read_if_there(folder_ / "identity.json");
    if (!identity || !*identity)
        return std::nullopt;
    const auto file = wire::from_json<IdentityFile>(**identity);
    const auto certificate = file ? tls::Certificate::from_pem(file->certificate_pem)
                                  : Result<tls::Certificate>{file.error()};
    if (!certificate)
        return std::nullopt;
    return Heard{certificate->info().not_before, Timestamp{}};
}

Result<void> IdentityStore::save_time(const Heard& heard)
{
    const TimeFile file{heard.time, heard.server_began};
    return platform::replace_file(
        folder_ / "time.json", wire::to_json(file), platform::FileAccess::owner_only);
}

Result<std::optional<std::string>> IdentityStore::ticket() const
{
    return read_if_there(folder_ / "ticket");
}

Result<void> IdentityStore::keep_ticket(const std::string& text)
{
    return platform::replace_file(folder_ / "ticket", text, platform::FileAccess::owner_only);
}

Result<void> IdentityStore::erase_ticket()
{
    return platform::remove_file(folder_ / "ticket");
}

std::optional<EnrolmentState> IdentityStore::load_state() const
{
    const auto text = read_if_there(folder_ / "enrolment.json");
    if (!text || !*text)
        return std::nullopt;
    auto state = wire::from_json<EnrolmentState>(**text);
    if (!state)
        return std::nullopt;
    return std::move(*state);
}

Result<void> IdentityStore::save_state(const EnrolmentState& state)
{
    return platform::replace_file(
        folder_ / "enrolment.json", wire::to_json(state), platform::FileAccess::owner_only);
}

} // namespace mimamori::agent::uplink
