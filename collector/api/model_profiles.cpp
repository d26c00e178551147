#include "collector/api/model_profiles.hpp"

#include "collector/api/access.hpp"
#include "collector/api/answer.hpp"
#include "collector/api/query.hpp"
#include "collector/findings/model_profile.hpp"
#include "collector/judge/decision_service.hpp"
#include "collector/judge/model_items.hpp"
#include "collector/judge/profile_decisions.hpp"
#include "collector/judge/profile_exchange.hpp"
#include "collector/storage/audit_store.hpp"
#include "collector/storage/database.hpp"
#include "collector/storage/item_store.hpp"
#include "collector/storage/program_store.hpp"

#include <boost/describe/class.hpp>
#include <boost/describe/enum_to_string.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mimamori::collector::api {
namespace {

using findings::ModelProfileFile;

struct ProfileImportBody
{
    ModelProfileFile profile;
    bool dry_run{false};
};
BOOST_DESCRIBE_STRUCT(ProfileImportBody, (), (profile, dry_run))

struct ProfileImportView
{
    std::string model;
    bool dry_run{false}; ///< Nothing was stored.

    // Where it comes from, to be compared with who sent it before it is taken over.
    std::string hospital;
    Timestamp made_at{};
    std::uint32_t devices{0}; ///< That it is made of.
    std::string sha256;

    std::uint64_t ports_new{0};
    std::uint64_t ports_known{0};
    std::uint64_t services_new{0};
    std::uint64_t services_known{0};
    std::uint64_t peers_new{0};
    std::uint64_t peers_known{0};
    std::uint64_t programs_new{0};
    std::uint64_t programs_known{0};
    std::vector<std::string> refused; ///< Programs and services that no profile may bring.
};
BOOST_DESCRIBE_STRUCT(
    ProfileImportView,
    (),
    (model,
     dry_run,
     hospital,
     made_at,
     devices,
     sha256,
     ports_new,
     ports_known,
     services_new,
     services_known,
     peers_new,
     peers_known,
     programs_new,
     programs_known,
     refused))

struct ModelView
{
    std::string model; ///< Vendor and model; empty: not known.
    std::int64_t devices{0};
    Timestamp first_device_at{};
    Timestamp learning_until{};
    bool learning{false};
    std::string set_by; ///< Empty: the policy.
};
BOOST_DESCRIBE_STRUCT(
    ModelView, (), (model, devices, first_device_at, learning_until, learning, set_by))

struct ModelPage
{
    std::vector<ModelView> items;
};
BOOST_DESCRIBE_STRUCT(ModelPage, (), (items))

struct LearningBody
{
    std::string model;
    std::optional<Timestamp> until;
};
BOOST_DESCRIBE_STRUCT(LearningBody, (), (model, until))

struct ProfileItemView
{
    rules::ItemKind kind{rules::ItemKind::port};
    std::string key;    ///< "tcp/445", "cups (cupsd)", "out inside tcp/104 viewer.exe".
    std::string source; ///< "learned", "imported" or "approved".
    Timestamp since{};
    std::string set_by;      ///< Empty: learned.
    std::int64_t devices{0}; ///< Of the model that have it now.
};
BOOST_DESCRIBE_STRUCT(ProfileItemView, (), (kind, key, source, since, set_by, devices))

struct ProfileItemPage
{
    std::int64_t total{0};
    std::int64_t devices{0}; ///< Of the model.

    // Until when whatever its devices have becomes usual; null: nothing of it was told yet.
    std::optional<Timestamp> ports_learned_until;
    std::optional<Timestamp> services_learned_until;
    std::optional<Timestamp> peers_learned_until;

