#include "agent/watch/device_events_windows.hpp"
#include "agent/watch/signals.hpp"
#include "agent/watch/wake_windows.hpp"
#include "common/platform/system_windows.hpp"

#include <windows.h>

#include <dbt.h>
#include <mutex>
#include <utility>
#include <vector>

namespace mimamori::agent::watch {
namespace {

/// GUID_DEVINTERFACE_USB_DEVICE and GUID_DEVINTERFACE_DISK.
constexpr GUID usb_devices{
    0xA5DCBF10, 0x6530, 0x11D2, {0x90, 0x1F, 0x00, 0xC0, 0x4F, 0xB9, 0x51, 0xED}};
constexpr GUID disks{0x53F56307, 0xB6BF, 0x11D0, {0x94, 0xF2, 0x00, 0xA0, 0xC9, 0x1E, 0xFB, 0x8B}};

struct Hub
{
    std::mutex lock;
    void* service{nullptr};
    std::function<void(bool)> listener;
};

Hub& hub()
{
    static Hub instance;
    return instance;
}

HDEVNOTIFY ask_for(const GUID& kind)
{
    DEV_BROADCAST_DEVICEINTERFACE_W filter{};
    filter.dbcc_size = sizeof filter;
    filter.dbcc_devicetype = DBT_DEVTYP_DEVICEINTERFACE;
    filter.dbcc_classguid = kind;
    return ::RegisterDeviceNotificationW(service_handle(), &filter, DEVICE_NOTIFY_SERVICE_HANDLE);
}

/// In the form the watch knows from Linux.
Uevent usb_event(bool has_come)
{
    Uevent event;
    event.action = has_come ? "add" : "remove";
    event.subsystem = "usb";
    event.type = "usb_device";
    return event;
}

} // namespace

void set_service_handle(void* handle)
{
    const std::lock_guard guard{hub().lock};
    hub().service = handle;
}

void* service_handle()
{
    const std::lock_guard guard{hub().lock};
    return hub().service;
}

void device_changed(bool has_come)
{
    const std::lock_guard guard{hub().lock};
    if (hub().listener)
        hub().listener(has_come);
}

void listen_to_devices(std::function<void(bool)> listener)
{
    const std::lock_guard guard{hub().lock};
    hub().listener = std::move(listener);
}

struct DeviceSignals::State
{
    explicit State(const asio::any_io_executor& executor)
        : wake{std::make_shared<Wake>(executor)}
    {}

    ~State()
    {
        listen_to_devices({});
        for (const HDEVNOTIFY asked : notifications)
            ::UnregisterDeviceNotification(asked);
    }

    std::shared_ptr<Wake> wake;
    std::vector<HDEVNOTIFY> notifications;
    std::mutex lock;
    std::vector<bool> changes; ///< Under the lock: whether it came.
};

DeviceSignals::DeviceSignals(std::unique_ptr<State> state)
    : state_{std::move(state)}
{}

DeviceSignals::DeviceSignals(DeviceSignals&&) noexcept = default;
DeviceSignals& DeviceSignals::operator=(DeviceSignals&&) noexcept = default;
DeviceSignals::~DeviceSignals() = default;

Result<DeviceSignals> DeviceSignals::open(const asio::any_io_executor& executor)
{
    if (service_handle() == nullptr)
        return Error{Errc::unsupported, "Windows tells only a service of devices"};
    auto state = std::make_unique<State>(executor);
    for (const GUID& kind : {usb_devices, disks})
    {
        const HDEVNOTIFY asked = ask_for(kind);
        if (asked == nullptr)
            return platform::system_error("ask for news of devices", ::GetLastError());
        state->notifications.push_back(asked);
    }
    listen_to_devices([own = state.get()](bool has_come) {
        const std::lock_guard guard{own->lock};
        own->changes.push_back(has_come);
        own->wake->ring();
    });
    return DeviceSignals{std::move(state)};
}

awaitable<Result<DeviceSignals::Batch>> DeviceSignals::next()
{
    const bool go_on = co_await state_->wake->wait();
    if (!go_on)
        co_return Error{Errc::cancelled, "cancelled"};
    Batch batch;
    const std::lock_guard guard{state_->lock};
    for (const bool has_come : std::exchange(state_->changes, {}))
        batch.events.push_back(usb_event(has_come));
    co_return batch;
}

} // namespace mimamori::agent::watch
