#include "agent/probes/windows/usb_history.hpp"

#include "agent/probes/text.hpp"
#include "agent/probes/usb.hpp"
#include "agent/probes/windows/usb_id.hpp"

#include <algorithm>
#include <optional>

namespace mimamori::agent::probes::windows {
namespace {

using agent::windows::LoggedEvent;

/// The device that the event is about; nothing for disks that do not hang on USB.
std::optional<wire::UsbDevice> device_of(const LoggedEvent& event)
{
    const auto id = parse_usb_id(value_of(event, "ParentId"));
    if (!id)
        return std::nullopt;
    wire::UsbDevice device;
    device.vendor_id = id->vendor;
    device.product_id = id->product;
    device.vendor = fact_text(value_of(event, "Manufacturer"), 256);
    device.product = fact_text(value_of(event, "Model"), 256);
    device.serial = id->serial;
    device.serial_made_up = id->serial_made_up();
    device.device_class = "storage";
    return device;
}

bool is_present(const std::vector<wire::UsbDevice>& present, const wire::UsbDevice& device)
{
    return std::any_of(present.begin(), present.end(), [&](const wire::UsbDevice& other) {
        return other.vendor_id == device.vendor_id && other.product_id == device.product_id
               && other.serial == device.serial;
    });
}

std::optional<wire::Event> describe(const LoggedEvent& event)
{
    auto device = device_of(event);
    const auto capacity = to_number<std::uint64_t>(value_of(event, "Capacity"));
    if (!device || !capacity)
        return std::nullopt;
    wire::Event found;
    found.at = event.at;
    found.kind = *capacity > 0 ? wire::EventKind::usb_attached : wire::EventKind::usb_removed;
    found.text = usb_device_text(*device) + ", while the agent was not running";
    found.usb = std::move(device);
    return found;
}

} // namespace

Result<std::vector<wire::Event>> read_usb_history(
    const agent::windows::Machine& machine,
    Timestamp since,
    const std::vector<wire::UsbDevice>& present)
{
    agent::windows::EventQuestion question;
    question.channel = "Microsoft-Windows-Partition/Diagnostic";
    question.ids = {1006};
    question.since = since;
    question.events_max = 200;
    const auto logged = machine.events.query(question);
    if (!logged)
        return logged.error();

    // Windows finds the disks anew for some minutes after its start.
    constexpr std::chrono::minutes before_start{1};
    constexpr std::chrono::minutes after_start{3};
    const auto booted_at = machine.system.booted_at();
    std::vector<wire::Event> events;
    for (const std::string& xml : *logged)
    {
        const auto event = agent::windows::parse_event(xml);
        auto told = event ? describe(*event) : std::nullopt;
        if (!told)
            continue;
        const bool at_start = booted_at && told->at >= *booted_at - before_start
                              && told->at <= *booted_at + after_start;
        const bool came = told->kind == wire::EventKind::usb_attached;
        if (!(came && at_start && is_present(present, *told->usb)))
            events.push_back(std::move(*told));
    }
    std::stable_sort(
        events.begin(), events.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
    return events;
}

} // namespace mimamori::agent::probes::windows
