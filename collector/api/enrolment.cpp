#include "collector/api/enrolment.hpp"

#include "collector/api/access.hpp"
#include "collector/api/answer.hpp"
#include "collector/api/query.hpp"
#include "collector/enroll/enrolment.hpp"
#include "collector/storage/liveness.hpp"

#include <boost/describe/class.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mimamori::collector::api {
namespace {

constexpr std::int64_t days_max = 400;

struct KeyView
{
    std::int64_t id{0};
    std::string site;
    std::string note;
    std::string hint; ///< The first characters of the key.
    std::int64_t uses{0};
    std::int64_t used{0};
    std::string range;
    bool auto_approve{false};
    Timestamp created_at{};
    std::string created_by;
    Timestamp expires_at{};
    std::optional<Timestamp> last_used_at;
    std::string last_used_from;
    bool revoked{false};
};
BOOST_DESCRIBE_STRUCT(
    KeyView,
    (),
    (id,
     site,
     note,
     hint,
     uses,
     used,
     range,
     auto_approve,
     created_at,
     created_by,
     expires_at,
     last_used_at,
     last_used_from,
     revoked))

struct KeyPage
{
    std::vector<KeyView> items;
};
BOOST_DESCRIBE_STRUCT(KeyPage, (), (items))

struct KeyBody
{
    std::string site;
    std::string note;
    std::int64_t uses{0};
    std::int64_t days{0};
    std::string range;
    std::int64_t hourly{0};
    bool auto_approve{false};
};
BOOST_DESCRIBE_STRUCT(KeyBody, (), (site, note, uses, days, range, hourly, auto_approve))

struct SecretView
{
    std::int64_t id{0};
    std::string key;
};
BOOST_DESCRIBE_STRUCT(SecretView, (), (id, key))

struct TicketBody
{
    std::string site;
    std::string device;
    std::string hostname;
    std::string serial;
    std::int64_t days{0};
};
BOOST_DESCRIBE_STRUCT(TicketBody, (), (site, device, hostname, serial, days))

struct QueueView
{
    std::int64_t id{0};
    std::string kind;
    std::string code;
    std::string hostname;
    std::string address;
    std::string machine;
    std::string os;
    std::string why;
    std::string site;
    Timestamp asked_at{};
    Timestamp expires_at{};
    std::string conflict; ///< The device it most likely is; empty: none.
    std::string conflict_name;
    bool conflict_live{false};
};
BOOST_DESCRIBE_STRUCT(
    QueueView,
    (),
    (id,
     kind,
     code,
     hostname,
     address,
     machine,
     os,
     why,
     site,
     asked_at,
     expires_at,
     conflict,
     conflict_name,
     conflict_live))

struct QueuePage
{
    std::vector<QueueView> items;
};
BOOST_DESCRIBE_STRUCT(QueuePage, (), (items))

struct ApproveBody
{
    std::string same_as;
    bool replace_live{false};
};
BOOST_DESCRIBE_STRUCT(ApproveBody, (), (same_as, replace_live))

struct AgentView
{
    std::string id;
    std::string device_id;
    std::string status;
    std::string hostname;
    std::string agent_version; ///< As last reported; empty: not yet.
    std::string enrolled_with;
    std::string enrolled_from;
    std::string approved_by;
    Timestamp created_at{};
    std::optional<Timestamp> certificate_until;
    std::string revoked_by;
    std::string revoked_why;
};
BOOST_DESCRIBE_STRUCT(
    AgentView,
    (),
    (id,
     device_id,
     status,
     hostname,
     agent_version,
     enrolled_with,
     enrolled_from,
     approved_by,
     created_at,
     certificate_until,
     revoked_by,
     revoked_why))

struct AgentPage
{
    std::int64_t total{0};
    std::vector<AgentView> items;
    std::optional<std::string> next;
};
BOOST_DESCRIBE_STRUCT(AgentPage, (), (total, items, next))

Result<storage::IdentityQuery> agents_asked(const http::Request& request)
{
    const auto after = numbers_of_cursor(request, 1);
    if (!after)
        return after.error();
    const auto limit = limit_in_query(request);
    if (!limit)
        return limit.error();
    storage::IdentityQuery query;
    if (!after->empty())
        query.before_no = after->front();
    query.rows_max = *limit;
    return query;
}

struct RevokeBody
{
    std::string why;
};
BOOST_DESCRIBE_STRUCT(RevokeBody, (), (why))

Result<std::chrono::hours> lifetime_of(std::int64_t days, std::int64_t otherwise)
{
    if (days < 0 || days > days_max)
        return Error{Errc::invalid_input, fmt::format("days: a number from 1 to {}", days_max)};
    return std::chrono::hours{24 * (days == 0 ? otherwise : days)};
}

KeyView view_of(storage::EnrolmentKey&& key)
{
    KeyView view;
    view.id = key.no;
    view.site = key.site.text();
    view.note = std::move(key.note);
    view.hint = std::move(key.hint);
    view.uses = key.uses_max;
    view.used = key.uses;
    view.range = std::move(key.ranges);
    view.auto_approve = key.auto_approve;
    view.created_at = key.created_at;
    view.created_by = std::move(key.created_by);
    view.expires_at = key.expires_at;
    view.last_used_at = key.last_used_at;
    view.last_used_from = std::move(key.last_used_from);
    view.revoked = key.revoked_at.has_value();
    return view;
}

QueueView view_of(const enroll::QueueEntry& entry)
{
    const storage::EnrolmentRequest& request = entry.request;
    QueueView view;
    view.id = request.no;
    view.kind = storage::to_text(request.kind);
    view.code = request.code;
    view.hostname = request.machine.hostname;
    view.address = request.address;
    view.machine = fmt::format("{} {}", request.machine.vendor, request.machine.model);
    view.os = request.machine.os;
    view.why = request.why;
    view.site = request.site.text();
    view.asked_at = request.first_asked_at;
    view.expires_at = request.expires_at;
    const auto likely =
        std::find_if(entry.matches.begin(), entry.matches.end(), [](const enroll::Match& match) {
            return match.is_likely;
        });
    if (likely != entry.matches.end())
    {
        view.conflict = likely->device.text();
        view.conflict_name = likely->name;
        view.conflict_live = likely->is_live;
    }
    return view;
}

AgentView view_of(storage::AgentIdentity&& agent)
{
    AgentView view;
    view.id = agent.agent.text();
    view.device_id = agent.device.text();
    view.status = storage::to_text(agent.status);
    view.hostname = std::move(agent.machine.hostname);
    view.agent_version = std::move(agent.version);
    view.enrolled_with = std::move(agent.enrolled_with);
    view.enrolled_from = std::move(agent.enrolled_from);
    view.approved_by = std::move(agent.approved_by);
    view.created_at = agent.created_at;
    view.certificate_until = agent.not_after;
    view.revoked_by = std::move(agent.revoked_by);
    view.revoked_why = std::move(agent.revoked_why);
    return view;
}

} // namespace

