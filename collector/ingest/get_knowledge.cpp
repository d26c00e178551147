#include "collector/ingest/get_knowledge.hpp"

#include <charconv>
#include <string>

namespace mimamori::collector::ingest {
namespace {

/// The version in `"2026112201"`; 0 for what is none.
std::uint64_t version_in(std::string_view etag)
{
    if (etag.size() < 2 || etag.front() != '"' || etag.back() != '"')
        return 0;
    std::uint64_t version = 0;
    const char* const end = etag.data() + etag.size() - 1;
    const auto [stopped, failed] = std::from_chars(etag.data() + 1, end, version);
    return failed == std::errc{} && stopped == end ? version : 0;
}

} // namespace

awaitable<http::Response> get_knowledge(const http::Request& request, const knowledge::Shelf& shelf)
{
    const auto file = shelf.find(request.param("name"));
    if (!file)
        co_return http::problem(http::Status::not_found, "not_found");
    if (version_in(request.headers["If-None-Match"]) >= file->version)
        co_return http::empty(http::Status::not_modified);
    auto response = http::json(http::Status::ok, file->document);
    response.headers.add("ETag", '"' + std::to_string(file->version) + '"');
    co_return response;
}

http::Route knowledge_route(const knowledge::Shelf& shelf)
{
    return {
        .method = http::Method::get,
        .pattern = "/agent/v1/knowledge/{name}",
        .access = http::Access::agent,
        .handler = http::handler<get_knowledge>(shelf),
        .body_size_max = 0};
}

} // namespace mimamori::collector::ingest
