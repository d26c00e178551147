#include "collector/api/sites.hpp"

#include "collector/api/access.hpp"
#include "collector/api/answer.hpp"
#include "collector/api/lacking.hpp"
#include "collector/judge/decision_service.hpp"
#include "collector/storage/in_words.hpp"
#include "collector/storage/person_store.hpp"
#include "collector/storage/site_store.hpp"
#include "common/base/utf8.hpp"

#include <boost/describe/class.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace mimamori::collector::api {
namespace {

struct SiteView
{
    std::string id;
    std::string parent;
    std::string name;
    std::int64_t devices{0};
};
BOOST_DESCRIBE_STRUCT(SiteView, (), (id, parent, name, devices))

struct SitePage
{
    std::vector<SiteView> items;
};
BOOST_DESCRIBE_STRUCT(SitePage, (), (items))

struct SiteBody
{
    std::string name;
    std::string parent;
};
BOOST_DESCRIBE_STRUCT(SiteBody, (), (name, parent))

struct PlaceBody
{
    std::string site;
};
BOOST_DESCRIBE_STRUCT(PlaceBody, (), (site))

struct MadeSite
{
    std::string id;
};
BOOST_DESCRIBE_STRUCT(MadeSite, (), (id))

/// The site as it is to be: what the body leaves out stays.
Result<storage::Site> changed(storage::Session& session, const std::string& id, SiteBody body)
{
    for (storage::Site& site : storage::list_site_tree(session))
    {
        if (site.id.text() != id)
            continue;
        if (!body.name.empty())
            site.name = std::move(body.name);
        if (!body.parent.empty())
            site.parent = SiteId{std::move(body.parent)};
        return std::move(site);
    }
    return Error{Errc::not_found, "no site " + id};
}

} // namespace

awaitable<Result<std::string>> hospital_now(Services& services)
{
    auto look = [](storage::Session& session) -> Result<std::string> {
        return storage::hospital_name(session);
    };
    co_return co_await services.database.read(look);
}

awaitable<http::Response> get_sites(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    auto look = [](storage::Session& session) -> Result<SitePage> {
        SitePage page;
        for (storage::Site& site : storage::list_site_tree(session))
        {
            // Who does not see the site above is not told what it is.
            const bool seen = storage::has_site(session, site.parent);
            page.items.push_back(
                {site.id.text(), seen ? site.parent.text() : std::string{}, std::move(site.name),
                 site.devices});
        }
        return page;
    };
    auto page = co_await read_as(*principal, services, look);
    co_return page ? answer_to_get(request, *page) : refuse(page.error());
}

awaitable<http::Response> post_site(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::administer, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<SiteBody>(request);
    if (!body)
        co_return refuse(body.error());
    storage::Site site;
    site.parent = body->parent.empty() ? people::root_site() : SiteId{std::move(body->parent)};
    site.name = std::move(body->name);
    auto seen = co_await must_see_site(*principal, services, site.parent);
    if (!seen)
        co_return refuse(seen.error());
    const Timestamp now = services.clock.now();
    auto work = [&](storage::Session& session) -> Result<void> {
        if (auto done = storage::add_site(session, site, now); !done)
            return done;
        const std::string detail = storage::in_words(session, site.id);
        return storage::record_change(session, principal->name, "site.create", detail, now);
    };
    auto done = co_await services.database.write(work);
    if (!done)
        co_return refuse(done.error());
    const MadeSite made{site.id.text()};
    co_return answer(http::Status::created, made);
}

awaitable<http::Response> post_site_change(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::administer, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<SiteBody>(request);
    if (!body)
        co_return refuse(body.error());
    const std::string id{request.param("id")};
    const SiteId parent{body->parent.empty() ? id : body->parent};
    // Nobody takes the uppermost of their own sites away from those above.
    const SiteId own{id};
    const bool is_uppermost = !principal->sees_all()
                              && std::find(principal->sites.begin(), principal->sites.end(), own)
                                     != principal->sites.end();
    if (is_uppermost && !body->parent.empty())
        co_return refuse(lacks_whole_site(*principal));
    const std::array needed{own, parent};
    for (const SiteId& site : needed)
    {
        auto seen = co_await must_see_site(*principal, services, site);
        if (!seen)
            co_return refuse(seen.error());
    }
    const Timestamp now = services.clock.now();
    auto work = [&](storage::Session& session) -> Result<void> {
        auto site = changed(session, id, *body);
        if (!site)
            return site.error();
        if (auto done = storage::change_site(session, *site); !done)
            return done;
        if (site->id == people::root_site())
            return storage::record_change(
                session, principal->name, "site.hospital", for_log(site->name), now);
        const std::string detail = storage::in_words(session, site->id) + " below "
                                   + storage::in_words(session, site->parent);
        return storage::record_change(session, principal->name, "site.change", detail, now);
    };
    auto done = co_await services.database.write(work);
    if (done)
        services.decisions.sites_changed();
    co_return done_or_refused(done);
}

awaitable<http::Response> delete_site(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::administer, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    const SiteId id{std::string{request.param("id")}};
    auto seen = co_await must_see_site(*principal, services, id);
    if (!seen)
        co_return refuse(seen.error());
    const Timestamp now = services.clock.now();
    auto work = [&](storage::Session& session) -> Result<void> {
        const std::string detail = storage::in_words(session, id);
        if (auto done = storage::remove_site(session, id); !done)
            return done;
        return storage::record_change(session, principal->name, "site.remove", detail, now);
    };
    auto done = co_await services.database.write(work);
    co_return done_or_refused(done);
}

awaitable<http::Response> post_device_site(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::operate, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<PlaceBody>(request);
    if (!body)
        co_return refuse(body.error());
    DeviceId device{std::string{request.param("id")}};
    SiteId site{std::move(body->site)};
    auto sees_device = co_await must_see_device(*principal, services, device);
    if (!sees_device)
        co_return refuse(sees_device.error());
    auto sees_site = co_await must_see_site(*principal, services, site);
    if (!sees_site)
        co_return refuse(sees_site.error());
    auto done = co_await services.decisions.move_device(
        std::move(device), std::move(site), principal->name);
    co_return done_or_refused(done);
}

} // namespace mimamori::collector::api
