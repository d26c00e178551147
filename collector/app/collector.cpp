#include "collector/app/collector.hpp"

#include "collector/api/routes.hpp"
#include "collector/app/directory.hpp"
#include "collector/app/mail.hpp"
#include "collector/enroll/routes.hpp"
#include "collector/ingest/get_knowledge.hpp"
#include "collector/judge/site_events.hpp"
#include "collector/storage/site_store.hpp"
#include "common/async/sleep.hpp"
#include "common/log/log.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mimamori::collector::app {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds house_interval{10};
constexpr std::chrono::hours certificate_interval{1};
constexpr std::chrono::seconds stop_grace{10};

/// Of one address on one of the threads: a ward may share an address, and forty open pages ask some
/// hundred times a minute. Further ones get 429.
constexpr std::size_t web_requests_per_minute{6'000};

Result<asio::ip::tcp::endpoint> endpoint_of(const std::string& address, std::uint16_t port)
{
    boost::system::error_code ec;
    const auto parsed = asio::ip::make_address(address, ec);
    if (ec)
        return Error{Errc::invalid_input, "not a numeric address: " + address};
    return asio::ip::tcp::endpoint{parsed, port};
}

tls::ServerNames names_of(const std::vector<std::string>& names)
{
    tls::ServerNames sorted;
    for (const std::string& name : names)
    {
        boost::system::error_code ec;
        asio::ip::make_address(name, ec);
        (ec ? sorted.dns_names : sorted.addresses).push_back(name);
    }
    return sorted;
}

} // namespace

Collector::Collector(const Settings& settings)
    : settings_{settings}
    , folder_{settings}
    , background_work_{asio::make_work_guard(background_)}
    , tasks_{background_.get_executor(), [](const std::string& task, const std::exception& why) {
                 log::error("{}: {}", task, why.what());
             }}
{}

Collector::~Collector()
{
    if (!stopped_)
        stop();
    clock_.tell({});
}

Result<std::unique_ptr<Collector>> Collector::start(const Settings& settings)
{
    std::unique_ptr<Collector> collector{new Collector{settings}};
    for (const auto step :
         {&Collector::open_storage, &Collector::open_identity, &Collector::open_judging,
          &Collector::listen})
        if (auto done = (collector.get()->*step)(); !done)
            return done.error();
    collector->start_background();
    return collector;
}

Result<void> Collector::open_storage()
{
    std::error_code ec;
    if (!std::filesystem::exists(folder_.authority(), ec))
        return Error{
            Errc::not_found,
            folder_.root.string() + " has no site yet: run `mimamorictl init` first"};
    auto database = storage::Database::open({.file = folder_.database()});
    if (!database)
        return std::move(database).error().in("database");
    database_ = std::move(*database);
    liveness_.emplace(clock_.now());
    auto load = [this](storage::Session& session) -> Result<void> {
        storage::take_hospital_name(session, settings_.hospital);
        liveness_->load(session);
        return {};
    };
    if (auto loaded = database_->write_and_wait(load); !loaded)
        return std::move(loaded).error().in("load name and liveness");
    reports_ = std::make_unique<storage::ReportStore>(*database_);
    storage::UpkeepOptions upkeep;
    upkeep.events_kept = settings_.events_kept;
    upkeep.history_kept = settings_.history_kept;
    upkeep.names_kept = settings_.names_kept;
    upkeep_.emplace(*database_, *liveness_, upkeep);
    return {};
}

Result<void> Collector::open_identity()
{
    pki::AuthorityOptions options;
    options.folder = folder_.authority();
    options.agent_port_names = names_of(settings_.agents_names);
    auto authority = pki::Authority::open(options, clock_.now());
    if (!authority)
        return std::move(authority).error().in("certification authority");
    authority_ = std::move(*authority);

    enroll::Enrolment::Parts parts{
        *database_, *authority_, agents_, clock_, [this](const AgentId& agent) {
            if (http::Server* server = agent_server_now_)
                server->close_agent(agent);
        }};
    parts.judge_soon = [this](const DeviceId& device) { judge_->judge_soon(device); };
    enrolment_.emplace(std::move(parts));
    if (auto loaded = enrolment_->load_agents(); !loaded)
        return std::move(loaded).error().in("load agents");
    if (auto opened = open_directory(); !opened)
        return std::move(opened).error().in("directory");
    people_.emplace(*database_, clock_, directory_people_ ? &*directory_people_ : nullptr);
    second_factors_.emplace(*database_, clock_);
    tokens_.emplace(*database_, clock_);
    auto audit = people::AuditSigner::open(*database_, folder_.audit_key());
    if (!audit)
        return std::move(audit).error().in("key of the record of changes");
    audit_.emplace(std::move(*audit));
    return {};
}

