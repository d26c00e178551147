#include "collector/web/site.hpp"

#include "embed/web_page.hpp"
#include <array>
#include <charconv>
#include <stdexcept>
#include <system_error>
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

constexpr std::string_view first_line = "mimamori page 1\n";

/// One line of the pack's index.
struct Entry
{
    std::size_t size_bytes{0};
    std::string_view path;
};

[[noreturn]] void fail(const char* why)
{
    throw std::logic_error{std::string{"pack of pages: "} + why};
}

Entry entry_of(std::string_view line)
{
    Entry entry;
    const auto [end, error] =
        std::from_chars(line.data(), line.data() + line.size(), entry.size_bytes);
    const auto digits = static_cast<std::size_t>(end - line.data());
    if (error != std::errc{} || !line.substr(digits).starts_with(" /"))
        fail("a line of its index is no size and path");
    entry.path = line.substr(digits + 1);
    return entry;
}

/// Takes the index off the front of `pack`; what stays is the files' bytes.
std::vector<Entry> take_index(std::string_view& pack)
{
    if (!pack.starts_with(first_line))
        fail("it does not begin as one");
    pack.remove_prefix(first_line.size());
    std::vector<Entry> entries;
    for (std::size_t end = pack.find('\n'); end != 0; end = pack.find('\n'))
    {
        if (end == std::string_view::npos)
            fail("its index has no end");
        entries.push_back(entry_of(pack.substr(0, end)));
        pack.remove_prefix(end + 1);
    }
    pack.remove_prefix(1);
    return entries;
}

} // namespace

Site::Site()
    : Site{page::files().front().text()}
{}

Site::Site(std::string_view pack)
{
    const std::vector<Entry> entries = take_index(pack);
    etags_.reserve(entries.size());
    for (const Entry& entry : entries)
    {
        if (entry.size_bytes > pack.size())
            fail("it is too short");
        http::StaticFile file;
        file.path = entry.path;
        file.content_type = media_type_of(entry.path);
        file.gzip = pack.substr(0, entry.size_bytes);
        file.etag = etags_.emplace_back(http::etag_of(file.gzip));
        // Their names change with what is in them.
        file.never_changes = entry.path.starts_with("/assets/");
        files_.push_back(file);
        pack.remove_prefix(entry.size_bytes);
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
