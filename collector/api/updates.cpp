#include "collector/api/updates.hpp"

#include "collector/api/access.hpp"
#include "collector/api/age_meaning.hpp"
#include "collector/api/answer.hpp"
#include "collector/api/list_query.hpp"
#include "collector/api/query.hpp"
#include "collector/storage/audit_store.hpp"
#include "collector/storage/database.hpp"
#include "collector/storage/liveness.hpp"
#include "collector/storage/update_list.hpp"

#include <boost/describe/class.hpp>
#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mimamori::collector::api {
namespace {

constexpr std::int64_t rows_most = 20'000;
constexpr std::int64_t rows_standard = 200;

struct SupportGroupView
{
    std::string site;
    std::string os;
    std::string support;
    std::optional<Date> until;
    bool free_update{false}; ///< A later version is an update, no purchase.
    std::int64_t devices{0};
    std::int64_t waived{0}; ///< Of these, with an accepted risk.
};
BOOST_DESCRIBE_STRUCT(
    SupportGroupView, (), (site, os, support, until, free_update, devices, waived))

struct PriceView
{
    std::string os; ///< Empty: any other.
    std::int64_t price{0};
};
BOOST_DESCRIBE_STRUCT(PriceView, (), (os, price))

struct SupportAnswer
{
    Date today{};
    std::string data_date; ///< Of the table of support ends.
    std::vector<SupportGroupView> items;
    std::vector<PriceView> prices;
};
BOOST_DESCRIBE_STRUCT(SupportAnswer, (), (today, data_date, items, prices))

struct UpdateItem
{
    std::string id;
    std::string name;
    std::string site;
    std::string model;
    std::string os;
    std::string support;
    std::optional<Date> until;
    bool free_update{false};
    std::string antivirus;
    std::optional<Timestamp> pattern_built_at;
    std::optional<Date> patched_until; ///< It has the updates that came out up to this day.
    std::optional<Timestamp> last_seen;
    std::string state;
};
BOOST_DESCRIBE_STRUCT(
    UpdateItem,
    (),
    (id,
     name,
     site,
     model,
     os,
     support,
     until,
     free_update,
     antivirus,
     pattern_built_at,
     patched_until,
     last_seen,
     state))

struct UpdatePage
{
    std::vector<UpdateItem> items;
    bool more{false};                ///< There are more than the limit.
    std::optional<std::string> next; ///< The `after` of the following page, where there are pages.
};
BOOST_DESCRIBE_STRUCT(UpdatePage, (), (items, more, next))

struct AgesView
{
    std::string of;                 ///< Site or product.
    std::vector<std::int64_t> bars; ///< Six of rising age, then unknown.
};
BOOST_DESCRIBE_STRUCT(AgesView, (), (of, bars))

struct FreshnessAnswer
{
    std::vector<AgesView> pattern; ///< By site.
    std::vector<AgesView> patch;   ///< By site.
    std::vector<AgesView> product; ///< Pattern ages by product.
    AgeMeanings means;
};
BOOST_DESCRIBE_STRUCT(FreshnessAnswer, (), (pattern, patch, product, means))

UpdatePage page_of(
    std::vector<storage::UpdateRow> rows, std::size_t rows_max, const storage::Liveness& liveness)
{
    UpdatePage page;
    page.more = rows.size() > rows_max;
    if (page.more)
        rows.resize(rows_max);
    for (storage::UpdateRow& row : rows)
    {
        UpdateItem& item = page.items.emplace_back();
        item.id = row.id.text();
        item.name = std::move(row.name);
        item.site = std::move(row.site);
        item.model = std::move(row.model);
        item.os = std::move(row.os);
        item.support = std::move(row.support);
        item.until = row.until;
        item.free_update = row.free_update;
        item.antivirus = std::move(row.antivirus);
        item.pattern_built_at = row.pattern_built_at;
        item.patched_until = row.patched_until;
        // What is in memory is newer than what was written, in batches, to the database.
        const auto live = liveness.of(row.id);
        item.last_seen = live ? live->last_seen_at : row.last_seen;
        item.state = std::move(row.state);
    }
    return page;
}

std::vector<AgesView> views_of(const std::vector<storage::AgeCounts>& counts)
{
    std::vector<AgesView> views;
    for (const storage::AgeCounts& one : counts)
        views.push_back({one.of, {one.bars.begin(), one.bars.end()}});
    return views;
}

Result<storage::AgeFilter> age_filter(const http::Request& request, AskedTerms&& asked)
{
    auto of = choice_in_query(request, "of", {"pattern", "patch"});
    if (!of)
        return of.error();
    const auto bar = number_in_query(request, "bar", 0, storage::age_bars - 1);
    if (!bar)
        return bar.error();
    auto site = text_in_query(request, "site", 60);
    if (!site)
        return site.error();
    const auto limit = number_in_query(request, "limit", 1, rows_most);
    if (!limit)
        return limit.error();
    auto sort = sort_in_query(request, storage::age_fields());
    if (!sort)
        return sort.error();
    const auto after = numbers_of_cursor(request, 1);
    if (!after)
        return after.error();
    storage::AgeFilter filter;
    filter.rows_before = after->empty() ? 0 : static_cast<std::size_t>(after->front());
    filter.terms = std::move(asked.terms);
    filter.time = asked.time;
    filter.sort = std::move(*sort);
    filter.age = *of == "patch" ? storage::Age::patch : storage::Age::pattern;
    if (*bar)
        filter.bar = static_cast<std::size_t>(**bar);
    filter.site = std::move(*site);
    filter.rows_max = static_cast<std::size_t>(limit->value_or(rows_standard));
    return filter;
}

} // namespace

