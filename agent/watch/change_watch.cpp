#include "agent/watch/change_watch.hpp"

#include "agent/probes/usb.hpp"
#include "common/crypto/hash.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <string_view>
#include <utility>

namespace mimamori::agent::watch {
namespace {

/// More at once are one line: a first installation brings hundreds.
constexpr std::size_t services_told_max = 20;

constexpr std::size_t logons_told_max = 20;

/// Whether both stand for the same stay of one device at one socket.
bool is_same(const wire::UsbDevice& a, const wire::UsbDevice& b)
{
    return a.port == b.port && a.vendor_id == b.vendor_id && a.product_id == b.product_id
           && a.serial == b.serial;
}

bool contains(const std::vector<wire::UsbDevice>& devices, const wire::UsbDevice& device)
{
    return std::any_of(devices.begin(), devices.end(), [&](const wire::UsbDevice& other) {
        return is_same(device, other);
    });
}

std::string product_name(const wire::AntivirusProduct& product)
{
    return product.name.empty() ? product.id : product.name;
}

std::string_view switch_text(wire::Switch state)
{
    switch (state)
    {
    case wire::Switch::on:
        return "on";
    case wire::Switch::off:
        return "off";
    case wire::Switch::unknown:
        break;
    }
    return "unknown";
}

/// Tells finds apart: "defender:1f0c…". What is told later about a find changes nothing.
std::string key_of(const wire::AntivirusDetection& found)
{
    constexpr std::size_t digits = 16;
    const std::string which = found.id.empty()
                                  ? to_rfc3339(found.at) + '\n' + found.threat + '\n' + found.path
                                  : found.id;
    return found.product + ':' + crypto::sha256_hex(which).substr(0, digits);
}

std::string detection_text(const wire::AntivirusDetection& found)
{
    std::string text = found.threat;
    if (!found.path.empty())
        text += " in " + found.path;
    if (!found.action.empty())
        text += ": " + found.action;
    return text;
}

/// What of an adapter makes a difference: "up 10.0.0.5/24 via 10.0.0.1".
std::string adapter_text(const wire::Adapter& adapter)
{
    std::string text = adapter.link_up ? "up" : "down";
    for (const auto& address : adapter.addresses)
        text += ' ' + address;
    for (const auto& gateway : adapter.gateways)
        text += " via " + gateway;
    return text;
}

std::string system_text(const wire::OsSection& os)
{
    std::string text = os.product;
    if (!os.version.empty() && text.find(os.version) == std::string::npos)
        text += ' ' + os.version;
    if (os.build)
        text += fmt::format(" build {}.{}", *os.build, os.revision.value_or(0));
    if (!os.kernel.empty())
        text += " kernel " + os.kernel;
    return text;
}

/// Whether the section could be read and these members of it, too: where a source did not answer,
/// what is missing from a list has not gone.
bool is_known(const wire::Provenance& from, std::initializer_list<std::string_view> members)
{
    return std::none_of(from.unknown.begin(), from.unknown.end(), [&](const auto& unknown) {
        return unknown.fact.empty()
               || std::find(members.begin(), members.end(), unknown.fact) != members.end();
    });
}

} // namespace

std::vector<wire::Event> ChangeWatch::look(
    const wire::Facts& facts, Timestamp now, const std::string& user)
{
    now_ = now;
    if (facts.usb && is_known(facts.usb->from, {"devices"}))
        look_at_usb(*facts.usb);
    if (facts.antivirus && is_known(facts.antivirus->from, {"products"}))
        look_at_antivirus(*facts.antivirus);
    if (facts.interfaces && is_known(facts.interfaces->from, {"adapters", "addresses", "routes"}))
        look_at_interfaces(*facts.interfaces);
    if (facts.os && is_known(facts.os->from, {"product", "build", "kernel"}))
        look_at_os(*facts.os);
    if (facts.patches)
        look_at_patches(*facts.patches);
    if (facts.services && is_known(facts.services->from, {"services"}))
        look_at_services(*facts.services);
    if (facts.logons)
        look_at_logons(*facts.logons);
    for (auto& event : events_)
    {
        const bool has_user = event.kind == wire::EventKind::usb_attached
                              || event.kind == wire::EventKind::usb_removed;
        if (has_user)
            event.user = user;
    }
    return std::exchange(events_, {});
}

wire::Event& ChangeWatch::tell(wire::EventKind kind, std::string text)
{
    wire::Event& event = events_.emplace_back();
    event.at = now_;
    event.kind = kind;
    event.text = std::move(text);
    return event;
}

void ChangeWatch::look_at_usb(const wire::UsbSection& usb)
{
    const auto before = std::exchange(usb_, usb.devices);
    if (!before)
        return;
    for (const auto& device : *before)
    {
        if (!contains(usb.devices, device))
            tell(wire::EventKind::usb_removed, probes::usb_device_text(device)).usb = device;
    }
    for (const auto& device : usb.devices)
    {
        if (!contains(*before, device))
            tell(wire::EventKind::usb_attached, probes::usb_device_text(device)).usb = device;
    }
}

void ChangeWatch::look_at_antivirus(const wire::AntivirusSection& antivirus)
{
    std::map<std::string, wire::Switch> now;
    for (const auto& product : antivirus.products)
    {
        now[product.id] = product.realtime;
        look_at_pattern(product);
        if (!realtime_)
            continue;
        const auto before = realtime_->find(product.id);
        if (before == realtime_->end())
            tell(wire::EventKind::antivirus_switched, product_name(product) + ": newly found")
                .antivirus = product;
        // A source that answers again, or no more, switched nothing.
        else if (
            before->second != product.realtime && before->second != wire::Switch::unknown
            && product.realtime != wire::Switch::unknown)
            tell(
                wire::EventKind::antivirus_switched,
                fmt::format(
                    "{}: real-time protection {}", product_name(product),
                    switch_text(product.realtime)))
                .antivirus = product;
    }
    if (realtime_)
    {
        for (const auto& [id, state] : *realtime_)
        {
            if (now.count(id) == 0)
                tell(wire::EventKind::antivirus_switched, id + ": no longer found");
        }
    }
    realtime_ = std::move(now);
    look_at_detections(antivirus);
}

void ChangeWatch::look_at_detections(const wire::AntivirusSection& antivirus)
{
    const auto& logs = antivirus.detection_logs;
    // Of a product whose log cannot be read just now, what was told stays told.
    std::vector<std::string> keys;
    for (const std::string& key : seen_.detections)
    {
        if (std::find(logs.begin(), logs.end(), key.substr(0, key.find(':'))) == logs.end())
            keys.push_back(key);
    }
    for (auto found = antivirus.detections.rbegin(); found != antivirus.detections.rend(); ++found)
    {
        std::string key = key_of(*found);
        const auto& told = seen_.detections;
        if (std::find(told.begin(), told.end(), key) == told.end())
        {
            auto& event = tell(wire::EventKind::antivirus_detection, detection_text(*found));
            event.at = found->at;
            for (const wire::AntivirusProduct& product : antivirus.products)
            {
                if (product.id == found->product)
                    event.antivirus = product;
            }
        }
        keys.push_back(std::move(key));
    }
    seen_.detections = std::move(keys);
}

void ChangeWatch::look_at_pattern(const wire::AntivirusProduct& product)
{
    if (product.pattern_version.empty() && !product.pattern_built_at)
        return; // Unreadable for now, as while the updater replaces it.
    const auto seen =
        std::find_if(seen_.patterns.begin(), seen_.patterns.end(), [&](const SeenPattern& one) {
            return one.id == product.id;
        });
    if (seen == seen_.patterns.end())
    {
        seen_.patterns.push_back({product.id, product.pattern_version, product.pattern_built_at});
        return;
    }
    if (seen->version == product.pattern_version && seen->built_at == product.pattern_built_at)
        return;
    std::string text = fmt::format(
        "{}: pattern {} to {}", product_name(product), seen->version, product.pattern_version);
    if (product.pattern_built_at)
        text += ", built " + to_rfc3339(*product.pattern_built_at);
    tell(wire::EventKind::pattern_changed, std::move(text)).antivirus = product;
    seen->version = product.pattern_version;
    seen->built_at = product.pattern_built_at;
}

void ChangeWatch::look_at_interfaces(const wire::InterfacesSection& interfaces)
{
    std::map<std::string, std::string> now;
    for (const auto& adapter : interfaces.adapters)
        now[adapter.name] = adapter_text(adapter);
    const auto before = std::exchange(adapters_, now);
    if (!before)
        return;
    std::string text;
    const auto add = [&](const std::string& name, const std::string& what) {
        text += (text.empty() ? "" : "; ") + name + ": " + what;
    };
    for (const auto& [name, state] : now)
    {
        const auto known = before->find(name);
        if (known == before->end())
            add(name, "new, " + state);
        else if (known->second != state)
            add(name, known->second + " to " + state);
    }
    for (const auto& [name, state] : *before)
    {
        if (now.count(name) == 0)
            add(name, "gone");
    }
    if (!text.empty())
        tell(wire::EventKind::network_changed, std::move(text));
}

void ChangeWatch::look_at_os(const wire::OsSection& os)
{
    const std::string now = system_text(os);
    if (now.empty())
        return;
    const std::string before = std::exchange(seen_.system, now);
    if (!before.empty() && before != now)
        tell(wire::EventKind::os_updated, before + " to " + now);
}

void ChangeWatch::look_at_patches(const wire::PatchesSection& patches)
{
    if (!patches.last_update_at)
        return;
    const auto before = std::exchange(seen_.last_update_at, patches.last_update_at);
    if (before && *before < *patches.last_update_at)
        tell(
            wire::EventKind::os_updated,
            "updates installed at " + to_rfc3339(*patches.last_update_at));
}

void ChangeWatch::look_at_services(const wire::ServicesSection& services)
{
    const std::hash<std::string> hash;
    std::set<std::size_t> now;
    std::vector<const wire::Service*> added;
    for (const auto& service : services.services)
    {
        now.insert(hash(service.name));
        if (services_ && services_->count(hash(service.name)) == 0)
            added.push_back(&service);
    }
    services_ = std::move(now);
    for (std::size_t i = 0; i < std::min(added.size(), services_told_max); ++i)
    {
        const auto& service = *added[i];
        tell(
            wire::EventKind::service_installed,
            service.command.empty() ? service.name : service.name + ": " + service.command);
    }
    if (added.size() > services_told_max)
        tell(
            wire::EventKind::service_installed,
            fmt::format("and {} more", added.size() - services_told_max));
}

void ChangeWatch::look_at_logons(const wire::LogonsSection& logons)
{
    std::optional<Timestamp> newest = logons_until_;
    std::vector<const wire::Logon*> added;
    for (const auto& logon : logons.logons)
    {
        if (!logon.last_at)
            continue;
        if (!newest || *logon.last_at > *newest)
            newest = logon.last_at;
        if (logons_until_ && *logon.last_at > *logons_until_)
            added.push_back(&logon);
    }
    std::sort(added.begin(), added.end(), [](const auto* a, const auto* b) {
        return *a->last_at < *b->last_at;
    });
    for (std::size_t i = 0; i < std::min(added.size(), logons_told_max); ++i)
    {
        const auto& logon = *added[i];
        auto& event = tell(
            wire::EventKind::logon,
            logon.source.empty() ? logon.kind : logon.kind + " from " + logon.source);
        event.at = *logon.last_at;
        event.user = logon.user;
    }
    logons_until_ = newest ? newest : now_;
}

} // namespace mimamori::agent::watch
