#pragma once

#include "collector/http/message.hpp"
#include "collector/http/router.hpp"
#include "common/async/asio.hpp"

#include <string>
#include <string_view>
#include <vector>

/// The pages: files compiled into the collector.
namespace mimamori::collector::web {

/// The files of a pack (collector/web/front/pack.js), by path.
class Site
{
public:
    /// Of the pack that the program carries.
    Site();

    /// `pack` outlives this. Throws std::logic_error when it is none.
    explicit Site(std::string_view pack);

    /// The file of a path; "/" and paths of pages ("/devices/…") give index.html; nullptr for a
    /// path that looks like a file ("/x.js") and is none.
    const http::StaticFile* find(std::string_view path) const;

    const std::vector<http::StaticFile>& files() const { return files_; }

private:
    std::vector<std::string> etags_; ///< What the views in `files_` point to.
    std::vector<http::StaticFile> files_;
};

/// GET {rest*}: a file or a page.
awaitable<http::Response> get_file(const http::Request& request, const Site& site);

/// The routes of the pages.
std::vector<http::Route> routes(const Site& site);

} // namespace mimamori::collector::web
