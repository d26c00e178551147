#pragma once

#include "common/base/time.hpp"
#include "common/wire/sections/provenance.hpp"

#include <boost/describe/class.hpp>

#include <string>
#include <vector>

/// What starts by itself.
namespace mimamori::wire {

/// One service or unit.
struct Service
{
    std::string name;
    std::string display_name;
    std::string start_type; ///< "automatic", "manual", "disabled", "static", "masked".
    std::string state;      ///< "running", "stopped", "failed"; empty: not known.
    std::string account;
    std::string command;

    friend bool operator==(const Service&, const Service&) = default;
};
BOOST_DESCRIBE_STRUCT(Service, (), (name, display_name, start_type, state, account, command))

/// One other place from which programs start: Run keys, start-up folders, XDG autostart, rc.local.
struct Autorun
{
    std::string location;
    std::string name;
    std::string command;

    friend bool operator==(const Autorun&, const Autorun&) = default;
};
BOOST_DESCRIBE_STRUCT(Autorun, (), (location, name, command))

/// One scheduled task: Windows task, systemd timer, cron line.
struct ScheduledTask
{
    std::string name;
    std::string schedule;
    std::string account;
    std::string command;
    bool enabled{false};

    friend bool operator==(const ScheduledTask&, const ScheduledTask&) = default;
};
BOOST_DESCRIBE_STRUCT(ScheduledTask, (), (name, schedule, account, command, enabled))

/// Section `services`.
struct ServicesSection
{
    Provenance from;
    std::vector<Service> services;
    std::vector<Autorun> autoruns;
    std::vector<ScheduledTask> tasks;

    friend bool operator==(const ServicesSection&, const ServicesSection&) = default;
};
BOOST_DESCRIBE_STRUCT(ServicesSection, (), (from, services, autoruns, tasks))

} // namespace mimamori::wire
