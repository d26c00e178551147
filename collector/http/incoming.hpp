#pragma once

#include "collector/http/message.hpp"
#include "collector/http/router.hpp"
#include "common/http/parser.hpp"

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace mimamori::collector::http {

/// 503 for a body there is no room for now.
Response too_busy();

/// One request on its way in: parsed, routed and judged as it comes, refused as early as possible.
/// No I/O.
class Incoming
{
public:
    struct Limits
    {
        std::size_t header_size_max;
        std::size_t body_size_max; ///< Whatever the route says.
    };

    Incoming(const Router& router, const Limits& limits)
        : router_{router}
        , limits_{limits}
        , parser_{limits.header_size_max}
    {}

    /// As RequestParser::put.
    std::size_t put(std::string_view bytes);

    mimamori::http::Stage stage() const { return parser_.stage(); }

    /// At the end of the header: finds the route and says whether `peer` may have the body read.
    /// A refusal is left in `refusal`.
    void admit(const Peer& peer);

    /// What to answer in place of a handler. The rest of the request need not be read; unless it is
    /// complete the connection must end.
    std::optional<Response>& refusal() { return refusal_; }

    /// The most bytes the body can take before it is unpacked. After `admit`.
    std::size_t body_size_bound() const;

    /// Where this request ends and the next would begin is known.
    bool is_delimited() const
    {
        return stage() == mimamori::http::Stage::complete && !parser_.refusal();
    }

    Method method() const { return parser_.method(); }

    bool expects_continue() const { return parser_.expects_continue(); }

    bool keep_alive() const { return parser_.keep_alive(); }

    bool knows_chunks() const { return parser_.knows_chunks(); }

    /// Of a complete request that was not refused: unpacks the body and hands everything over. May
    /// leave a refusal instead.
    Request take(const Peer& peer);

    const Route& route() const { return *route_; }

    /// For the log: "POST /agent/v1/report".
    std::string name() const;

private:
    bool find_route();
    bool check_access(const Peer& peer);
    bool check_content();
    void refuse(Status status, std::string_view code, std::string reason);

    const Router& router_;
    Limits limits_;
    mimamori::http::RequestParser parser_;
    const Route* route_{nullptr};
    std::vector<std::pair<std::string_view, std::string>> params_;
    std::size_t path_size_{0};
    bool is_packed_{false};
    bool is_gzip_{false};
    std::optional<Response> refusal_;
};

} // namespace mimamori::collector::http