    std::vector<ProfileItemView> items; ///< By kind and key.
    std::optional<std::string> next;
};
BOOST_DESCRIBE_STRUCT(
    ProfileItemPage,
    (),
    (total, devices, ports_learned_until, services_learned_until, peers_learned_until, items, next))

struct ProfileItemBody
{
    std::string model;
    rules::ItemKind kind{rules::ItemKind::port};
    std::string key;
    std::string reason;
};
BOOST_DESCRIBE_STRUCT(ProfileItemBody, (), (model, kind, key, reason))

/// Which page of a model's profile.
struct ProfileQuery
{
    std::string model;
    std::pair<std::string, std::string> after; ///< Kind and key; empty: from the start.
    std::size_t limit{0};
};

Result<ProfileQuery> profile_query(const http::Request& request)
{
    auto model = text_in_query(request, "model", 1'024);
    if (!model)
        return model.error();
    if (model->empty())
        return Error{Errc::invalid_input, "model: say which"};
    const auto cursor = cursor_in_query(request);
    if (!cursor)
        return cursor.error();
    auto after = from_place(*cursor);
    if (!after)
        return after.error();
    const auto limit = limit_in_query(request);
    if (!limit)
        return limit.error();
    return ProfileQuery{std::move(*model), std::move(*after), *limit};
}

std::optional<Timestamp> if_told(Timestamp until)
{
    return until == Timestamp::max() ? std::nullopt : std::optional{until};
}

Result<ProfileItemPage> read_profile(
    storage::Session& session,
    const http::Request& request,
    const ProfileQuery& query,
    const rules::Policy& policy,
    Timestamp now)
{
    using rules::ItemKind;
    const auto model = storage::find_model(session, query.model);
    if (!model)
        return Error{Errc::not_found, "no model of that name"};
    judge::ModelItems items{policy};
    const auto until = items.learning_until(session, *model);
    ProfileItemPage page;
    page.devices = storage::devices_of_model(session, model->no, now + std::chrono::hours{1});
    page.ports_learned_until = if_told(until[ItemKind::port]);
    page.services_learned_until = if_told(until[ItemKind::service]);
    page.peers_learned_until = if_told(until[ItemKind::peer]);
    for (storage::ProfileItem& usual : storage::profile_of(session, model->no))
    {
        if (usual.item.value.empty())
            continue; // Since when the model tells of that kind.
        ++page.total;
        const std::string kind = boost::describe::enum_to_string(usual.item.kind, "");
        if (page.next || std::pair{kind, usual.item.value} <= query.after)
            continue;
        if (page.items.size() == query.limit)
        {
            const ProfileItemView& last = page.items.back();
            page.next = to_cursor(
                request, to_place(boost::describe::enum_to_string(last.kind, ""), last.key));
            continue;
        }
        ProfileItemView view;
        view.kind = usual.item.kind;
        view.devices = storage::devices_with_item(session, model->no, usual.item);
        view.key = std::move(usual.item.value);
        view.source = boost::describe::enum_to_string(usual.source, "");
        view.since = usual.since;
        view.set_by = std::move(usual.set_by);
        page.items.push_back(std::move(view));
    }
    return page;
}

judge::ProfileWish wish_of(ProfileItemBody&& body)
{
    return {std::move(body.model), {body.kind, std::move(body.key)}, std::move(body.reason)};
}

ModelPage read_models(
    storage::Session& session, const judge::ProgramKnowledge& knowledge, Timestamp now)
{
    ModelPage page;
    for (storage::ModelRow& row : storage::list_models(session))
    {
        ModelView view;
        view.devices = storage::devices_of_model(session, row.no, now + std::chrono::hours{1});
        view.first_device_at = row.first_device_at;
        view.learning_until = knowledge.learning_end_of(row);
        view.learning = now < view.learning_until;
        view.set_by = std::move(row.set_by);
        view.model = std::move(row.name);
        page.items.push_back(std::move(view));
    }
    return page;
}

} // namespace

awaitable<http::Response> get_model_profile(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::operate);
    if (!principal)
        co_return refuse(principal.error());
    const auto model = text_in_query(request, "model", 1'024);
    if (!model)
        co_return refuse(model.error());
    if (model->empty())
        co_return refuse(Error{Errc::invalid_input, "model: say which"});
    const Timestamp now = services.clock.now();
    judge::ProgramKnowledge knowledge{services.policy, services.remote_tools};
    auto look = [&](storage::Session& session) -> Result<ModelProfileFile> {
        return judge::export_profile(session, knowledge, *model, now);
    };
    auto profile = co_await read_as(*principal, services, look);
    if (!profile)
        co_return refuse(profile.error());
    const std::string detail = *model + " sha256 " + profile->sha256;
    auto note = [&](storage::Session& session) {
        return storage::record_change(
            session, principal->name, "model.export_profile", detail, now);
    };
    auto noted = co_await services.database.write(note);
    if (!noted)
        co_return refuse(noted.error());
    co_return answer(http::Status::ok, *profile);
}

awaitable<http::Response> post_profile_import(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::administer);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<ProfileImportBody>(request);
    if (!body)
        co_return refuse(body.error());
    ProfileImportView view;
    view.model = body->profile.model;
    view.dry_run = body->dry_run;
    view.hospital = body->profile.hospital;
    view.made_at = body->profile.made_at;
    view.devices = body->profile.devices;
    view.sha256 = body->profile.sha256;
    const auto is = body->dry_run ? judge::ImportIs::dry_run : judge::ImportIs::real;
    auto done = co_await services.decisions.import_profile(
        std::move(body->profile), is, services.policy, services.remote_tools, principal->name);
    if (!done)
        co_return refuse(done.error());
    using rules::ItemKind;
    view.ports_new = done->keys[ItemKind::port].fresh;
    view.ports_known = done->keys[ItemKind::port].known;
    view.services_new = done->keys[ItemKind::service].fresh;
    view.services_known = done->keys[ItemKind::service].known;
    view.peers_new = done->keys[ItemKind::peer].fresh;
    view.peers_known = done->keys[ItemKind::peer].known;
    view.programs_new = done->programs_new;
    view.programs_known = done->programs_known;
    view.refused = std::move(done->refused);
    co_return answer(http::Status::ok, view);
}

