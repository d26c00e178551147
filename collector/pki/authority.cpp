#include "collector/pki/authority.hpp"

#include "common/log/log.hpp"
#include "common/platform/file.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace mimamori::collector::pki {
namespace {

constexpr std::string_view agent_port_file = "agent_port.pem";

bool is_two_thirds_over(const tls::CertificateInfo& info, Timestamp now)
{
    return now >= info.not_before + (info.not_after - info.not_before) * 2 / 3;
}

/// When the newest certificate of the agents' port began; nothing before the first.
std::optional<Timestamp> last_begin(const std::filesystem::path& file)
{
    const auto pem = platform::read_file(file, tls::pem_size_max_bytes);
    if (!pem)
        return std::nullopt;
    const auto certificate = tls::Certificate::from_pem(*pem);
    if (!certificate)
    {
        log::warn("{} is damaged: {}", file.string(), certificate.error().message);
        return std::nullopt;
    }
    return certificate->info().not_before;
}

Error no_ca_in_force(std::string_view which)
{
    return Error{
        Errc::unavailable,
        "no " + std::string{which} + " CA with its key is in force; is the clock right?"};
}

/// The newest of a family is the one that has to last.
void add_newest(
    std::vector<Expiry>& expiries,
    Expiry::What what,
    const std::vector<CaGeneration>& generations,
    bool renews_itself)
{
    const tls::CertificateInfo info = generations.back().certificate.info();
    expiries.push_back({what, info.common_name, info.not_after, renews_itself});
}

} // namespace

Authority::Authority(AuthorityOptions options)
    : options_{std::move(options)}
{}

Result<std::unique_ptr<Authority>> Authority::open(AuthorityOptions options, Timestamp now)
{
    std::unique_ptr<Authority> authority{new Authority{std::move(options)}};
    if (auto loaded = authority->reload(now); !loaded)
        return std::move(loaded).error();
    const Maintained maintained = authority->maintain(now);
    if (!maintained.problem.empty())
        log::warn("certificates: {}", maintained.problem);
    return authority;
}

Result<void> Authority::reload(Timestamp now)
{
    auto cas = load_ca_folder(options_.folder);
    if (!cas)
        return std::move(cas).error();
    if (signing_agents_ca(*cas, now) == nullptr)
        return no_ca_in_force("agents'");
    auto agent_port = make_agent_port(*cas, now);
    if (!agent_port)
        return std::move(agent_port).error().in("certificate of the agent port");
    auto state = std::make_shared<const State>(State{std::move(*cas), std::move(*agent_port)});
    const std::lock_guard lock{mutex_};
    state_ = std::move(state);
    return {};
}

Result<tls::Identity> Authority::make_agent_port(const CaFolder& cas, Timestamp now) const
{
    const CaGeneration* const issuing = signing_servers_ca(cas, now);
    if (issuing == nullptr)
        return no_ca_in_force("servers'");
    auto key = tls::PrivateKey::generate();
    if (!key)
        return std::move(key).error();
    const std::filesystem::path file = options_.folder / agent_port_file;
    const Timestamp begin = std::max(now, last_begin(file).value_or(now));
    auto leaf = tls::issue_server(
        {issuing->certificate, *issuing->key}, key->public_key(), options_.agent_port_names,
        {begin, begin + options_.server_lifetime});
    if (!leaf)
        return std::move(leaf).error();
    if (auto kept = platform::replace_file(file, leaf->to_pem()); !kept)
        return std::move(kept).error();
    const CaGeneration* const root = root_of(cas, issuing->certificate);
    return tls::Identity{
        std::move(*key), {std::move(*leaf), issuing->certificate, root->certificate}};
}

std::shared_ptr<const Authority::State> Authority::state() const
{
    const std::lock_guard lock{mutex_};
    return state_;
}

Result<IssuedCertificate> Authority::issue_agent(
    const tls::PublicKey& key, const AgentId& agent, Timestamp now) const
{
    const auto state = this->state();
    const CaFolder& cas = state->cas;
    const CaGeneration* const issuing = signing_agents_ca(cas, now);
    const CaGeneration* const servers = signing_servers_ca(cas, now);
    if (issuing == nullptr || servers == nullptr)
        return no_ca_in_force(issuing == nullptr ? "agents'" : "servers'");
    auto certificate = tls::issue_agent(
        {issuing->certificate, *issuing->key}, key, agent.text(),
        {now, now + options_.agent_lifetime});
    if (!certificate)
        return std::move(certificate).error().in("sign agent " + agent.text());

    IssuedCertificate issued{std::move(*certificate), issuing->certificate.to_pem(), {}};
    const CaGeneration* const in_use = root_of(cas, servers->certificate);
    issued.chain_pem += in_use->certificate.to_pem();
    for (const CaGeneration& root : cas.roots)
    {
        if (&root != in_use && now < root.certificate.info().not_after)
            issued.chain_pem += root.certificate.to_pem();
    }
    issued.servers_ca_pem = servers->certificate.to_pem();
    return issued;
}

Result<tls::Context> Authority::agent_port_context(tls::TimeSource now, tls::LeafCheck check) const
{
    const auto state = this->state();
    tls::AgentPortOptions options{
        .identity = state->agent_port,
        .roots = {},
        .agents_issuers = {},
        .now = std::move(now),
        .check = std::move(check)};
    for (const CaGeneration& root : state->cas.roots)
        options.roots.push_back(root.certificate);
    for (const CaGeneration& issuing : state->cas.agents)
        options.agents_issuers.push_back(issuing.certificate);
    return tls::Context::agent_port(std::move(options));
}

Maintained Authority::maintain(Timestamp now)
{
    Maintained maintained;
    const auto before = state();
    bool reload_due = is_two_thirds_over(before->agent_port.chain.front().info(), now);
    if (is_issuing_renewal_due(before->cas, now))
    {
        if (auto renewed = renew_issuing_cas(options_.folder, now); renewed)
        {
            log::info("certificates: began the next generation of the issuing CAs");
            reload_due = true;
        }
        else
        {
            maintained.problem = "the issuing CAs must be renewed with the root's key: "
                                 + std::move(renewed).error().message;
        }
    }
    if (!reload_due)
        return maintained;
    if (auto reloaded = reload(now); !reloaded)
    {
        maintained.problem = std::move(reloaded).error().message;
        return maintained;
    }
    maintained.agent_port_changed = true;
    return maintained;
}

tls::Sha256 Authority::root_fingerprint(Timestamp now) const
{
    const auto state = this->state();
    const CaGeneration* const servers = signing_servers_ca(state->cas, now);
    const CaGeneration* const root =
        servers != nullptr ? root_of(state->cas, servers->certificate) : &state->cas.roots.front();
    return root->certificate.fingerprint();
}

std::vector<Expiry> Authority::expiries() const
{
    const auto state = this->state();
    const bool has_root_key = state->cas.roots.back().key.has_value();
    std::vector<Expiry> expiries;
    add_newest(expiries, Expiry::What::root, state->cas.roots, false);
    add_newest(expiries, Expiry::What::agents_ca, state->cas.agents, has_root_key);
    add_newest(expiries, Expiry::What::servers_ca, state->cas.servers, has_root_key);
    const tls::CertificateInfo leaf = state->agent_port.chain.front().info();
    expiries.push_back({Expiry::What::agent_port, leaf.common_name, leaf.not_after, true});
    return expiries;
}

} // namespace mimamori::collector::pki
