#pragma once

#include "collector/judge/policy_decisions.hpp"
#include "tests/unit/collector/api/api_fixture.hpp"

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace mimamori::collector::api::test {

using std::chrono::days;

/// A device whose facts change step by step, and somebody who looks at the page.
struct RuleSite : ApiSite
{
    Browser sato{signed_in(people::Role::viewer)};
    DeviceId pc{add_device("pc")};

    /// Stores a section after it was changed; what is not changed stays.
    template <class Change>
    void change(Change change_facts)
    {
        clock.advance(1min);
        heard(pc);
        change_facts(facts);
        const auto store = [this](const char* name, const auto& section) {
            if (section)
                put(pc, name, *section);
        };
        store("os", facts.os);
        store("patches", facts.patches);
        store("antivirus", facts.antivirus);
        store("usb", facts.usb);
        store("processes", facts.processes);
        store("interfaces", facts.interfaces);
        store("neighbours", facts.neighbours);
        store("listeners", facts.listeners);
        store("peers", facts.peers);
        store("services", facts.services);
        store("accounts", facts.accounts);
        store("security", facts.security);
        store("hardware", facts.hardware);
        store("self", facts.self);
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

    wire::Facts facts;

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