Result<void> Collector::open_directory()
{
    if (settings_.directory_security == DirectorySecurity::off)
        return people::DirectoryPeople::bar_everybody(*database_, clock_.now());
    auto asked = directory_settings_of(settings_);
    if (!asked)
        return asked.error();
    directory_.emplace(std::move(*asked), clock_);
    const people::DirectoryPeople::Options options{
        settings_.directory_recheck, settings_.directory_kept_without};
    directory_people_.emplace(*database_, *directory_, clock_, options);
    return load_directory_roles(*database_, *directory_);
}

Result<void> Collector::open_judging()
{
    shelf_.emplace(shelf_options(folder_.knowledge(), settings_.site_key));
    if (auto loaded = shelf_->load(); !loaded)
        log::warn("{}; what is compiled in is used", loaded.error().message);
    auto knowledge = Knowledge::load(*shelf_);
    if (!knowledge)
        return std::move(knowledge).error().in("knowledge");
    knowledge_.emplace(std::move(*knowledge));

    auto mail = mail_settings_of(settings_);
    if (!mail)
        return std::move(mail).error().in("mail");
    judge::EvaluatorOptions options;
    mail->gather_silence = judge::silence_gathered_for(options.policy, settings_.heartbeat);
    notifier_.emplace(
        background_.get_executor(), *database_, clock_, std::move(*mail),
        notify::Secrets{folder_.alert_secrets()});
    alerts_.emplace(*database_, *notifier_, clock_);
    options.heartbeat = settings_.heartbeat;
    options.utc_offset = settings_.utc_offset;
    options.version = MIMAMORI_VERSION;
    judge::Judge::Parts parts{
        .database = *database_,
        .liveness = *liveness_,
        .clock = clock_,
        .knowledge = rules::Knowledge{knowledge_->lifecycle, knowledge_->windows_builds},
        .remote_tools = knowledge_->remote_tools,
        .alerts_queued = [this] { notifier_->wake(); },
        .device_changed = {}};
    policy_ = options.policy;
    judge_.emplace(background_.get_executor(), std::move(parts), options);
    judge::SiteJudge::Parts about_us{
        .database = *database_,
        .liveness = *liveness_,
        .clock = clock_,
        .facts = [this] { return system_facts(); },
        .heartbeat = settings_.heartbeat,
        .utc_offset = settings_.utc_offset,
        .alerts_queued = [this] { notifier_->wake(); }};
    site_judge_.emplace(std::move(about_us), policy_, options.alerts);
    judge::NeighbourSearch::Parts search{
        .database = *database_,
        .liveness = *liveness_,
        .sought = sought_,
        .clock = clock_,
        .heartbeat = settings_.heartbeat,
        .sighted = [this](const DeviceId& device) { judge_->judge_soon(device); }};
    search_.emplace(std::move(search), policy_);
    judge::HoursKeeper::Parts keeper{*database_, *liveness_, clock_, settings_.utc_offset};
    hours_.emplace(std::move(keeper));
    decisions_.emplace(*database_, *judge_, clock_);
    desk_.emplace(
        background_.get_executor(), *database_, clock_, [this] { decisions_->sites_changed(); });
    clock_.tell([this](std::chrono::milliseconds by, Timestamp now) { clock_went(by, now); });
    return {};
}

Result<void> Collector::listen()
{
    if (auto done = listen_agents(); !done)
        return std::move(done).error().in("agent port");
    if (auto done = listen_web(); !done)
        return std::move(done).error().in("web port");
    auto local = http::LocalServer::listen(io_, folder_.socket(), *local_router_);
    if (!local)
        return local.error();
    local_server_ = std::move(*local);
    const MetricSources sources{*database_,        *liveness_, *agent_server_, *web_server_,
                                ingest_->counters, *judge_,    *notifier_,     clock_};
    auto metrics = MetricsServer::listen(io_, settings_.metrics_port, sources);
    if (!metrics)
        return metrics.error();
    metrics_server_ = std::move(*metrics);
    log::info(
        "collector listens: agents {}, web {}, metrics 127.0.0.1:{}", agent_port(), web_port(),
        metrics_port());
    return {};
}

