#pragma once

#include <cstdint>
#include <span>
#include <string_view>

/// What the devices of a made-up hospital are chosen from.
namespace mimamori::fleetsim {

/// What a device is there for.
enum class Role
{
    records,  ///< Electronic medical records: wards, outpatients.
    office,   ///< Administration.
    viewer,   ///< Looks at pictures.
    modality, ///< The console of a medical device.
    analyser, ///< A laboratory's device.
    server
};

/// One part of the hospital; each subnet belongs to one.
struct Department
{
    std::string_view code; ///< In host names: "3E".
    std::string_view name; ///< For people: "3階東病棟".

    /// Of 100 devices so many have each role, in the order of `Role`.
    int shares[6];
};

/// A monthly update of one build.
struct Patch
{
    std::uint32_t revision;
    std::string_view kb;
    std::string_view day; ///< ISO date.
};

/// One operating system that devices have.
struct System
{
    std::string_view family;
    std::string_view product;
    std::string_view distribution;
    std::string_view edition;
    std::string_view version;
    std::uint32_t build; ///< 0: not Windows.
    std::string_view channel;
    std::string_view kernel;
    std::span<const Patch> patches; ///< Newest first; empty: Linux.
};

enum class Chassis
{
    desktop,
    notebook,
    server
};

/// A machine as its maker sells it.
struct Machine
{
    std::string_view vendor;
    std::string_view model;
    Chassis chassis;
    std::string_view cpu;
    int cores;
    int memory_gib;
    std::string_view mac_prefix;
};

/// One of several choices and how often it is taken.
struct Weighted
{
    int weight;
    std::size_t index; ///< In the list that is chosen from.
};

/// A program that is installed, and how it looks when it runs.
struct Software
{
    std::string_view name;
    std::string_view vendor;
    std::string_view version;
    std::string_view path; ///< Empty: does not show among the processes.
};

std::span<const Department> departments();

/// Systems and machines of a role with their weights.
std::span<const System> systems();
std::span<const Weighted> systems_of(Role role);
std::span<const Machine> machines();
std::span<const Weighted> machines_of(Role role);

/// What runs on every Windows.
std::span<const Software> windows_parts();

/// What a role has besides.
std::span<const Software> software_of(Role role);

/// On every Linux server and analyser.
std::span<const Software> linux_packages();

/// "EMR": the first part of a host name.
std::string_view role_code(Role role);

} // namespace mimamori::fleetsim
