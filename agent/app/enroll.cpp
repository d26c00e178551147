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
#include "common/platform/file.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <optional>

namespace mimamori::agent::app {
namespace {

using namespace std::chrono_literals;

/// So long a person who called `enroll` is kept waiting for a certificate.
constexpr auto patience = 60s;

struct Asked
{
    uplink::EnrolmentStep step;
    bool was_enrolled{false};
};

awaitable<void> ask(uplink::Enroller& enroller, Asked& asked, std::ostream& out)
{
    const auto end = std::chrono::steady_clock::now() + patience;
    std::string told;
    for (;;)
    {
        asked.step = co_await enroller.step();
        if (asked.step.message != told)
            out << asked.step.message << std::endl;
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

} // namespace

int enroll(const Loaded& loaded, const std::string& ticket, std::ostream& out)
{
    const auto unusable = [&](const std::string& why) {
        out << why << '\n';
        return exit_unusable;
    };
    const Settings& settings = loaded.settings;
    const auto place = parse_place(settings.collector_address);
    if (!place || settings.ca_fingerprint.empty())
        return unusable("collector.address and collector.ca_fingerprint must be set");
    auto fingerprint = uplink::parse_fingerprint(settings.ca_fingerprint);
    if (!fingerprint)
        return unusable(fingerprint.error().message);
    auto store = uplink::IdentityStore::open(settings.data_folder);
    if (!store)
        return unusable(store.error().message);
    if (!ticket.empty())
    {
        const auto parsed = identity::Secret::parse(ticket);
        if (!parsed)
            return unusable(parsed.error().message);
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
        out << "enrolled already, as " << (*known)->agent.text() << '\n';
        return exit_done;
    }

    const SystemClock clock;
    asio::io_context io{1};
    http::SystemResolver resolver;
    uplink::CollectorClock collector_clock{store->load_time()};
    uplink::CollectorLink link{
        {io.get_executor(), resolver, collector_clock}, {place->host, place->port, *fingerprint}};
    if (auto done = link.be_nobody(); !done)
        return unusable(done.error().message);
    const wire::Facts facts = run_probes({"os", "hardware", "interfaces"}, {}, clock);
    uplink::EnrolmentWish wish;
    wish.agent_version = version();
    wish.machine = [&facts] { return uplink::machine_facts_of(facts); };
    if (auto key = platform::read_file(settings.enrolment_key_file, 4096))
        wish.enrolment_key = std::move(*key);
    uplink::Enroller enroller{{*store, link, collector_clock, clock}, std::move(wish)};

    Asked asked;
    async::TaskGroup tasks{
        io.get_executor(), [&out](const std::string&, const std::exception& failure) {
            out << failure.what() << '\n';
        }};
    tasks.spawn("enrol", ask(enroller, asked, out));
    io.run();
    if (!asked.step.code.empty())
        out << "approval code: " << asked.step.code << '\n';
    return asked.step.what == uplink::EnrolmentStep::What::enrolled ? exit_done : exit_failed;
}

} // namespace mimamori::agent::app
