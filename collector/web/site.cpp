#include "collector/web/site.hpp"

#include "common/http/deflate.hpp"

#include "embed/web_page.hpp"
#include <array>
#include <utility>

namespace mimamori::collector::web {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> media_types{{
    {".html", "text/html; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".svg", "image/svg+xml"},
}};

std::string_view media_type_of(std::string_view path)
{
    for (const auto& [ending, type] : media_types)
        if (path.ends_with(ending))
            return type;
    return "application/octet-stream";
}

} // namespace

Site::Site()
{
    for (const EmbeddedFile& embedded : page::files())
    {
        http::StaticFile file;
        file.path = texts_.emplace_back("/" + std::string{embedded.name});
        file.content_type = media_type_of(file.path);
        file.etag = texts_.emplace_back(http::etag_of(embedded.text()));
        file.gzip = texts_.emplace_back(
            mimamori::http::deflate(embedded.text(), mimamori::http::Packing::gzip));
        files_.push_back(file);
    }
}

const http::StaticFile* Site::find(std::string_view path) const
{
    const std::string_view last = path.substr(path.rfind('/') + 1);
    const bool is_page = last.find('.') == std::string_view::npos && !path.starts_with("/api/");
    const std::string_view wanted = is_page ? "/index.html" : path;
    for (const http::StaticFile& file : files_)
        if (file.path == wanted)
            return &file;
    return nullptr;
}

awaitable<http::Response> get_file(const http::Request& request, const Site& site)
{
    const http::StaticFile* file = site.find(request.path);
    if (!file)
        co_return http::problem(http::Status::not_found, "not_found");
    co_return http::static_file(request, *file);
}

std::vector<http::Route> routes(const Site& site)
{
    return {
        {.method = http::Method::get,
         .pattern = "/{rest*}",
         .handler = http::handler<get_file>(site),
         .body_size_max = 0}};
}

} // namespace mimamori::collector::web
