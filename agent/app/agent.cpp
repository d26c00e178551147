#include "agent/app/agent.hpp"

#include "agent/app/enrolment_secrets.hpp"
#include "agent/app/resources.hpp"
#include "agent/app/self_section.hpp"
#include "agent/app/version.hpp"
#include "agent/app/watched_folders.hpp"
#include "agent/uplink/machine.hpp"
#include "agent/watch/console_user.hpp"
#include "common/async/sleep.hpp"
#include "common/crypto/random.hpp"
#include "common/log/log.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/json_writer.hpp"
#include "common/wire/signed_document.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace mimamori::agent::app {
namespace {

using namespace std::chrono_literals;

/// The whole stop takes two seconds at most: this for the goodbye, the rest for winding up.
constexpr auto goodbye_limit = 1300ms;
constexpr auto stop_grace = 200ms;

/// The first look at the machine begins a moment after the start, when a boot has calmed down.
constexpr auto first_look_after = 2s;

/// What the agent may keep of itself and of freed memory while it rests.
constexpr std::uint64_t resting_bytes_max = 6144U * 1024;

/// A look and the report of it follow each other within this: between them it may keep more, since
/// the report needs at once what a rest would give back.
constexpr auto rest_min = 20s;
constexpr std::uint64_t busy_bytes_max = 7936U * 1024;

constexpr std::string_view seen_note = "seen";
constexpr std::string_view life_note = "life";

constexpr std::string_view definitions_file = "antivirus_sources.json";

void log_failure(const std::string& task, const std::exception& failure)
{
    log::error("task {} failed: {}", task, failure.what());
}

} // namespace

Agent::Agent(asio::io_context& io, Config config, const Clock& clock)
    : io_{io}
    , config_{std::move(config)}
    , clock_{clock}
    , stop_{io.get_executor()}
    , boot_id_{boot_id()}
    , report_alarm_{io.get_executor()}
    , inventory_alarm_{io.get_executor()}
    , end_alarm_{io.get_executor()}
    , machine_alarm_{io.get_executor()}
    , watcher_{io.get_executor(), [this](std::string_view name) { inventory_->refresh(name); }}
    , goodbye_timer_{io.get_executor()}
    , main_{io.get_executor(), log_failure}
    , tasks_{io.get_executor(), log_failure}
{}

Agent::~Agent() = default;

Result<void> Agent::open()
{
    const Settings& settings = config_.settings;
    const auto place = parse_place(settings.collector_address);
    if (!place || settings.ca_fingerprint.empty())
        return Error{
            Errc::invalid_input,
            "collector.address and collector.ca_fingerprint must be set: they say where the "
            "collector is and by what it is recognised"};
    auto fingerprint = uplink::parse_fingerprint(settings.ca_fingerprint);
    if (!fingerprint)
        return std::move(fingerprint).error().in("collector.ca_fingerprint");

    auto identities = uplink::IdentityStore::open(settings.data_folder);
    if (!identities)
        return std::move(identities).error();
    if (auto taken = take_folder(settings.data_folder.string()); !taken)
        return taken;
    identities_ = std::move(*identities);
    collector_clock_.emplace(identities_->load_time());
    link_.emplace(
        uplink::CollectorLink::Parts{io_.get_executor(), resolver_, *collector_clock_},
        uplink::CollectorAddress{place->host, place->port, *fingerprint});

    report::SpoolLimits limits;
    limits.bytes_max = settings.spool_mib * 1024 * 1024;
    auto spool = report::Spool::open(settings.data_folder, clock_, limits);
    if (!spool)
        return std::move(spool).error();
    spool_ = std::move(*spool);
    collection_ = std::make_unique<Collection>(Collection::Parts{
        io_.get_executor(), clock_, settings.data_folder, config_.root,
        settings.memory_mib * 1024 * 1024, spool_->last_report_at(),
        [this](std::vector<wire::Event> events) { reports_->happened(events); }});
    collection_->load();
    load_definitions();
    make_loops();
    return {};
}

void Agent::load_definitions()
{
    auto keys = wire::publisher_keys();
    if (auto site = crypto::parse_ed25519_key(config_.settings.site_key))
        keys.push_back(*site);
    definitions_.emplace(config_.settings.data_folder / definitions_file, std::move(keys));
    if (auto loaded = definitions_->load(); !loaded)
        log::warn("the compiled-in antivirus definitions are used: {}", loaded.error().message);
    collection_->set_definitions(definitions_->current());
}

