#pragma once

#include <functional>
#include <string>
#include <string_view>

/// Who asks the program to end on Windows: the service manager, the console, the machine going
/// down. They ask on threads of their own; whoever listens hears it there.
namespace mimamori::agent::app {

/// The first reason stands.
void ask_to_stop(std::string_view reason);

/// Empty: nobody asked.
std::string asked_to_stop();

/// Hears of it once, at once when somebody asked already. One listener at a time; an empty one ends
/// it, and is heard no more when the call returns.
void listen_to_stop(std::function<void()> listener);

/// Ctrl-C and Ctrl-Break, the console's close button, log-off and shutdown ask from now on.
void listen_to_console();

/// The process is a service: only the service manager asks. A service hears of every user's log-off
/// as if it were its own.
void obey_service_manager_only();

} // namespace mimamori::agent::app
