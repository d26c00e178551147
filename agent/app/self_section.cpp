#include "agent/app/self_section.hpp"

#include "agent/app/version.hpp"

namespace mimamori::agent::app {
namespace {

std::string origin_text(const settings::Origin& origin)
{
    if (origin.source == settings::Source::built_in)
        return "default";
    return std::string{name_of(origin.source)};
}

} // namespace

wire::SelfSection self_section_of(
    const Settings& settings,
    const std::vector<settings::Shown>& shown,
    const std::vector<settings::PassedOver>& passed_over,
    const RunningStatus& status)
{
    wire::SelfSection self;
    self.version = version();
    self.build = build();
    self.platform = platform();
    for (const auto& one : shown)
        self.settings.push_back({one.key, one.text, origin_text(one.origin)});
    for (const auto& one : passed_over)
        self.from.unknown.push_back({one.key, one.text});
    self.process_watch = status.process_watch;
    self.usb_watch = status.usb_watch;
    self.memory_cap_bytes = settings.memory_mib * 1024 * 1024;
    return self;
}

} // namespace mimamori::agent::app
