#pragma once

namespace mimamori::agent::app {

/// Says to the service manager in which state the service is (SERVICE_RUNNING, …). Does nothing
/// when this process is no service.
void report_service_state(unsigned long state, unsigned hint_ms = 0);

} // namespace mimamori::agent::app
