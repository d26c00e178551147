#include "agent/report/clock_watch.hpp"

#include <cstdlib>
#include <string>

namespace mimamori::agent::report {
namespace {

wire::Event jump(Timestamp at, std::chrono::milliseconds by, const std::string& what)
{
    const auto seconds = std::chrono::round<std::chrono::seconds>(by).count();
    wire::Event event;
    event.at = at;
    event.kind = wire::EventKind::time_jumped;
    event.text = what + (seconds > 0 ? "+" : "") + std::to_string(seconds) + " s";
    return event;
}

} // namespace

std::optional<wire::Event> ClockWatch::look(Timestamp civil, std::chrono::milliseconds since_boot)
{
    const Timestamp boot = civil - since_boot;
    if (!boot_)
    {
        boot_ = boot;
        if (last_report_at_ && *last_report_at_ - civil >= jump_min)
            return jump(
                civil, civil - *last_report_at_, "the clock is behind the agent's last report: ");
        return std::nullopt;
    }
    const auto by = boot - *boot_;
    if (std::chrono::abs(by) < jump_min)
        return std::nullopt; // Small ones may add up; then they count.
    boot_ = boot;
    return jump(civil, by, "the clock was set: ");
}

} // namespace mimamori::agent::report