Result<void> Collector::listen_agents()
{
    wire::AgentOrders orders;
    orders.heartbeat_s = static_cast<std::uint32_t>(settings_.heartbeat.count());
    orders.inventory_s = static_cast<std::uint32_t>(settings_.inventory.count());
    orders.send_command_lines = settings_.command_lines;
    ingest_.reset(new ingest::IngestServices{
        .reports = *reports_,
        .liveness = *liveness_,
        .clock = clock_,
        .workers = workers_,
        .judge_soon = [this](const DeviceId& device) { judge_->judge_soon(device); },
        .orders = orders,
        .crowded =
            [this] {
                const http::Server* server = agent_server_now_;
                return server && server->counters().connections > settings_.connections_max;
            },
        .sought = &sought_});
    std::vector<http::Route> routes = ingest::routes(*ingest_);
    for (http::Route& route : enroll::routes(*enrolment_))
        routes.push_back(std::move(route));
    routes.push_back(ingest::knowledge_route(*shelf_));
    agent_router_.emplace(std::move(routes));

    http::ServerOptions options;
    options.name = "agent port";
    options.now = [this] { return clock_.now(); };
    options.check = [this](const tls::CertificateInfo& leaf) { return agents_.check(leaf); };
    // Above the configured number agents are asked to close; a margin keeps the door open for them.
    options.limits.connections_max = std::size_t{settings_.connections_max} * 5 / 4 + 64;
    const auto endpoint = endpoint_of(settings_.agents_address, settings_.agents_port);
    if (!endpoint)
        return endpoint.error();
    options.endpoint = *endpoint;
    auto context = authority_->agent_port_context([this] { return clock_.now(); }, options.check);
    if (!context)
        return context.error();
    auto server =
        http::Server::listen(io_, std::move(options), std::move(*context), *agent_router_);
    if (!server)
        return server.error();
    agent_server_ = std::move(*server);
    agent_server_now_ = agent_server_.get();
    return {};
}

Result<void> Collector::listen_web()
{
    api_.emplace(api::Services{
        .database = *database_,
        .liveness = *liveness_,
        .clock = clock_,
        .people = *people_,
        .directory = directory_ ? &*directory_ : nullptr,
        .second_factors = *second_factors_,
        .tokens = *tokens_,
        .request_rate = request_rate_,
        .decisions = *decisions_,
        .remote_tools = knowledge_->remote_tools,
        .enrolment = *enrolment_,
        .policy = policy_,
        .utc_offset = settings_.utc_offset,
        .knowledge = knowledge_->files(),
        .shelf = *shelf_,
        .mail = [this] { return mail_state(); },
        .disk = [this] { return upkeep_->disk_forecast(); },
        .audit_key = audit_->public_key(),
        .alerts = &*alerts_,
        .desk = &*desk_});
    site_.emplace();
    local_router_.emplace(api::routes(*api_));
    std::vector<http::Route> routes = api::routes(*api_);
    for (http::Route& route : web::routes(*site_))
        routes.push_back(std::move(route));
    web_router_.emplace(std::move(routes));

    pki::WebCertificateOptions wanted;
    wanted.certificate_file = settings_.web_certificate;
    wanted.key_file = settings_.web_key;
    wanted.folder = folder_.web_certificate();
    wanted.names =
        names_of(settings_.web_names.empty() ? settings_.agents_names : settings_.web_names);
    auto certificate = pki::load_web_certificate(wanted, clock_.now());
    if (!certificate)
        return certificate.error();
    web_expiries_ = certificate->expiries;
    auto context = tls::Context::web_port({std::move(certificate->identity)});
    if (!context)
        return context.error();

    http::ServerOptions options;
    options.name = "web port";
    options.kind = http::PortKind::web;
    options.now = [this] { return clock_.now(); };
    options.limits = http::web_limits();
    options.limits.anonymous_requests_per_minute = web_requests_per_minute;
    options.limits.anonymous_idle = 60s;
    const auto endpoint = endpoint_of(settings_.web_address, settings_.web_port);
    if (!endpoint)
        return endpoint.error();
    options.endpoint = *endpoint;
    auto server = http::Server::listen(io_, std::move(options), std::move(*context), *web_router_);
    if (!server)
        return server.error();
    web_server_ = std::move(*server);
    return {};
}

