#pragma once

#include "common/async/asio.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"
#include "common/http/message.hpp"
#include "common/tls/connection.hpp"

#include <boost/asio/ip/address.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mimamori::collector::http {

using mimamori::http::Headers;
using mimamori::http::Method;
using mimamori::http::Status;

/// Who is at the other end of the connection.
struct Peer
{
    asio::ip::address address;
    std::uint16_t port{0};

    /// A verified client certificate; on the agents' port only. Shared by the connection and its
    /// requests, which get a copy of this struct each.
    std::shared_ptr<const tls::PeerCertificate> certificate;

    /// The certificate's common name; empty without a certificate.
    AgentId agent_id;

    /// On the local socket only: the user at the other end, as the kernel says.
    std::optional<std::uint32_t> local_uid;

    /// For the log: "192.0.2.7" or "192.0.2.7 (agent 0F…)".
    std::string name() const;
};

/// One request, complete: the body has come and is unpacked. Handlers get it by reference and it
/// lives until they are done.
struct Request
{
    Method method{Method::get};
    std::string path;  ///< Without the query; percent-encoding undone in `params` only.
    std::string query; ///< Behind the "?", still encoded.
    Headers headers;
    std::string body;                       ///< Without its content coding.
    std::size_t body_size_on_wire_bytes{0}; ///< Before unpacking.
    Peer peer;

    /// What stood in the places of the pattern: {"name", "antivirus"}.
    std::vector<std::pair<std::string_view, std::string>> params;

    /// The text at `{name}` of the route's pattern; empty when the pattern has no such place.
    std::string_view param(std::string_view name) const;

    /// The first value of a query member, decoded; nothing when it is absent or badly encoded.
    std::optional<std::string> query_value(std::string_view name) const;

    /// The value of a cookie; nothing when it was not sent.
    std::optional<std::string_view> cookie(std::string_view name) const;
};

/// A body that comes piece by piece, such as server-sent events.
class BodySource
{
public:
    virtual ~BodySource() = default;

    /// The next piece, nothing at the end. Cancelled when the server ends. A source that can be
    /// quiet for long returns an empty piece every second, which sends nothing but tells a peer
    /// that has left, and something harmless (": still here\n\n") every 15 s for one that vanished.
    virtual awaitable<std::optional<std::string>> next() = 0;
};

/// What a handler answers. The server adds Content-Length or chunks, Connection and, on the web
/// port, Date and the security headers; HEAD loses the body there.
struct Response
{
    Status status{Status::ok};
    std::string content_type; ///< Empty when there is no body.
    std::string body;
    Headers headers; ///< More of them.

    /// Used in place of `body` when not empty; must stay good for the program's life.
    std::string_view static_body{};

    /// Used in place of both when set.
    std::unique_ptr<BodySource> stream;

    /// Close the connection afterwards (the collector holds too many).
    bool close{false};

    /// Why it is a refusal, for the log; the peer does not see it.
    std::string log_reason;
};

/// A JSON document.
Response json(Status status, std::string document);

/// A plain text.
Response text(Status status, std::string content);

/// An answer without a body.
Response empty(Status status);

/// application/problem+json (RFC 9457): `code` is stable and for programs ("certificate_required"),
/// the sentence is for people and says nothing a stranger may not know. `log_reason` goes to the
/// log only.
Response problem(Status status, std::string_view code, std::string log_reason = {});

/// The same with members of one's own: `members` is a JSON text such as `"place":"events[3]"`.
Response problem_with(
    Status status, std::string_view code, std::string_view members, std::string log_reason = {});

/// An Error as a problem: invalid_input 400, unauthenticated 401, forbidden 403, not_found 404,
/// conflict 409, too_large 413, unsupported 415, unavailable and timeout 503, the rest 500. The
/// message goes to the log only.
Response problem(const Error& error);

/// The status as a code: "content_too_large".
std::string code_of(Status status);

/// The entity tag of a body: quoted, 128 bits of its SHA-256.
std::string etag_of(std::string_view body);

/// Gives `response` its ETag, or makes it 304 without a body when the client has that one already.
/// For GET answers of status 200.
Response with_etag(const Request& request, Response response);

/// One embedded file of the front end.
struct StaticFile
{
    std::string_view path; ///< "/assets/index-4f2a.js".
    std::string_view content_type;
    std::string_view etag;     ///< Quoted.
    std::string_view gzip;     ///< The content, packed.
    bool never_changes{false}; ///< The name carries a hash: cached for a year.
};

/// The file, packed or (for a client that cannot) plain, or 304.
Response static_file(const Request& request, const StaticFile& file);

} // namespace mimamori::collector::http