awaitable<http::Response> get_profile_items(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read);
    if (!principal)
        co_return refuse(principal.error());
    const auto query = profile_query(request);
    if (!query)
        co_return refuse(query.error());
    const Timestamp now = services.clock.now();
    auto look = [&](storage::Session& session) {
        return read_profile(session, request, *query, services.policy, now);
    };
    auto page = co_await services.database.read(look);
    co_return page ? answer_to_get(request, *page) : refuse(page.error());
}

awaitable<http::Response> post_profile_item(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::operate);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<ProfileItemBody>(request);
    if (!body)
        co_return refuse(body.error());
    auto done =
        co_await services.decisions.approve_item(wish_of(std::move(*body)), principal->name);
    co_return done_or_refused(done);
}

awaitable<http::Response> post_profile_item_removal(
    const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::operate);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<ProfileItemBody>(request);
    if (!body)
        co_return refuse(body.error());
    auto done = co_await services.decisions.remove_item(
        wish_of(std::move(*body)), services.policy, principal->name);
    co_return done_or_refused(done);
}

awaitable<http::Response> get_models(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::read, Reach::own_sites);
    if (!principal)
        co_return refuse(principal.error());
    const Timestamp now = services.clock.now();
    const judge::ProgramKnowledge knowledge{services.policy, services.remote_tools};
    auto look = [&](storage::Session& session) -> Result<ModelPage> {
        return read_models(session, knowledge, now);
    };
    auto page = co_await read_as(*principal, services, look);
    co_return page ? answer_to_get(request, *page) : refuse(page.error());
}

awaitable<http::Response> post_learning(const http::Request& request, Services& services)
{
    auto principal = co_await allow(request, services, Right::administer);
    if (!principal)
        co_return refuse(principal.error());
    auto body = body_of<LearningBody>(request);
    if (!body)
        co_return refuse(body.error());
    const Timestamp until = body->until.value_or(services.clock.now());
    auto done =
        co_await services.decisions.learn_until(std::move(body->model), until, principal->name);
    co_return done_or_refused(done);
}

} // namespace mimamori::collector::api
