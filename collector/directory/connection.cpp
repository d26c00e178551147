#include "collector/directory/connection.hpp"

#include "common/base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ldap.h>
#include <utility>

namespace mimamori::collector::directory {
namespace {

/// How long nobody looks whether the collector stops.
constexpr std::chrono::milliseconds slice{200};

/// An account with some attributes has a few hundred bytes.
constexpr ber_len_t answer_bytes_max = 1U << 20U;

constexpr std::size_t password_bytes_max = 1'024;

/// libldap gives memory that is freed by different functions.
using Text = std::unique_ptr<char, decltype(&::ldap_memfree)>;
using Message = std::unique_ptr<LDAPMessage, decltype(&::ldap_msgfree)>;

timeval timeval_of(std::chrono::milliseconds time)
{
    return {
        .tv_sec = static_cast<time_t>(time.count() / 1'000),
        .tv_usec = static_cast<suseconds_t>(time.count() % 1'000 * 1'000)};
}

std::string url_of(const DirectorySettings& settings, const std::string& host)
{
    const bool is_ipv6 = host.find(':') != std::string::npos;
    return fmt::format(
        "{}://{}{}{}:{}", settings.security == Security::ldaps ? "ldaps" : "ldap",
        is_ipv6 ? "[" : "", host, is_ipv6 ? "]" : "", settings.port);
}

bool put(LDAP* handle, int option, const void* value)
{
    return ::ldap_set_option(handle, option, value) == LDAP_OPT_SUCCESS;
}

/// Everything that decides about safety is said here: what ldap.conf and the environment say must
/// not matter. Even so the certificate is checked by the option on the handle alone.
bool make_safe(LDAP* handle, const DirectorySettings& settings)
{
    const int version = LDAP_VERSION3;
    const int demand = LDAP_OPT_X_TLS_HARD;
    const int tls_min = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2;
    const int as_client = 0;
    return put(handle, LDAP_OPT_PROTOCOL_VERSION, &version)
           && put(handle, LDAP_OPT_REFERRALS, LDAP_OPT_OFF)
           && put(handle, LDAP_OPT_RESTART, LDAP_OPT_ON)
           && put(handle, LDAP_OPT_X_TLS_CACERTDIR, nullptr)
           && put(handle, LDAP_OPT_X_TLS_CACERTFILE, settings.ca_file.c_str())
           && put(handle, LDAP_OPT_X_TLS_CERTFILE, nullptr)
           && put(handle, LDAP_OPT_X_TLS_KEYFILE, nullptr)
           && put(handle, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand)
           && put(handle, LDAP_OPT_X_TLS_PROTOCOL_MIN, &tls_min)
           && put(handle, LDAP_OPT_X_TLS_NEWCTX, &as_client);
}

bool limit_time(LDAP* handle, std::chrono::milliseconds time)
{
    const timeval limit = timeval_of(time);
    return put(handle, LDAP_OPT_NETWORK_TIMEOUT, &limit) && put(handle, LDAP_OPT_TIMEOUT, &limit);
}

/// What libldap or the server said about the last failure.
std::string diagnostic_of(LDAP* handle)
{
    char* raw = nullptr;
    ::ldap_get_option(handle, LDAP_OPT_DIAGNOSTIC_MESSAGE, &raw);
    const Text text{raw, &::ldap_memfree};
    return text ? for_log(text.get()) : std::string{};
}

std::string why(LDAP* handle, int code)
{
    const std::string more = diagnostic_of(handle);
    const std::string plain = ::ldap_err2string(code);
    return more.empty() || more == plain ? plain : fmt::format("{} ({})", plain, more);
}

Entry entry_of(LDAP* handle, LDAPMessage* message)
{
    Entry entry;
    const Text dn{::ldap_get_dn(handle, message), &::ldap_memfree};
    entry.dn = dn ? dn.get() : "";
    BerElement* place = nullptr;
    for (char* name = ::ldap_first_attribute(handle, message, &place); name;
         name = ::ldap_next_attribute(handle, message, place))
    {
        const Text kept{name, &::ldap_memfree};
        berval** values = ::ldap_get_values_len(handle, message, name);
        auto& texts = entry.attributes[small_letters(name)];
        for (berval** value = values; value && *value; ++value)
            texts.emplace_back((*value)->bv_val, (*value)->bv_len);
        ::ldap_value_free_len(values);
    }
    ::ber_free(place, 0);
    return entry;
}

/// The connection is there and TLS not begun yet. From here on the guard limits the time, since a
/// socket that does not block makes libldap turn in circles.
int connected(LDAP* handle, Sockbuf* socket, LDAPURLDesc*, sockaddr*, ldap_conncb* callback)
{
    int number = -1;
    if (::ber_sockbuf_ctrl(socket, LBER_SB_OPT_GET_FD, &number) == 1)
        static_cast<SocketGuard*>(callback->lc_arg)->watch(number);
    const timeval none{.tv_sec = -1, .tv_usec = 0};
    return put(handle, LDAP_OPT_NETWORK_TIMEOUT, &none) ? 0 : -1;
}

void disconnected(LDAP*, Sockbuf*, ldap_conncb*)
{
    // The guard has a number of its own.
}

/// Opens the connection and its TLS. Errors: as Connection::open.
Result<void> begin(LDAP* handle, const DirectorySettings& settings, const SocketGuard& guard)
{
    const bool starts_plain = settings.security == Security::starttls;
    const int code =
        starts_plain ? ::ldap_start_tls_s(handle, nullptr, nullptr) : ::ldap_connect(handle);
    // Certificate and silence look alike: what is said beside the code tells them apart.
    const std::string more = diagnostic_of(handle);
    if (code == LDAP_TIMEOUT || guard.has_ended())
        return Error{Errc::timeout, "no answer in time"};
    const bool is_tls = code == LDAP_CONNECT_ERROR || code == LDAP_PROTOCOL_ERROR || !more.empty();
    if (code != LDAP_SUCCESS && is_tls)
        return Error{Errc::forbidden, "TLS: " + why(handle, code)};
    if (code != LDAP_SUCCESS)
        return Error{Errc::unavailable, ::ldap_err2string(code)};
    if (::ldap_tls_inplace(handle) != 1)
        return Error{Errc::forbidden, "no TLS"};
    return {};
}

Errc kind_of(int code)
{
    switch (code)
    {
    case LDAP_NO_SUCH_OBJECT:
        return Errc::not_found;
    case LDAP_SIZELIMIT_EXCEEDED:
        return Errc::too_large;
    case LDAP_FILTER_ERROR:
    case LDAP_INVALID_DN_SYNTAX:
        return Errc::invalid_input;
    case LDAP_INSUFFICIENT_ACCESS:
    case LDAP_INAPPROPRIATE_AUTH:
        return Errc::forbidden;
    case LDAP_TIMEOUT:
    case LDAP_TIMELIMIT_EXCEEDED:
        return Errc::timeout;
    default:
        return Errc::unavailable;
    }
}

} // namespace

Patience::Patience(
    std::chrono::milliseconds step_max,
    std::chrono::milliseconds whole_max,
    const std::atomic<bool>& stopped)
    : step_max_{step_max}
    , end_{std::chrono::steady_clock::now() + whole_max}
    , stopped_{&stopped}
{}

Result<std::chrono::milliseconds> Patience::next() const
{
    if (*stopped_)
        return Error{Errc::cancelled, "the collector stops"};
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end_ - std::chrono::steady_clock::now());
    if (left.count() <= 0)
        return Error{Errc::timeout, "no answer in time"};
    return std::min(step_max_, left);
}

struct Connection::Parts
{
    SocketGuard guard;
    ldap_conncb callback{}; ///< libldap looks at it until the end.
    LDAP* handle{nullptr};

