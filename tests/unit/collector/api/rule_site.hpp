#pragma once

#include "collector/judge/policy_decisions.hpp"
#include "tests/unit/collector/api/api_fixture.hpp"
#include "tests/unit/collector/api/reporting_agent.hpp"

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mimamori::collector::api::test {

using std::chrono::days;

/// A device whose agent reports facts that change step by step, and somebody who looks at the page.
struct RuleSite : ApiSite
{
    Browser sato{signed_in(people::Role::viewer)};
    ReportDesk reports{io, database, liveness, clock};
    std::map<DeviceId, ReportingAgent> agents;
    DeviceId pc{add_device("pc")};

    /// A device whose first report has come.
    DeviceId add_device(const std::string& name)
    {
        const DeviceId device{name};
        ReportingAgent agent;
        agent.id = AgentId{"agent-" + name};
        agent.stream = StreamId{tests::id_text(static_cast<char>('A' + agents.size()))};
        auto& hardware = agent.facts.hardware.emplace();
        hardware.vendor = "Maker";
        hardware.model = "M1";
        database.enrol(device, agent.id, clock.now());
        agents[device] = std::move(agent);
        heard(device);
        return device;
    }

    ReportingAgent& agent() { return agents.at(pc); }

    /// A report of a device, with whatever became new.
    void heard(const DeviceId& device, std::vector<wire::Event> events = {})
    {
        reports.take(agents.at(device), std::move(events));
    }

    /// A minute later the agent reports what was changed; what is not changed stays.
    template <class Change>
    void change(Change change_facts)
    {
        clock.advance(1min);
        change_facts(agent().facts);
        heard(pc);
        judge_anew(pc);
    }

    void happens(wire::Event event)
    {
        clock.advance(1min);
        heard(pc, {std::move(event)});
        judge_anew(pc);
    }

    void wait(std::chrono::milliseconds time)
    {
        clock.advance(time);
        BOOST_TEST(sato.sign_in("viewer").status == 200); // The old sign-in may be over.
        heard(pc);
        judge_anew(pc);
    }

    template <class Work>
    void act(Work work)
    {
        write([&](storage::Session& session) -> Result<bool> {
            work(session);
            return true;
        });
        clock.advance(1min);
        heard(pc);
        judge_anew(pc);
    }

    void allow_program(const std::string& rule)
    {
        judge::ProgramRequest request;
        request.program_no = std::stoll(*finding(pc, rule).evidence.find("program_no"));
        request.scope = findings::DecisionScope::site;
        request.scope_value = "root";
        request.reason = "needed for work";
        act([&](storage::Session& session) {
            judge::decide_program(session, request, "sato", clock.now()).value();
        });
    }

    RuleSite()
    {
        options.version = "2.0.0"; // To compare agents with.
        evaluator.emplace(
            options, liveness,
            rules::Knowledge{judge::test::lifecycle(), judge::test::windows_builds()},
            judge::test::remote_tools());
    }
};

using Step = void (*)(RuleSite&);

struct RuleStory
{
    Step break_it;
    Step mend_it;
};

using Stories = std::map<std::string_view, RuleStory>;

} // namespace mimamori::collector::api::test
