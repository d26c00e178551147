#pragma once

#include "collector/http/message.hpp"
#include "collector/http/router.hpp"
#include "collector/knowledge/shelf.hpp"
#include "common/async/asio.hpp"

namespace mimamori::collector::ingest {

/// GET /agent/v1/knowledge/{name}: the signed knowledge file of that name as it was carried in,
/// with its version as ETag. 304 when the agent has that version or a newer one, 404 when none was
/// carried in. Agents believe it only after they have checked the signature themselves.
awaitable<http::Response> get_knowledge(
    const http::Request& request, const knowledge::Shelf& shelf);

/// The line of the agents' route table.
http::Route knowledge_route(const knowledge::Shelf& shelf);

} // namespace mimamori::collector::ingest
