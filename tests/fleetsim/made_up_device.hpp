#pragma once

#include "common/base/time.hpp"
#include "common/wire/enrollment.hpp"
#include "common/wire/event.hpp"
#include "common/wire/sections.hpp"
#include "tests/fleetsim/catalogue.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace mimamori::fleetsim {

/// What is true of the whole made-up hospital.
struct MadeUpSite
{
    std::size_t devices{0}; ///< How many report.
    Timestamp now{};        ///< Dates of patterns and logons are counted back from here.
};

/// Devices that share a subnet, and so a department.
inline constexpr std::size_t devices_per_subnet = 34;

/// One device of a hospital that does not exist, as it really looks: some have old systems, stale
/// patterns, programs that nobody knows. All of it follows from the index, so nothing is kept.
class MadeUpDevice
{
public:
    MadeUpDevice(const MadeUpSite& site, std::size_t index);

    /// "EMR-3E-0014".
    std::string hostname() const;

    wire::MachineFacts machine() const;

    /// The body of section `section` (its position in `wire::section_names`) after it has changed
    /// `version` times.
    std::string section_body(std::size_t section, std::uint32_t version) const;

    /// Event `number` of the device; its content does not depend on the time.
    wire::Event event(std::uint64_t number, Timestamp at) const;

    /// The device's clock minus the true time.
    std::chrono::milliseconds clock_offset() const;

    /// In a lifelike fleet: it is switched off after its first report.
    bool is_switched_off() const;

    /// A section that changes now and then.
    static std::size_t changing_section(std::uint64_t which);

    const Department& department() const { return *department_; }

    Role role() const { return role_; }

    const System& system() const { return *system_; }

    const Machine& hardware() const { return *machine_; }

    std::size_t index() const { return index_; }

private:
    wire::OsSection os() const;
    wire::PatchesSection patches(std::uint32_t version) const;
    wire::AntivirusSection antivirus(std::uint32_t version) const;
    wire::UsbSection usb(std::uint32_t version) const;
    wire::ProcessesSection processes(std::uint32_t version) const;
    wire::InterfacesSection interfaces(std::uint32_t version) const;
    wire::NeighboursSection neighbours(std::uint32_t version) const;
    wire::ListenersSection listeners(std::uint32_t version) const;
    wire::PeersSection peers(std::uint32_t version) const;
    wire::SoftwareSection software(std::uint32_t version) const;
    wire::ServicesSection services() const;
    wire::AccountsSection accounts() const;
    wire::SecuritySection security() const;
    wire::HardwareSection hardware_section() const;
    wire::LogonsSection logons(std::uint32_t version) const;
    wire::SelfSection self() const;

    bool is_windows() const { return !system_->patches.empty(); }

    bool is_old_windows() const { return system_->build == 7601; }

    std::string address_of(std::size_t index) const;
    std::string mac_of(std::size_t index) const;
    std::size_t patch_number() const;
    wire::Program stray_program(std::uint64_t which) const;
    wire::UsbDevice stray_medium(std::uint64_t which) const;

    const MadeUpSite& site_; ///< Outlives the device.
    std::size_t index_;
    const Department* department_;
    Role role_{Role::records};
    const System* system_;
    const Machine* machine_;
};

} // namespace mimamori::fleetsim
