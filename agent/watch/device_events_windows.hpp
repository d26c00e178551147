#pragma once

#include <functional>

/// Between the service, which alone is told of devices without a window, and DeviceSignals.
namespace mimamori::agent::watch {

/// The handle by which the service manager knows this service (SERVICE_STATUS_HANDLE); null: this
/// process is no service.
void set_service_handle(void* handle);
void* service_handle();

/// The service was told that a device came (true) or went. From any thread.
void device_changed(bool has_come);

/// Who hears of it, on the thread that says it; empty: nobody, from the moment the call returns.
void listen_to_devices(std::function<void(bool has_come)> listener);

} // namespace mimamori::agent::watch