awaitable<http::Response> get_keys(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::administer);
    if (!principal)
        co_return refuse(principal.error());
    auto keys = co_await services.enrolment.list_keys();
    if (!keys)
        co_return refuse(keys.error());
    KeyPage page;
    for (storage::EnrolmentKey& key : *keys)
        page.items.push_back(view_of(std::move(key)));
    co_return answer_to_get(request, page);
}

awaitable<http::Response> post_key(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::administer);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<KeyBody>(request);
    if (!body)
        co_return refuse(body.error());
    const auto lifetime = lifetime_of(body->days, 30);
    if (!lifetime)
        co_return refuse(lifetime.error());
    enroll::NewKey wanted;
    wanted.site = SiteId{body->site};
    wanted.note = body->note;
    wanted.lifetime = *lifetime;
    wanted.uses_max = body->uses == 0 ? wanted.uses_max : body->uses;
    wanted.ranges = body->range;
    wanted.hourly_max = body->hourly == 0 ? wanted.hourly_max : body->hourly;
    wanted.auto_approve = body->auto_approve;
    auto made = co_await services.enrolment.create_key(std::move(wanted), principal->name);
    if (!made)
        co_return refuse(made.error());
    const SecretView view{made->no, made->text};
    co_return answer(http::Status::created, view);
}

