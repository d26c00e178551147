#pragma once

#include "common/log/log.hpp"

#include <string_view>

/// Windows' event log: life, warnings and errors of the service, under "Application".
namespace mimamori::agent::app {

/// Tells the event viewer where the texts of our messages are: in this program. For the
/// administrator; does nothing when it is so already.
void register_event_source();

/// Takes that back.
void forget_event_source();

/// Writes one line.
void write_event(log::Level level, std::string_view line);

} // namespace mimamori::agent::app
