#pragma once

#include "collector/http/router.hpp"
#include "common/async/asio.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

/// HTTP without TLS, for doors that do not leave the machine: the local socket and the metrics
/// port. Speed does not matter here.
namespace mimamori::collector::http {

/// Answers the requests of one connection until it closes. `peer` is who all of them come from.
awaitable<void> serve_plain(asio::local::stream_protocol::socket& socket, const Router&, Peer peer);
awaitable<void> serve_plain(asio::ip::tcp::socket& socket, const Router& router, Peer peer);

} // namespace mimamori::collector::http
