#include "common/base/utf8.hpp"
#include "common/tls/context_state.hpp"

#include <openssl/err.h>

#include <algorithm>
#include <exception>

namespace mimamori::tls {
namespace {

using StackOwner = Owned<STACK_OF(X509), [](STACK_OF(X509) * stack) { sk_X509_free(stack); }>;

std::time_t seconds_of(Timestamp moment)
{
    return static_cast<std::time_t>(
        std::chrono::floor<std::chrono::seconds>(moment).time_since_epoch().count());
}

Certificate certificate_at(const STACK_OF(X509) * chain, int index)
{
    X509* const certificate = sk_X509_value(chain, index);
    X509_up_ref(certificate);
    return Certificate{std::shared_ptr<X509>{certificate, X509_free}};
}

Verification& verification_of(X509_STORE_CTX* store)
{
    const auto* const ssl = static_cast<const SSL*>(
        X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
    return *static_cast<Verification*>(SSL_get_ex_data(ssl, verification_index()));
}

/// OpenSSL asks this about each doubt. One is forgiven for now, an agent's own certificate that has
/// expired; how long ago is judged when the chain has proven good.
int forgive_expired_leaf(int good, X509_STORE_CTX* store)
{
    const bool expired_leaf = good == 0
                              && X509_STORE_CTX_get_error(store) == X509_V_ERR_CERT_HAS_EXPIRED
                              && X509_STORE_CTX_get_error_depth(store) == 0;
    if (!expired_leaf)
        return good;
    verification_of(store).expired = true;
    X509_STORE_CTX_set_error(store, X509_V_OK);
    return 1;
}

/// The client's time is that of the newest authenticated word of the collector, so it is never
/// ahead of the true time. A certificate that seems to begin in the future only proves that this
/// device has not heard from the collector for a while.
int forgive_later_begin(int good, X509_STORE_CTX* store)
{
    const bool begins_later =
        good == 0 && X509_STORE_CTX_get_error(store) == X509_V_ERR_CERT_NOT_YET_VALID;
    if (!begins_later)
        return good;
    X509_STORE_CTX_set_error(store, X509_V_OK);
    return 1;
}

/// Refuses with the alert that belongs to `error`, a X509_V_ERR_... value.
int refuse(X509_STORE_CTX* store, int error, std::string reason)
{
    verification_of(store).refusal = std::move(reason);
    X509_STORE_CTX_set_error(store, error);
    return 0;
}

std::string describe(const CertificateInfo& leaf)
{
    return "certificate of \"" + leaf.common_name + "\": ";
}

/// What the other side showed; it may be anybody's, so it is made fit for a log line.
std::string describe_presented(X509_STORE_CTX* store)
{
    X509* const shown = X509_STORE_CTX_get0_cert(store);
    X509_up_ref(shown);
    const CertificateInfo info = Certificate{std::shared_ptr<X509>{shown, X509_free}}.info();
    return "certificate of \"" + for_log(info.common_name) + "\" issued by \""
           + for_log(info.issuer_common_name) + "\": ";
}

int judge_agent(
    X509_STORE_CTX* store,
    const Context::State& state,
    const CertificateInfo& leaf,
    const Certificate& issuer)
{
    const auto is_issuer = [&](const Certificate& known) {
        return X509_cmp(known.native(), issuer.native()) == 0;
    };
    if (std::none_of(state.agents_issuers.begin(), state.agents_issuers.end(), is_issuer))
        return refuse(
            store, X509_V_ERR_CERT_UNTRUSTED, describe(leaf) + "not issued by the agents' CA");
    if (!leaf.client_auth || leaf.is_ca)
        return refuse(
            store, X509_V_ERR_INVALID_PURPOSE, describe(leaf) + "not an agent's certificate");
    const bool too_old = state.now() >= leaf.not_after + state.expired_grace;
    if (verification_of(store).expired && too_old)
        return refuse(store, X509_V_ERR_CERT_HAS_EXPIRED, describe(leaf) + "expired too long ago");
    return 1;
}

int judge_server(X509_STORE_CTX* store, const CertificateInfo& leaf, const Certificate& issuer)
{
    const CertificateInfo issuing = issuer.info();
    if (!leaf.server_auth || leaf.client_auth || leaf.is_ca)
        return refuse(
            store, X509_V_ERR_INVALID_PURPOSE, describe(leaf) + "not a server's certificate");
    if (!issuing.server_auth || issuing.client_auth)
        return refuse(
            store, X509_V_ERR_CERT_UNTRUSTED, describe(leaf) + "not issued by a servers' CA");
    return 1;
}

/// The roots we trust; the one known only by fingerprint is looked for in what the server sent.
StackOwner trusted_roots(X509_STORE_CTX* store, const Context::State& state)
{
    StackOwner trusted{sk_X509_new_null()};
    for (const Certificate& root : state.roots)
        sk_X509_push(trusted.get(), root.native());
    STACK_OF(X509)* const sent = X509_STORE_CTX_get0_untrusted(store);
    for (int i = 0; state.root_fingerprint && i < sk_X509_num(sent); ++i)
    {
        if (certificate_at(sent, i).fingerprint() == *state.root_fingerprint)
            sk_X509_push(trusted.get(), sk_X509_value(sent, i));
    }
    return trusted;
}

int judge(X509_STORE_CTX* store, const Context::State& state)
{
    Verification& outcome = verification_of(store);
    outcome = {};
    X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(store), seconds_of(state.now()));
    StackOwner trusted;
    if (state.side == Side::agent_port)
        X509_STORE_CTX_set_verify_cb(store, forgive_expired_leaf);
    if (state.side == Side::client)
    {
        trusted = trusted_roots(store, state);
        X509_STORE_CTX_set0_trusted_stack(store, trusted.get());
        X509_STORE_CTX_set_verify_cb(store, forgive_later_begin);
    }

    if (X509_verify_cert(store) != 1)
    {
        const int error = X509_STORE_CTX_get_error(store);
        const int depth = X509_STORE_CTX_get_error_depth(store);
        return refuse(
            store, error,
            describe_presented(store) + "at depth " + std::to_string(depth) + ": "
                + X509_verify_cert_error_string(error));
    }
    const STACK_OF(X509)* const chain = X509_STORE_CTX_get0_chain(store);
    const int least = state.side == Side::client ? 3 : 2; // An issuing CA is our own anchor.
    if (sk_X509_num(chain) < least)
        return refuse(store, X509_V_ERR_CERT_UNTRUSTED, "certificate without an issuing CA");

    CertificateInfo leaf = certificate_at(chain, 0).info();
    const Certificate issuer = certificate_at(chain, 1);
    const int good = state.side == Side::client ? judge_server(store, leaf, issuer)
                                                : judge_agent(store, state, leaf, issuer);
    if (good != 1)
        return good;
    if (state.check)
    {
        if (auto checked = state.check(leaf); !checked)
        {
            const bool revoked = checked.error().code == Errc::forbidden;
            return refuse(
                store, revoked ? X509_V_ERR_CERT_REVOKED : X509_V_ERR_CERT_REJECTED,
                describe(leaf) + checked.error().message);
        }
    }
    outcome.leaf = std::move(leaf);
    if (state.side == Side::client)
        outcome.root = certificate_at(chain, sk_X509_num(chain) - 1);
    return 1;
}

} // namespace

int verification_index()
{
    static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

int verify_peer(X509_STORE_CTX* store, void* given)
{
    // An exception must not cross OpenSSL's C frames; whatever it is, the peer is not let in.
    try
    {
        return judge(store, *static_cast<const Context::State*>(given));
    }
    catch (const std::exception& failure)
    {
        return refuse(store, X509_V_ERR_UNSPECIFIED, failure.what());
    }
}

} // namespace mimamori::tls