awaitable<http::Response> delete_key(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::administer);
    if (!principal)
        co_return refuse(principal.error());
    const auto no = number_in_path(request);
    if (!no)
        co_return refuse(no.error());
    auto done = co_await services.enrolment.revoke_key(*no, principal->name);
    co_return done_or_refused(done);
}

awaitable<http::Response> post_ticket(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::administer);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<TicketBody>(request);
    if (!body)
        co_return refuse(body.error());
    const auto lifetime = lifetime_of(body->days, 7);
    if (!lifetime)
        co_return refuse(lifetime.error());
    enroll::NewTicket wanted;
    wanted.site = SiteId{body->site};
    wanted.device = DeviceId{body->device};
    wanted.hostname = body->hostname;
    wanted.serial = body->serial;
    wanted.lifetime = *lifetime;
    auto made = co_await services.enrolment.create_ticket(std::move(wanted), principal->name);
    if (!made)
        co_return refuse(made.error());
    const SecretView view{made->no, made->text};
    co_return answer(http::Status::created, view);
}

awaitable<http::Response> get_queue(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::administer);
    if (!principal)
        co_return refuse(principal.error());
    auto queue = co_await services.enrolment.queue();
    if (!queue)
        co_return refuse(queue.error());
    QueuePage page;
    for (const enroll::QueueEntry& entry : *queue)
        page.items.push_back(view_of(entry));
    co_return answer_to_get(request, page);
}

awaitable<http::Response> post_approve(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::administer);
    if (!principal)
        co_return refuse(principal.error());
    const auto no = number_in_path(request);
    if (!no)
        co_return refuse(no.error());
    auto body = body_of<ApproveBody>(request);
    if (!body)
        co_return refuse(body.error());
    enroll::Approval approval;
    approval.request_no = *no;
    approval.same_as = DeviceId{body->same_as};
    approval.when_live = body->replace_live ? enroll::WhenLive::replace : enroll::WhenLive::refuse;
    approval.who = principal->name;
    auto done = co_await services.enrolment.approve(std::move(approval));
    co_return done_or_refused(done);
}

awaitable<http::Response> post_reject(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::administer);
    if (!principal)
        co_return refuse(principal.error());
    const auto no = number_in_path(request);
    if (!no)
        co_return refuse(no.error());
    auto done = co_await services.enrolment.reject(*no, principal->name);
    co_return done_or_refused(done);
}

awaitable<http::Response> get_agents(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::administer);
    if (!principal)
        co_return refuse(principal.error());
    const auto query = agents_asked(request);
    if (!query)
        co_return refuse(query.error());
    auto agents = co_await services.enrolment.list_agents(*query);
    if (!agents)
        co_return refuse(agents.error());
    AgentPage page;
    page.total = agents->total;
    if (agents->more)
        page.next = to_cursor(request, {agents->agents.back().no});
    for (storage::AgentIdentity& agent : agents->agents)
    {
        // The database knows it with a delay of minutes.
        if (const auto live = services.liveness.of(agent.device))
            agent.version = live->version;
        page.items.push_back(view_of(std::move(agent)));
    }
    co_return answer_to_get(request, page);
}

awaitable<http::Response> post_revoke(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::administer);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<RevokeBody>(request);
    if (!body)
        co_return refuse(body.error());
    AgentId agent{std::string{request.param("id")}};
    auto done = co_await services.enrolment.revoke_agent(
        std::move(agent), principal->name, std::move(body->why));
    co_return done_or_refused(done);
}

} // namespace mimamori::collector::api