awaitable<http::Response> get_os_support(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    SupportAnswer found;
    found.today = today_of(services);
    for (const KnowledgeFile& file : services.knowledge)
        if (file.name == "os_lifecycle")
            found.data_date = file.data_date;
    auto look = [&](storage::Session& session) -> Result<SupportAnswer> {
        for (storage::SupportGroup& group : storage::support_groups(session))
            found.items.push_back(
                {std::move(group.site), std::move(group.os), std::move(group.support), group.until,
                 group.free_update, group.devices, group.waived});
        for (storage::Price& price : storage::list_prices(session))
            found.prices.push_back({std::move(price.os), price.price});
        return std::move(found);
    };
    auto done = co_await read_as(*principal, services, look);
    co_return done ? answer_to_get(request, *done) : refuse(done.error());
}

awaitable<http::Response> get_support_ending(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    auto text = text_in_query(request, "before", 10);
    if (!text)
        co_return refuse(text.error());
    const auto by = text->empty() ? std::optional{today_of(services)} : parse_iso_date(*text);
    if (!by)
        co_return refuse(Error{Errc::invalid_input, "before: no day such as 2028-03-31"});
    const auto rows_max = static_cast<std::size_t>(rows_most);
    auto look = [&](storage::Session& session) -> Result<UpdatePage> {
        return page_of(
            storage::list_support_ending(session, *by, rows_max + 1), rows_max, services.liveness);
    };
    auto page = co_await read_as(*principal, services, look);
    co_return page ? answer_to_get(request, *page) : refuse(page.error());
}

awaitable<http::Response> post_price(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::operate);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<PriceView>(request);
    if (!body)
        co_return refuse(body.error());
    const Timestamp now = services.clock.now();
    auto work = [&](storage::Session& session) -> Result<void> {
        if (auto done = storage::put_price(session, {body->os, body->price}); !done)
            return done;
        const std::string detail = fmt::format("{}: {}", body->os, body->price);
        return storage::record_change(session, principal->name, "budget.price", detail, now);
    };
    auto done = co_await services.database.write(work);
    co_return done_or_refused(done);
}

awaitable<http::Response> get_freshness(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    auto means = co_await age_meanings(services);
    if (!means)
        co_return refuse(means.error());
    const Timestamp now = services.clock.now();
    auto look = [&](storage::Session& session) -> Result<FreshnessAnswer> {
        using storage::Age;
        FreshnessAnswer found;
        found.means = *means;
        found.pattern = views_of(storage::count_ages_by_site(session, Age::pattern, now));
        found.patch = views_of(storage::count_ages_by_site(session, Age::patch, now));
        found.product = views_of(storage::count_ages_by_product(session, now));
        return found;
    };
    auto found = co_await read_as(*principal, services, look);
    co_return found ? answer_to_get(request, *found) : refuse(found.error());
}

awaitable<http::Response> get_oldest(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    auto asked = asked_terms(request, services, storage::age_fields());
    if (!asked)
        co_return refuse(asked.error());
    if (asked->bad)
        co_return refuse_filter(*asked->bad);
    auto filter = age_filter(request, std::move(*asked));
    if (!filter)
        co_return refuse(filter.error());
    const std::size_t rows_max = filter->rows_max;
    ++filter->rows_max;
    auto look = [&](storage::Session& session) -> Result<UpdatePage> {
        auto rows = storage::list_by_age(session, *filter);
        if (!rows)
            return rows.error();
        return page_of(std::move(*rows), rows_max, services.liveness);
    };
    auto page = co_await read_as(*principal, services, look);
    if (page && page->more)
        page->next =
            to_cursor(request, {static_cast<std::int64_t>(filter->rows_before + rows_max)});
    co_return page ? answer_to_get(request, *page) : refuse(page.error());
}

} // namespace mimamori::collector::api
