#pragma once

#include "common/base/time.hpp"
#include "common/wire/event.hpp"
#include "common/wire/sections.hpp"

#include <boost/describe/class.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace mimamori::agent::watch {

/// What ChangeWatch remembers across restarts: updates and patterns often change while the agent
/// is down.
struct SeenPattern
{
    std::string id; ///< Of the product.
    std::string version;
    std::optional<Timestamp> built_at;

    friend bool operator==(const SeenPattern&, const SeenPattern&) = default;
};
BOOST_DESCRIBE_STRUCT(SeenPattern, (), (id, version, built_at))

struct Seen
{
    std::string system; ///< Product, version, build and kernel.
    std::optional<Timestamp> last_update_at;
    std::vector<SeenPattern> patterns;
    std::vector<std::string> detections; ///< Keys of those that were told.

    friend bool operator==(const Seen&, const Seen&) = default;
};
BOOST_DESCRIBE_STRUCT(Seen, (), (system, last_update_at, patterns, detections))

/// Makes events of the differences between what a probe found last time and what it finds now.
/// No I/O. The first look at a section makes none, except for what `Seen` remembers and for what
/// antivirus products found in the last week.
class ChangeWatch
{
public:
    explicit ChangeWatch(Seen seen)
        : seen_{std::move(seen)}
    {}

    /// `facts` holds the sections that were just found out; `user` is who sits at the machine.
    std::vector<wire::Event> look(const wire::Facts& facts, Timestamp now, const std::string& user);

    const Seen& seen() const { return seen_; }

private:
    void look_at_usb(const wire::UsbSection& usb);
    void look_at_antivirus(const wire::AntivirusSection& antivirus);
    void look_at_detections(const wire::AntivirusSection& antivirus);
    void look_at_pattern(const wire::AntivirusProduct& product);
    void look_at_interfaces(const wire::InterfacesSection& interfaces);
    void look_at_os(const wire::OsSection& os);
    void look_at_patches(const wire::PatchesSection& patches);
    void look_at_services(const wire::ServicesSection& services);
    void look_at_logons(const wire::LogonsSection& logons);
    wire::Event& tell(wire::EventKind kind, std::string text);

    Seen seen_;
    std::optional<std::vector<wire::UsbDevice>> usb_;
    std::optional<std::map<std::string, wire::Switch>> realtime_; // by product
    std::optional<std::map<std::string, std::string>> adapters_;  // by name
    std::optional<std::set<std::size_t>> services_;               // hashes of names
    std::optional<Timestamp> logons_until_;
    std::vector<wire::Event> events_;
    Timestamp now_{};
};

} // namespace mimamori::agent::watch
