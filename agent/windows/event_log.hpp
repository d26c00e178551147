#pragma once

#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::agent::windows {

/// One event of a log, understood.
struct LoggedEvent
{
    std::uint32_t id{0};
    Timestamp at{};
    std::uint64_t record{0};
    std::map<std::string, std::string, std::less<>> data; ///< EventData and UserData, by name.
};

/// Which events are wanted.
struct EventQuestion
{
    std::string channel; ///< "Security", "Microsoft-Windows-Partition/Diagnostic".
    std::vector<std::uint32_t> ids;
    Timestamp since{};
    std::string also; ///< A further condition in XPath, a constant of ours; or nothing.
    std::size_t events_max{1'000};
};

/// The event logs, only for reading. Errors: not_found for a channel that is not there, forbidden,
/// unsupported, timeout, io.
class EventLog
{
public:
    virtual ~EventLog() = default;

    /// The newest events as XML, newest first.
    virtual Result<std::vector<std::string>> query(const EventQuestion& question) const = 0;
};

/// The question in the XPath of event logs.
std::string xpath_of(const EventQuestion& question);

/// A datum of an event; empty when it has none of that name. Valid as long as the event.
std::string_view value_of(const LoggedEvent& event, std::string_view name);

/// Understands the XML of one event. Errors: invalid_input.
Result<LoggedEvent> parse_event(std::string_view xml);

} // namespace mimamori::agent::windows
