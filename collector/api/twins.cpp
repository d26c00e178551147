#include "collector/api/twins.hpp"

#include "collector/api/access.hpp"
#include "collector/api/answer.hpp"
#include "collector/enroll/enrolment.hpp"
#include "collector/storage/identity_store.hpp"
#include "collector/storage/liveness.hpp"
#include "collector/storage/summary_store.hpp"
#include "common/identity/machine.hpp"

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mimamori::collector::api {
namespace {

/// One of the two.
struct TwinView
{
    std::string id;
    std::string name;
    std::string site;
    std::string model;
    Timestamp created_at{};
    std::optional<Timestamp> last_seen;
};
BOOST_DESCRIBE_STRUCT(TwinView, (), (id, name, site, model, created_at, last_seen))

/// What they have in common.
struct CommonView
{
    std::string kind; ///< "uuid", "serial", "board_serial", "disk_serial".
    std::string value;
};
BOOST_DESCRIBE_STRUCT(CommonView, (), (kind, value))

struct PairView
{
    TwinView older;
    TwinView newer;
    std::vector<CommonView> common;
};
BOOST_DESCRIBE_STRUCT(PairView, (), (older, newer, common))

struct PairPage
{
    std::vector<PairView> items;
};
BOOST_DESCRIBE_STRUCT(PairPage, (), (items))

struct MergeBody
{
    std::string from;
    std::string into;
};
BOOST_DESCRIBE_STRUCT(MergeBody, (), (from, into))

struct ApartBody
{
    std::string one;
    std::string other;
};
BOOST_DESCRIBE_STRUCT(ApartBody, (), (one, other))

Result<TwinView> twin_of(
    storage::Session& session, const DeviceId& id, const storage::Liveness& liveness)
{
    auto summary = storage::find_summary(session, id);
    if (!summary)
        return summary.error();
    TwinView view;
    view.id = id.text();
    view.name = std::move(summary->name);
    view.site = summary->site.text();
    view.model = std::move(summary->model);
    view.created_at = summary->created_at;
    const auto live = liveness.of(id);
    view.last_seen = live ? live->last_seen_at : summary->last_seen_at;
    return view;
}

Result<PairPage> pairs_of(storage::Session& session, const storage::Liveness& liveness)
{
    PairPage page;
    for (storage::LikelyTwins& pair : storage::likely_twins(session))
    {
        auto older = twin_of(session, pair.older, liveness);
        if (!older)
            return older.error();
        auto newer = twin_of(session, pair.newer, liveness);
        if (!newer)
            return newer.error();
        PairView& view = page.items.emplace_back();
        view.older = std::move(*older);
        view.newer = std::move(*newer);
        for (identity::Fact& fact : pair.common)
            view.common.push_back(
                {std::string{identity::to_text(fact.kind)}, std::move(fact.value)});
    }
    return page;
}

} // namespace

awaitable<http::Response> get_twins(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::administer);
    if (!principal)
        co_return refuse(principal.error());
    auto look = [&](storage::Session& session) { return pairs_of(session, services.liveness); };
    auto page = co_await services.database.read(look);
    co_return page ? answer_to_get(request, *page) : refuse(page.error());
}

awaitable<http::Response> post_twins_merge(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::administer);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<MergeBody>(request);
    if (!body)
        co_return refuse(body.error());
    DeviceId from{body->from};
    DeviceId into{body->into};
    auto done =
        co_await services.enrolment.merge(std::move(from), std::move(into), principal->name);
    co_return done_or_refused(done);
}

awaitable<http::Response> post_twins_apart(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::administer);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<ApartBody>(request);
    if (!body)
        co_return refuse(body.error());
    DeviceId one{body->one};
    DeviceId other{body->other};
    auto done =
        co_await services.enrolment.tell_apart(std::move(one), std::move(other), principal->name);
    co_return done_or_refused(done);
}

} // namespace mimamori::collector::api