void Agent::take_definitions(const std::string& document, Timestamp now)
{
    const auto today = std::chrono::floor<std::chrono::days>(now);
    if (auto taken = definitions_->offer(document, today); !taken)
    {
        log::warn("antivirus definitions of the collector: {}", taken.error().message);
        return;
    }
    log::info("antivirus definitions {} are used from now on", definitions_->current()->version);
    collection_->set_definitions(definitions_->current());
    inventory_->refresh("antivirus");
}

void Agent::make_loops()
{
    const Settings& settings = config_.settings;
    const auto now = report_alarm_.now();
    report::ReportSchedule::Config rhythm;
    rhythm.heartbeat = settings.heartbeat;
    rhythm.start_spread = settings.start_spread;
    reports_ = std::make_unique<report::ReportLoop>(
        report_parts(), report::ReportSchedule{rhythm, now, crypto::random_u64()});

    std::vector<report::PlannedProbe> planned;
    for (const auto& probe : probes::all_probes())
        planned.push_back({std::string{probe.name}, probe.interval});
    planned.push_back({"self", std::chrono::seconds{900}});
    report::InventoryPlan plan{
        std::move(planned), {settings.probe_cpu, settings.probe_time}, now + first_look_after};
    plan.set_rhythm(settings.inventory);
    inventory_ = std::make_unique<report::InventoryLoop>(inventory_parts(), std::move(plan));

    watch::Seen seen;
    const auto text = spool_->note(seen_note);
    if (text && !text->empty())
    {
        if (auto read = wire::from_json<watch::Seen>(*text))
            seen = std::move(*read);
    }
    changes_ = std::make_unique<watch::ChangeWatch>(std::move(seen));
    programs_ = std::make_unique<watch::ProgramWatch>(program_watch_parts());
}

report::ReportLoop::Parts Agent::report_parts()
{
    return {
        *spool_,
        report_alarm_,
        clock_,
        &report::time_since_boot,
        std::string{version()},
        boot_id_,
        [this] { return footprint(); },
        [this](const std::vector<std::string>& sections) {
            for (const auto& section : sections)
                inventory_->refresh(section);
        },
        [this](const wire::AgentOrders& orders) { ordered(orders); },
        [this](const std::vector<std::string>& macs) {
            collection_->look_for(macs, [this](std::vector<wire::NeighbourSighting> seen) {
                reports_->saw(std::move(seen));
            });
        },
        [this] { uplink_->renew_soon(); },
        [this](const report::Contact& contact) { keep_status(contact); }};
}

report::InventoryLoop::Parts Agent::inventory_parts()
{
    return {
        *reports_,
        *spool_,
        inventory_alarm_,
        clock_,
        [this](const std::string& name, std::function<void(report::ProbeRun)> done) {
            start_probe(name, std::move(done));
        },
        [this] { round_done(); }};
}

watch::ProgramWatch::Parts Agent::program_watch_parts()
{
    return {
        io_.get_executor(),
        collection_->processes(),
        clock_,
        [this](
            std::vector<std::uint32_t> processes, bool all,
            std::function<void(watch::Looked)> done) {
            collection_->look(std::move(processes), all, std::move(done));
        },
        [this](std::vector<wire::Event> events) { reports_->happened(events); },
        [this](std::string_view section) { inventory_->refresh(section); },
        [this](std::string_view mode) {
            status_.process_watch = mode;
            set_probe_options();
        }};
}

void Agent::start()
{
    main_.spawn("agent", live());
}

awaitable<void> Agent::live()
{
    status_.process = process_id();
    status_.version = version();
    status_.started_at = clock_.now();
    log::info("agent {} started, data in {}", version(), config_.settings.data_folder.string());
    config_.service.ready("watching");
    tell_begin();
    if (!collection_->died_in().empty())
        inventory_->died_in(collection_->died_in());

    tasks_.spawn("inventory", inventory_->run());
    watcher_.watch(watch::common_folders());
    watcher_.start(tasks_, {config_.settings.usb_watch, config_.settings.network_watch});
    status_.usb_watch = watcher_.usb_mode();
    if (config_.settings.program_watch == ProgramWatchMode::automatic)
        tasks_.spawn("programs", programs_->run());
    save_status(); // The first contact may be minutes away.
    tasks_.spawn("reports", enrol_and_report());
    if (const auto interval = config_.service.watchdog())
        tasks_.spawn("watchdog", keep_watchdog_quiet(*interval));

    tasks_.spawn("stop", wait_for_stop());
    if (config_.settings_changed)
        tasks_.spawn("settings", watch_settings());
    co_await end_alarm_.sleep_until(report::Alarm::Time::max());
    co_await say_goodbye();
}