void Collector::start_background()
{
    tasks_.spawn("judge", judge_->run());
    tasks_.spawn("judge of the collector", site_judge_->run());
    tasks_.spawn("neighbour search", search_->run());
    tasks_.spawn("usual hours", hours_->run());
    tasks_.spawn("alerts", notifier_->run());
    tasks_.spawn("work on the ledger", desk_->run());
    tasks_.spawn("upkeep", keep_house());
    if (directory_people_)
        tasks_.spawn("directory", directory_people_->run());
    background_thread_ = std::thread{[this] { background_.run(); }};
}

awaitable<void> Collector::keep_house()
{
    Timestamp certificates_at = clock_.now() + certificate_interval;
    for (;;)
    {
        const bool slept = co_await async::sleep_for(house_interval);
        if (!slept)
            co_return;
        const Timestamp now = clock_.now();
        co_await upkeep_->run_due(now);
        co_await audit_->run_due(now);
        spare_memory_.give_back();
        if (now >= certificates_at)
        {
            certificates_at = now + certificate_interval;
            renew_certificates();
        }
    }
}

void Collector::renew_certificates()
{
    const pki::Maintained done = authority_->maintain(clock_.now());
    if (!done.problem.empty())
        log::error("certificates: {}", done.problem);
    if (!done.agent_port_changed)
        return;
    auto context = authority_->agent_port_context(
        [this] { return clock_.now(); },
        [this](const tls::CertificateInfo& leaf) { return agents_.check(leaf); });
    if (!context)
        log::error("agent port: new certificate not used: {}", context.error().message);
    else
        agent_server_->replace_context(std::move(*context));
}

api::MailState Collector::mail_state() const
{
    const notify::NotifierHealth health = notifier_->health();
    if (!health.problem.empty())
        return {"failing", health.problem};
    return {health.configured ? "ok" : "off", ""};
}

void Collector::clock_went(std::chrono::milliseconds by, Timestamp now)
{
    log::warn("the clock went by {} s, or we stood still: {}", by.count() / 1'000, to_rfc3339(now));
    liveness_->clock_went(by, now);
    // What was to be looked at by the old time would wait.
    judge_->decided_for_all();
}

rules::SystemFacts Collector::system_facts()
{
    SystemState state{
        authority_->expiries(), knowledge_->files(), folder_.database().parent_path(),
        upkeep_->disk_forecast(), notifier_->health()};
    state.expiries.insert(state.expiries.end(), web_expiries_.begin(), web_expiries_.end());
    return app::system_facts(state, clock_.now());
}

awaitable<bool> Collector::stop_ports()
{
    bool all = true;
    if (agent_server_)
    {
        const bool agents = co_await agent_server_->stop(stop_grace);
        all = all && agents;
    }
    if (web_server_)
    {
        const bool web = co_await web_server_->stop(stop_grace);
        all = all && web;
    }
    if (local_server_)
    {
        const bool local = co_await local_server_->stop(1s);
        all = all && local;
    }
    if (metrics_server_)
    {
        const bool metrics = co_await metrics_server_->stop(1s);
        all = all && metrics;
    }
    co_return all;
}

awaitable<bool> Collector::stop_all()
{
    const bool ports = co_await stop_ports();
    const bool tasks = co_await tasks_.stop(stop_grace);
    const bool deliveries = co_await notifier_->stop(stop_grace);
    co_await upkeep_->flush_all();
    co_return ports&& tasks&& deliveries;
}

bool Collector::stop()
{
    stopped_ = true;
    if (directory_)
        directory_->stop();
    bool all = true;
    if (background_thread_.joinable())
    {
        auto done = asio::co_spawn(background_, stop_all(), asio::use_future);
        all = done.get();
        background_work_.reset();
        background_thread_.join();
    }
    else
    {
        // Never got as far as running: only ports may be open.
        auto done = asio::co_spawn(background_, stop_ports(), asio::use_future);
        background_work_.reset();
        background_.run();
        all = done.get();
    }
    agent_server_now_ = nullptr;
    io_.stop();
    workers_.join();
    log::info("collector stopped{}", all ? "" : "; something did not react");
    return all;
}

std::uint16_t Collector::agent_port() const
{
    return agent_server_->endpoint().port();
}

std::uint16_t Collector::web_port() const
{
    return web_server_->endpoint().port();
}

std::uint16_t Collector::metrics_port() const
{
    return metrics_server_->port();
}

} // namespace mimamori::collector::app
