#include "agent/app/enrolment_secrets.hpp"
#include "agent/app/places.hpp"
#include "agent/app/probe_run.hpp"
#include "agent/app/resources.hpp"
#include "agent/app/verbs.hpp"
#include "agent/app/version.hpp"
#include "agent/uplink/enroller.hpp"
#include "agent/uplink/machine.hpp"
#include "common/async/sleep.hpp"
#include "common/async/task_group.hpp"
#include "common/http/resolver.hpp"
#include "common/identity/secret.hpp"
#include "common/log/log.hpp"

#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <string>

namespace mimamori::agent::app {
namespace {

using namespace std::chrono_literals;

/// So long a person who called `enroll` is kept waiting for a certificate.
constexpr auto patience = 60s;

std::string_view name_of(uplink::EnrolmentStep::What what)
{
    using What = uplink::EnrolmentStep::What;
    switch (what)
    {
    case What::enrolled:
        return "enrolled";
    case What::waiting:
        return "waiting";
    case What::refused:
        return "refused";
    case What::failed:
        break;
    }
    return "not yet";
}

/// What the person who stands at this machine does next.
std::string next_step(const uplink::EnrolmentStep& step, const std::string& hostname)
{
    using What = uplink::EnrolmentStep::What;
    switch (step.what)
    {
    case What::enrolled:
        return "start the agent's service; if it runs already, restart it";
    case What::waiting:
        return "on the collector, compare the code and approve this machine: the page Enrolment, "
               "or "
               "`mimamorictl queue list` and `queue approve`; then start the agent's service, "
               "which "
               "fetches the certificate by itself";
    case What::refused:
        return fmt::format(
            "on the collector, `mimamorictl ticket create --hostname {}` prints a ticket for this "
            "machine; here, `mimamori-agent enroll --ticket TICKET`",
            hostname.empty() ? "NAME" : hostname);
    case What::failed:
        break;
    }
    return "`mimamori-agent doctor` looks for what is wrong; the agent's service tries on by "
           "itself";
}

/// The ticket itself, or "-": the first line of standard input, so that it stands in no list of
/// processes.
std::string read_ticket(const std::string& given)
{
    if (given != "-")
        return given;
    constexpr std::size_t letters_max = 1024;
    std::string line;
    for (int c = std::getchar(); c != EOF && c != '\n' && line.size() < letters_max;
         c = std::getchar())
        line += static_cast<char>(c);
    return line;
}

struct Asked
{
    uplink::EnrolmentStep step;
};

awaitable<void> ask(uplink::Enroller& enroller, Asked& asked, Output& out)
{
    const auto end = std::chrono::steady_clock::now() + patience;
    std::string told;
    for (;;)
    {
        asked.step = co_await enroller.step();
        if (asked.step.message != told)
            out << name_of(asked.step.what) << ": " << asked.step.message << '\n';
        told = asked.step.message;
        using What = uplink::EnrolmentStep::What;
        const bool is_final = asked.step.what == What::enrolled || asked.step.what == What::refused;
        if (is_final || std::chrono::steady_clock::now() + asked.step.wait > end)
            co_return;
        const bool go_on = co_await async::sleep_for(asked.step.wait);
        if (!go_on)
            co_return;
    }
}

/// Asks the collector, until something is final or patience ends.
int ask_and_tell(
    const Settings& settings,
    const Place& place,
    const tls::Sha256& fingerprint,
    uplink::IdentityStore& store,
    Output& out)
{
    const SystemClock clock;
    asio::io_context io{1};
    http::SystemResolver resolver;
    uplink::CollectorClock collector_clock{store.load_time()};
    uplink::CollectorLink link{
        {io.get_executor(), resolver, collector_clock}, {place.host, place.port, fingerprint}};
    if (auto done = link.be_nobody(); !done)
    {
        out << done.error().message << '\n';
        return exit_unusable;
    }
    const wire::Facts facts = run_probes({"os", "hardware", "interfaces"}, {}, clock);
    uplink::EnrolmentWish wish;
    wish.agent_version = version();
    wish.machine = [&facts] { return uplink::machine_facts_of(facts); };
    wish.enrolment_key = enrolment_key_of(settings);
    uplink::Enroller enroller{{store, link, collector_clock, clock}, std::move(wish)};

    Asked asked;
    async::TaskGroup tasks{
        io.get_executor(), [&out](const std::string&, const std::exception& failure) {
            out << failure.what() << '\n';
        }};
    tasks.spawn("enrol", ask(enroller, asked, out));
    io.run();
    out << "next: " << next_step(asked.step, facts.os ? facts.os->hostname : std::string{}) << '\n';
    return asked.step.what == uplink::EnrolmentStep::What::enrolled ? exit_done : exit_failed;
}

} // namespace

int enroll(const Loaded& loaded, const std::string& given_ticket, Output& out)
{
    // What there is to say is said to the person; the lines for the log would say it twice.
    log::start({log::Level::error, {}});
    const auto unusable = [&](const std::string& why) {
        out << why << '\n';
        return exit_unusable;
    };
    const Settings& settings = loaded.settings;
    const auto place = parse_place(settings.collector_address);
    if (!place || settings.ca_fingerprint.empty())
        return unusable(
            "where is the collector? Set collector.address and collector.ca_fingerprint in "
            + (loaded.file.empty() ? default_places().settings_file.string() : loaded.file.string())
            + ", or say --collector HOST:PORT --ca-fingerprint DIGITS; on the collector, "
              "`mimamorictl ca-fingerprint` prints the digits");
    auto fingerprint = uplink::parse_fingerprint(settings.ca_fingerprint);
    if (!fingerprint)
        return unusable(fingerprint.error().message);
    auto store = uplink::IdentityStore::open(settings.data_folder);
    if (!store)
        return unusable(store.error().message);
    const std::string ticket = read_ticket(given_ticket);
    if (!given_ticket.empty())
    {
        const auto parsed = identity::Secret::parse(ticket);
        if (!parsed)
            return unusable("ticket: " + parsed.error().message);
        if (auto kept = store->keep_ticket(parsed->text()); !kept)
            return unusable(kept.error().message);
    }
    if (auto taken = take_folder(settings.data_folder.string()); !taken)
    {
        // A service that is not enrolled finds the ticket within a minute, another one when it
        // starts.
        out << taken.error().message
            << ": it will enrol by itself; if it was enrolled before, restart it\n";
        return taken.error().code == Errc::conflict && !ticket.empty() ? exit_done : exit_failed;
    }
    if (auto done = store->make_way_for_ticket(); !done)
        return unusable(done.error().message);
    const auto known = store->load(*fingerprint);
    if (known && *known)
    {
        out << "enrolled already: as agent " << (*known)->agent.text() << '\n';
        return exit_done;
    }
    return ask_and_tell(settings, *place, *fingerprint, *store, out);
}

} // namespace mimamori::agent::app