awaitable<void> Agent::wait_for_stop()
{
    const bool is_asked = co_await stop_.wait();
    if (is_asked)
        end_alarm_.ring();
}

awaitable<void> Agent::watch_settings()
{
    bool go_on = true;
    do
        go_on = co_await async::sleep_for(1min);
    while (go_on && !config_.settings_changed());
    if (go_on)
        wants_settings_ = co_await collection_->rest();
    end_alarm_.ring();
}

awaitable<void> Agent::enrol_and_report()
{
    while (!machine_known_)
    {
        const bool go_on = co_await machine_alarm_.sleep_until(machine_alarm_.now() + 1min);
        if (!go_on)
            co_return;
    }
    if (auto taken = take_given_ticket(*identities_); !taken)
        log::warn("{}", taken.error().message);
    if (auto done = identities_->make_way_for_ticket(); !done)
        log::warn("{}", done.error().message);
    auto stored = identities_->load(link_->address().root_fingerprint);
    if (!stored)
    {
        log::error("{}", stored.error().message);
        co_return;
    }
    std::optional<uplink::EnrolledIdentity> identity = std::move(*stored);
    if (!identity)
    {
        if (auto done = link_->be_nobody(); !done)
        {
            log::error("{}", done.error().message);
            co_return;
        }
        uplink::EnrolmentWish wish;
        wish.agent_version = version();
        wish.machine = [this] { return uplink::machine_facts_of(machine_); };
        wish.enrolment_key = enrolment_key_of(config_.settings);
        uplink::Enroller enroller{
            {*identities_, *link_, *collector_clock_, clock_}, std::move(wish)};
        auto enrolled = co_await enroller.run();
        if (!enrolled)
            co_return; // The agent is stopping.
        identity = std::move(*enrolled);
    }
    uplink::HttpsUplink::Parts parts{
        *identities_,
        *link_,
        *collector_clock_,
        clock_,
        [this] { return uplink::machine_facts_of(machine_); },
        std::string{version()},
        [this] { return definitions_->current()->version; },
        [this](const std::string& document, Timestamp now) { take_definitions(document, now); }};
    const AgentId agent = identity->agent;
    auto opened = uplink::HttpsUplink::open(std::move(parts), std::move(*identity));
    if (!opened)
    {
        log::error("{}", opened.error().message);
        co_return;
    }
    uplink_ = std::move(*opened);
    co_await reports_->run(agent, *uplink_);
}

awaitable<void> Agent::keep_watchdog_quiet(std::chrono::milliseconds interval)
{
    bool go_on = true;
    while (go_on)
    {
        config_.service.alive();
        go_on = co_await async::sleep_for(interval);
    }
}

awaitable<void> Agent::say_goodbye()
{
    if (!wants_settings_)
        config_.service.stopping();
    const std::string reason = wants_settings_ ? "settings changed" : stop_reason();
    log::info("agent stops: {}", reason);
    co_await tasks_.stop(stop_grace);
    wire::Event event;
    event.at = clock_.now();
    event.kind = wire::EventKind::agent_stopped;
    event.text = reason;
    reports_->happened(event);
    if (auto done = spool_->set_note(life_note, "stopped"); !done)
        log::warn("{}", done.error().message);

    goodbye_timer_.expires_after(goodbye_limit);
    tasks_.spawn("goodbye", end_goodbye());
    co_await goodbye_timer_.async_wait(token);
    const bool is_empty = co_await tasks_.stop(stop_grace);
    has_ended_ = collection_->stop(stop_grace) && is_empty;
    status_.stopped_at = clock_.now();
    save_status();
}

awaitable<void> Agent::end_goodbye()
{
    co_await reports_->say_goodbye();
    goodbye_timer_.expires_after(0s); // Not `cancel`: nobody may wait yet.
}

