#pragma once

#include "common/base/result.hpp"

#include <optional>
#include <string>
#include <vector>

namespace mimamori::agent::windows {

/// When a service is started (winsvc.h: SERVICE_BOOT_START and following).
enum class StartType
{
    unknown,
    boot,
    system,
    automatic,
    manual,
    disabled
};

/// One service of the service control manager.
struct ServiceRow
{
    std::string name;
    std::string display_name;
    bool driver{false};
    bool running{false}; ///< Also while it starts or stops.
    StartType start{StartType::unknown};
    bool delayed{false};
    std::string account; ///< "LocalSystem", "NT AUTHORITY\LocalService", "HOSPITAL\svc".
    std::string command;
    std::string why_not; ///< Why its configuration is not known; empty: it is.
};

/// The service control manager, only for reading. Errors: forbidden, io.
class Services
{
public:
    virtual ~Services() = default;

    /// All services and drivers.
    virtual Result<std::vector<ServiceRow>> list() const = 0;
};

} // namespace mimamori::agent::windows
