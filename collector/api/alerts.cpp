#include "collector/api/alerts.hpp"

#include "collector/api/access.hpp"
#include "collector/api/answer.hpp"
#include "collector/api/query.hpp"
#include "collector/notify/alert_desk.hpp"
#include "common/wire/raw_json.hpp"

#include <boost/describe/class.hpp>
#include <boost/describe/enum_to_string.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mimamori::collector::api {
namespace {

struct SettingView
{
    std::int64_t id{0};
    std::string name;
    wire::RawJson settings;
    std::string changed_by;
    Timestamp changed_at{};
    bool usable{true};
    bool fixed{false};   ///< It stands in the settings file and is changed there.
    std::string problem; ///< Of the setting itself, or why its deliveries fail.
    std::optional<Timestamp> failing_since;
    std::optional<Timestamp> last_sent_at;
    std::uint64_t queued{0};
    std::uint64_t dead{0};
};
BOOST_DESCRIBE_STRUCT(
    SettingView,
    (),
    (id,
     name,
     settings,
     changed_by,
     changed_at,
     usable,
     fixed,
     problem,
     failing_since,
     last_sent_at,
     queued,
     dead))

struct SettingPage
{
    std::vector<SettingView> items;
};
BOOST_DESCRIBE_STRUCT(SettingPage, (), (items))

struct SettingBody
{
    std::string name;
    wire::RawJson settings;
    std::string secret;
    std::optional<Timestamp> seen_at; ///< `changed_at` of what the sender has seen; null: nothing.
};
BOOST_DESCRIBE_STRUCT(SettingBody, (), (name, settings, secret, seen_at))

struct MailTestBody
{
    std::string to;
};
BOOST_DESCRIBE_STRUCT(MailTestBody, (), (to))

struct MailTestView
{
    bool sent{false};
    std::string trouble; ///< "none", or what to look at: "name", "certificate", "sign_in", …
    std::string detail;  ///< What the server or the library said.
};
BOOST_DESCRIBE_STRUCT(MailTestView, (), (sent, trouble, detail))

struct DeliveryView
{
    std::int64_t id{0};
    std::string channel;
    std::string recipient;
    std::string summary;
    std::string state;
    Timestamp composed_at{};
    std::uint32_t attempts{0};
    std::optional<Timestamp> next_attempt_at;
    bool perhaps_twice{false};
    std::optional<Timestamp> done_at;
    std::string problem;
};
BOOST_DESCRIBE_STRUCT(
    DeliveryView,
    (),
    (id,
     channel,
     recipient,
     summary,
     state,
     composed_at,
     attempts,
     next_attempt_at,
     perhaps_twice,
     done_at,
     problem))

struct DeliveryPage
{
    std::vector<DeliveryView> items;
    std::optional<std::string> next; ///< The `after` of the following page.
};
BOOST_DESCRIBE_STRUCT(DeliveryPage, (), (items, next))

SettingView view_of(notify::ShownSetting&& shown)
{
    SettingView view;
    view.id = shown.row.no;
    view.name = std::move(shown.row.name);
    view.settings.text = std::move(shown.row.body);
    view.changed_by = std::move(shown.row.changed_by);
    view.changed_at = shown.row.changed_at;
    view.usable = shown.usable;
    view.fixed = shown.fixed;
    view.problem = shown.state.failing_since ? shown.state.problem : shown.problem;
    view.failing_since = shown.state.failing_since;
    view.last_sent_at = shown.state.last_sent_at;
    view.queued = shown.state.queued;
    view.dead = shown.state.dead;
    return view;
}

DeliveryView view_of(storage::ListedDelivery&& delivery)
{
    DeliveryView view;
    view.id = delivery.no;
    view.channel = std::move(delivery.channel);
    view.recipient = std::move(delivery.recipient);
    view.summary = std::move(delivery.summary);
    view.composed_at = delivery.composed_at;
    view.attempts = delivery.attempts;
    if (delivery.state == "queued")
        view.next_attempt_at = delivery.next_attempt_at;
    view.state = std::move(delivery.state);
    view.perhaps_twice = delivery.perhaps_twice;
    view.done_at = delivery.done_at;
    view.problem = std::move(delivery.problem);
    return view;
}

/// Who is on call and which maintenance is due is daily work; the rest is set up once.
Right right_to_change(std::string_view kind)
{
    return kind == "duty" || kind == "maintenance" ? Right::operate : Right::administer;
}

/// The number in the path; 0 when the path has none.
Result<std::int64_t> number_if_any(const http::Request& request)
{
    if (request.param("id").empty())
        return std::int64_t{0};
    return number_in_path(request);
}

} // namespace

