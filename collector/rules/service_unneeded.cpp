#include "collector/rules/service_unneeded.hpp"

#include "collector/rules/os_facts.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace mimamori::collector::rules {

namespace {

struct OldService
{
    std::uint16_t port;
    bool is_udp;
    std::string_view name;
};

/// Registered numbers of services without any encryption (IANA service names and port numbers).
constexpr OldService old_services[] = {
    {21, false, "FTP"},    {23, false, "Telnet"},  {69, true, "TFTP"},
    {512, false, "rexec"}, {513, false, "rlogin"}, {514, false, "rsh"},
};

bool is_loopback(std::string_view address)
{
    return address.starts_with("127.") || address == "::1";
}

} // namespace

Judgement judge_service_unneeded(const Inputs& in)
{
    const auto& listeners = in.device.facts.listeners;
    if (auto why = why_section_unknown(listeners, "listeners"); !why.empty())
        return {Unknown{std::move(why)}, {}};

    Bad verdict;
    for (const OldService& service : old_services)
    {
        const auto found = std::find_if(
            listeners->listeners.begin(), listeners->listeners.end(),
            [&](const wire::Listener& listener) {
                return listener.port == service.port
                       && listener.protocol.starts_with("udp") == service.is_udp
                       && !is_loopback(listener.address);
            });
        if (found == listeners->listeners.end())
            continue;
        Finding finding;
        finding.subject = std::string{service.name};
        finding.severity = Severity::warning;
        finding.evidence.set("service", service.name).set("port", std::int64_t{service.port});
        if (!found->program.empty())
            finding.evidence.set("path", found->program);
        verdict.findings.push_back(std::move(finding));
    }
    if (verdict.findings.empty())
        return {Good{}, {}};
    return {std::move(verdict), {}};
}

} // namespace mimamori::collector::rules