    Parts(SocketGuard::Moment end, const std::atomic<bool>& stopped)
        : guard{end, stopped}
    {
        callback.lc_add = &connected;
        callback.lc_del = &disconnected;
        callback.lc_arg = &guard;
    }

    /// The guard still keeps the time of the farewell.
    ~Parts()
    {
        if (handle)
            ::ldap_unbind_ext(handle, nullptr, nullptr);
    }

    Parts(const Parts&) = delete;
    Parts& operator=(const Parts&) = delete;
};

Connection::Connection(std::unique_ptr<Parts> parts, Patience patience)
    : parts_{std::move(parts)}
    , patience_{patience}
{}

Connection::~Connection() = default;
Connection::Connection(Connection&& other) noexcept = default;
Connection& Connection::operator=(Connection&& other) noexcept = default;

Result<Connection> Connection::open(
    const DirectorySettings& settings, const std::string& host, Patience patience)
{
    const auto time = patience.next();
    if (!time)
        return time.error();
    auto parts =
        std::make_unique<Parts>(std::chrono::steady_clock::now() + *time, patience.stopped());
    if (::ldap_initialize(&parts->handle, url_of(settings, host).c_str()) != LDAP_SUCCESS)
        return Error{Errc::invalid_input, "not a host: " + for_log(host)};
    LDAP* const handle = parts->handle;
    if (!make_safe(handle, settings) || !limit_time(handle, *time)
        || !put(handle, LDAP_OPT_CONNECT_CB, &parts->callback))
        return Error{Errc::forbidden, "TLS cannot be set up: " + settings.ca_file};
    if (auto begun = begin(handle, settings, parts->guard); !begun)
        return begun.error();
    parts->guard.set_end(patience.end());
    Sockbuf* socket = nullptr;
    ber_len_t most = answer_bytes_max;
    if (::ldap_get_option(handle, LDAP_OPT_SOCKBUF, &socket) != LDAP_OPT_SUCCESS
        || ::ber_sockbuf_ctrl(socket, LBER_SB_OPT_SET_MAX_INCOMING, &most) != 1)
        return Error{Errc::internal, "the size of answers cannot be limited"};
    return Connection{std::move(parts), patience};
}

Result<void*> Connection::wait_for(int message)
{
    const auto time = patience_.next();
    if (!time)
        return time.error();
    const auto end = std::chrono::steady_clock::now() + *time;
    do
    {
        if (const auto still = patience_.next(); !still)
            return still.error();
        timeval wait = timeval_of(std::min(slice, *time));
        LDAPMessage* answer = nullptr;
        const int type = ::ldap_result(parts_->handle, message, LDAP_MSG_ALL, &wait, &answer);
        if (type > 0)
            return static_cast<void*>(answer);
        if (type < 0)
            return Error{
                Errc::unavailable, "the connection ended: " + diagnostic_of(parts_->handle)};
    } while (std::chrono::steady_clock::now() < end);
    return Error{Errc::timeout, "no answer in time"};
}

Result<void> Connection::bind(const std::string& dn, const std::string& password)
{
    if (dn.empty() || password.empty() || password.size() > password_bytes_max)
        return Error{Errc::unauthenticated, "an empty name or password is never sent"};
    berval secret{};
    secret.bv_len = password.size();
    secret.bv_val = const_cast<char*>(password.data()); // It is read only.
    int message = 0;
    int code = ::ldap_sasl_bind(
        parts_->handle, dn.c_str(), LDAP_SASL_SIMPLE, &secret, nullptr, nullptr, &message);
    if (code != LDAP_SUCCESS)
        return Error{Errc::unavailable, why(parts_->handle, code)};
    const auto waited = wait_for(message);
    if (!waited)
        return waited.error();
    const Message answer{static_cast<LDAPMessage*>(*waited), &::ldap_msgfree};
    const int parsed = ::ldap_parse_result(
        parts_->handle, answer.get(), &code, nullptr, nullptr, nullptr, nullptr, 0);
    if (parsed != LDAP_SUCCESS)
        return Error{Errc::unavailable, why(parts_->handle, parsed)};
    if (code == LDAP_SUCCESS)
        return {};
    const bool busy = code == LDAP_BUSY || code == LDAP_UNAVAILABLE || code == LDAP_REFERRAL
                      || code == LDAP_OTHER || code == LDAP_OPERATIONS_ERROR;
    return Error{busy ? Errc::unavailable : Errc::unauthenticated, why(parts_->handle, code)};
}

Result<std::vector<Entry>> Connection::search(
    const std::string& base,
    Scope scope,
    const std::string& filter,
    const std::vector<std::string>& attributes,
    int count_max)
{
    const auto time = patience_.next();
    if (!time)
        return time.error();
    std::vector<char*> names;
    for (const std::string& name : attributes)
        names.push_back(const_cast<char*>(name.c_str())); // They are read only.
    names.push_back(nullptr);
    // In whole seconds, for the server; we ourselves wait no longer than our patience.
    timeval limit{.tv_sec = std::chrono::ceil<std::chrono::seconds>(*time).count(), .tv_usec = 0};
    int message = 0;
    int code = ::ldap_search_ext(
        parts_->handle, base.c_str(), scope == Scope::entry ? LDAP_SCOPE_BASE : LDAP_SCOPE_SUBTREE,
        filter.c_str(), names.data(), 0, nullptr, nullptr, &limit, count_max, &message);
    if (code != LDAP_SUCCESS)
        return Error{kind_of(code), why(parts_->handle, code)};
    const auto waited = wait_for(message);
    if (!waited)
        return waited.error();
    const Message answer{static_cast<LDAPMessage*>(*waited), &::ldap_msgfree};
    const int parsed = ::ldap_parse_result(
        parts_->handle, answer.get(), &code, nullptr, nullptr, nullptr, nullptr, 0);
    if (parsed != LDAP_SUCCESS)
        return Error{Errc::unavailable, why(parts_->handle, parsed)};
    if (code == LDAP_REFERRAL)
        return Error{Errc::unavailable, "it refers to another server, which is not followed"};
    if (code != LDAP_SUCCESS)
        return Error{kind_of(code), why(parts_->handle, code)};
    std::vector<Entry> found;
    // Entries only: references to other servers in between are passed over.
    for (LDAPMessage* entry = ::ldap_first_entry(parts_->handle, answer.get()); entry;
         entry = ::ldap_next_entry(parts_->handle, entry))
        found.push_back(entry_of(parts_->handle, entry));
    return found;
}

} // namespace mimamori::collector::directory
