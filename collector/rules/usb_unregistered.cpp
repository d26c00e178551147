#include "collector/rules/usb_unregistered.hpp"

#include "collector/rules/os_facts.hpp"

#include <algorithm>
#include <utility>

namespace mimamori::collector::rules {

namespace {

/// A serial that the operating system made up names a socket, not a medium.
std::string true_serial(const wire::UsbDevice& device)
{
    return device.serial_made_up ? std::string{} : device.serial;
}

Finding unregistered(const SeenMedium& medium, Severity severity)
{
    const wire::UsbDevice& device = medium.device;
    const std::string serial = true_serial(device);
    Finding finding;
    finding.subject = device.vendor_id + ':' + device.product_id + ':' + serial;
    finding.severity = severity;
    finding.happened_at = medium.last_attached_at;
    finding.evidence.set("vendor_id", device.vendor_id)
        .set("product_id", device.product_id)
        .set("vendor", device.vendor)
        .set("product", device.product)
        .set("last_attached_at", medium.last_attached_at);
    if (serial.empty())
        finding.evidence.set("case", "no_serial");
    else
        finding.evidence.set("serial", serial);
    return finding;
}

} // namespace

Judgement judge_usb_unregistered(const Inputs& in)
{
    Judgement result{Good{}, {}};
    std::vector<const SeenMedium*> media;
    for (const SeenMedium& medium : in.site.media)
    {
        if (medium.registered_until)
            look_again(result, *medium.registered_until, in.now);
        if (medium.device.device_class == "storage" && !medium.registered)
            media.push_back(&medium);
    }
    const auto& usb = in.device.facts.usb;
    if (media.empty())
    {
        if (auto why = why_section_unknown(usb, "usb"); !why.empty())
            result.verdict = Unknown{std::move(why)};
        return result;
    }

    // Where storage is blocked nothing could be copied; it was still tried.
    const bool blocked = usb && usb->storage_policy == "blocked";
    const Severity severity = blocked ? Severity::info : Severity::warning;
    std::sort(media.begin(), media.end(), [](const SeenMedium* a, const SeenMedium* b) {
        return a->last_attached_at > b->last_attached_at;
    });
    Bad verdict;
    const std::size_t named = std::min(media.size(), in.policy.media_named);
    for (std::size_t i = 0; i < named; ++i)
    {
        Finding finding = unregistered(*media[i], severity);
        const bool there = std::any_of(
            verdict.findings.begin(), verdict.findings.end(),
            [&finding](const Finding& other) { return other.subject == finding.subject; });
        if (!there) // Media without a serial cannot be told apart.
            verdict.findings.push_back(std::move(finding));
    }
    if (named < media.size())
    {
        Finding finding;
        finding.subject = "*";
        finding.severity = severity;
        finding.happened_at = media[named]->last_attached_at;
        finding.evidence.set("case", "many")
            .set("count", static_cast<std::int64_t>(media.size() - named));
        verdict.findings.push_back(std::move(finding));
    }
    result.verdict = std::move(verdict);
    return result;
}

} // namespace mimamori::collector::rules