awaitable<http::Response> get_alert_settings(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::operate);
    if (!principal)
        co_return refuse(principal.error());
    std::string kind{request.param("kind")};
    auto settings = co_await services.alerts->list(std::move(kind));
    if (!settings)
        co_return refuse(settings.error());
    SettingPage page;
    for (notify::ShownSetting& one : *settings)
        page.items.push_back(view_of(std::move(one)));
    co_return answer_to_get(request, page);
}

awaitable<http::Response> post_alert_setting(const http::Request& request, Services& services)
{
    const Right right = right_to_change(request.param("kind"));
    auto principal = co_await allow(request, services, right);
    if (!principal)
        co_return refuse(principal.error());
    const auto no = number_if_any(request);
    if (!no)
        co_return refuse(no.error());
    auto body = body_of<SettingBody>(request);
    if (!body)
        co_return refuse(body.error());
    notify::WantedSetting wanted;
    wanted.no = *no;
    wanted.kind = request.param("kind");
    wanted.name = std::move(body->name);
    wanted.body = body->settings.text.empty() ? "{}" : std::move(body->settings.text);
    wanted.secret = std::move(body->secret);
    wanted.seen_at = body->seen_at;
    auto stored = co_await services.alerts->put(std::move(wanted), principal->name);
    if (!stored && body->seen_at && stored.error().code == Errc::conflict)
    {
        auto look = [no = *no](storage::Session& session) {
            return Result<std::optional<storage::AlertSettingRow>>{
                storage::find_alert_setting(session, no)};
        };
        const auto now_there = co_await services.database.read(look);
        if (now_there && *now_there && (*now_there)->changed_at != *body->seen_at)
            co_return refuse_changed((*now_there)->changed_by, (*now_there)->changed_at);
    }
    if (!stored)
        co_return refuse(stored.error());
    if (*no != 0)
        co_return http::empty(http::Status::no_content);
    const Made made{*stored};
    co_return answer(http::Status::created, made);
}

awaitable<http::Response> delete_setting(const http::Request& request, Services& services)
{
    const Right right = right_to_change(request.param("kind"));
    auto principal = co_await allow(request, services, right);
    if (!principal)
        co_return refuse(principal.error());
    const auto no = number_in_path(request);
    if (!no)
        co_return refuse(no.error());
    std::string kind{request.param("kind")};
    auto done = co_await services.alerts->remove(std::move(kind), *no, principal->name);
    co_return done_or_refused(done);
}

awaitable<http::Response> post_channel_test(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::operate);
    if (!principal)
        co_return refuse(principal.error());
    const auto no = number_in_path(request);
    if (!no)
        co_return refuse(no.error());
    auto done = co_await services.alerts->test(*no, principal->name);
    co_return done_or_refused(done);
}

awaitable<http::Response> post_mail_test(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::operate);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<MailTestBody>(request);
    if (!body)
        co_return refuse(body.error());
    auto report = co_await services.alerts->test_mail(std::move(body->to), principal->name);
    if (!report)
        co_return refuse(report.error());
    MailTestView view;
    view.sent = report->delivered == notify::Delivered::accepted;
    view.trouble = boost::describe::enum_to_string(report->trouble, "other");
    view.detail = std::move(report->problem);
    co_return answer(http::Status::ok, view);
}

awaitable<http::Response> get_deliveries(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::operate);
    if (!principal)
        co_return refuse(principal.error());
    auto state = choice_in_query(request, "state", {"", "queued", "sent", "dead"});
    if (!state)
        co_return refuse(state.error());
    const auto after = numbers_of_cursor(request, 1);
    if (!after)
        co_return refuse(after.error());
    const std::int64_t before = after->empty() ? 0 : after->front();
    const auto limit = limit_in_query(request);
    if (!limit)
        co_return refuse(limit.error());
    auto found = co_await services.alerts->deliveries(std::move(*state), before, *limit + 1);
    if (!found)
        co_return refuse(found.error());
    DeliveryPage page;
    const bool more = found->size() > *limit;
    if (more)
        found->pop_back();
    for (storage::ListedDelivery& delivery : *found)
        page.items.push_back(view_of(std::move(delivery)));
    if (more)
        page.next = to_cursor(request, {page.items.back().id});
    co_return answer_to_get(request, page);
}

awaitable<http::Response> post_send_again(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::operate);
    if (!principal)
        co_return refuse(principal.error());
    const auto no = number_in_path(request);
    if (!no)
        co_return refuse(no.error());
    auto done = co_await services.alerts->send_again(*no, principal->name);
    co_return done_or_refused(done);
}

awaitable<http::Response> delete_delivery(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::operate);
    if (!principal)
        co_return refuse(principal.error());
    const auto no = number_in_path(request);
    if (!no)
        co_return refuse(no.error());
    auto done = co_await services.alerts->drop(*no, principal->name);
    co_return done_or_refused(done);
}

} // namespace mimamori::collector::api
