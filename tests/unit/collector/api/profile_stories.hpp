#pragma once

#include "tests/unit/collector/api/rule_site.hpp"

#include <utility>
#include <vector>

/// How the rules about a model's profile come to a finding, and how that ends.
namespace mimamori::collector::api::test {

inline void set_services(RuleSite& site, std::vector<const char*> names)
{
    site.change([&](wire::Facts& facts) {
        auto& services = facts.services.emplace().services;
        for (const char* name : names)
        {
            auto& service = services.emplace_back();
            service.name = name;
            service.start_type = "automatic";
            service.command = "/usr/sbin/x";
        }
    });
}

inline void set_peers(RuleSite& site, std::vector<wire::RemotePeer> peers)
{
    site.change([&](wire::Facts& facts) { facts.peers.emplace().peers = std::move(peers); });
}

inline Stories profile_stories()
{
    using Site = RuleSite;
    return {
        {"service_unexpected",
         {[](Site& s) {
              set_services(s, {"cups"});
              s.wait(days{14});
              set_services(s, {"cups", "odd"});
          },
          [](Site& s) { set_services(s, {"cups"}); }}},
        {"peer_unexpected",
         {[](Site& s) {
              set_peers(s, {{"10.0.0.7", 104, "out", "/opt/viewer"}});
              s.wait(days{14});
              set_peers(s, {{"203.0.113.7", 443, "out", "/opt/viewer"}});
          },
          [](Site& s) {
              set_peers(s, {{"10.0.0.8", 104, "out", "/opt/viewer"}});
          }}}};
}

} // namespace mimamori::collector::api::test