void Agent::tell_begin()
{
    const std::string now = "running " + boot_id_;
    const auto before = spool_->note(life_note);
    const bool was_running = before && before->find("running ") == 0;
    std::vector<wire::Event> events;
    if (was_running)
    {
        wire::Event& end = events.emplace_back();
        end.at = spool_->last_report_at().value_or(clock_.now());
        end.kind = wire::EventKind::agent_stopped;
        end.text = *before == now ? "killed" : "power lost";
    }
    wire::Event& begin = events.emplace_back();
    begin.at = clock_.now();
    begin.kind = wire::EventKind::agent_started;
    begin.text = "version " + std::string{version()};
    reports_->happened(events);
    if (auto done = spool_->set_note(life_note, now); !done)
        log::warn("{}", done.error().message);
}

void Agent::start_probe(const std::string& name, std::function<void(report::ProbeRun)> done)
{
    if (name == "self")
    {
        auto answer = [this, done = std::move(done)] {
            const auto self =
                self_section_of(config_.settings, config_.shown, config_.passed_over, status_);
            done({wire::to_json(self), {}, {}});
        };
        asio::post(io_, std::move(answer));
        return;
    }
    collection_->run_probe(
        name, [this, name](const wire::Facts& facts) { found(name, facts); }, std::move(done));
}

void Agent::found(const std::string& name, const wire::Facts& facts)
{
    if (name == "os")
        machine_.os = facts.os;
    else if (name == "hardware")
        machine_.hardware = facts.hardware;
    else if (name == "interfaces")
        machine_.interfaces = facts.interfaces;
    else if (name == "antivirus" && facts.antivirus)
        watcher_.watch(watched_folders(*definitions_->current(), *facts.antivirus));

    const std::string user = name == "usb" ? watch::console_user(config_.root) : "";
    const auto seen_before = changes_->seen();
    const auto events = changes_->look(facts, clock_.now(), user);
    if (!events.empty())
        reports_->happened(events);
    if (changes_->seen() == seen_before)
        return;
    if (auto done = spool_->set_note(seen_note, wire::to_json(changes_->seen())); !done)
        log::warn("{}", done.error().message);
}

void Agent::round_done()
{
    collection_->save();
    spool_->tidy_up();
    rest();
    if (!std::exchange(machine_known_, true))
        machine_alarm_.ring();
}

void Agent::ordered(const wire::AgentOrders& orders)
{
    if (orders.inventory_s && *orders.inventory_s > 0)
        inventory_->set_rhythm(std::chrono::seconds{*orders.inventory_s});
    command_lines_ordered_ = orders.send_command_lines.value_or(false);
    set_probe_options();
}

void Agent::set_probe_options()
{
    probes::ProbeOptions options;
    options.command_lines =
        command_lines_ordered_ && config_.settings.command_lines == CommandLinePolicy::as_ordered;
    options.process_watch = status_.process_watch;
    collection_->set_options(std::move(options));
}

void Agent::keep_status(const report::Contact& contact)
{
    status_.receipt_at = contact.receipt_at;
    status_.tried_at = contact.tried_at;
    status_.trouble = contact.trouble;
    status_.failures_in_a_row = contact.failures_in_a_row;
    status_.seq = contact.seq;
    status_.held_back = inventory_->held_back();
    save_status();
    rest();
}

void Agent::rest()
{
    const auto next = std::min(reports_->next(), inventory_->next());
    const bool long_rest = next > std::chrono::steady_clock::now() + rest_min;
    release_memory(long_rest ? resting_bytes_max : busy_bytes_max);
}

void Agent::save_status()
{
    status_.written_at = clock_.now();
    if (auto done = write_status(config_.settings.data_folder, status_); !done)
        log::debug("{}", done.error().message);
}

wire::Footprint Agent::footprint()
{
    wire::Footprint footprint = measure_footprint();
    measure_disk(config_.settings.data_folder, footprint);
    const auto spool = spool_->state();
    footprint.spool_events = spool.events;
    footprint.spool_bytes = spool.bytes;
    const auto traffic = uplink_ ? uplink_->traffic() : report::Uplink::Traffic{};
    footprint.sent_bytes = traffic.sent_bytes;
    footprint.received_bytes = traffic.received_bytes;
    footprint.probe_ms_max = static_cast<std::uint64_t>(inventory_->slowest().wall.count());
    footprint.probe_slowest = inventory_->slowest().name;
    footprint.degraded = inventory_->held_back();
    status_.footprint = footprint;
    return footprint;
}

} // namespace mimamori::agent::app
