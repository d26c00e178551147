#include "agent/watch/signals.hpp"
#include "agent/watch/wake_windows.hpp"
#include "common/platform/system_windows.hpp"

#include <windows.h>
#include <winsock2.h>
#include <ws2tcpip.h>

#include <iphlpapi.h>
#include <netioapi.h>

namespace mimamori::agent::watch {

struct NetworkSignals::State
{
    explicit State(const asio::any_io_executor& executor)
        : wake{std::make_shared<Wake>(executor)}
    {}

    // When CancelMibChangeNotify2 returns, nobody is called any more.
    ~State()
    {
        if (addresses != nullptr)
            ::CancelMibChangeNotify2(addresses);
        if (interfaces != nullptr)
            ::CancelMibChangeNotify2(interfaces);
    }

    static void CALLBACK address(void* given, MIB_UNICASTIPADDRESS_ROW*, MIB_NOTIFICATION_TYPE)
    {
        static_cast<State*>(given)->wake->ring();
    }

    static void CALLBACK interface_changed(void* given, MIB_IPINTERFACE_ROW*, MIB_NOTIFICATION_TYPE)
    {
        static_cast<State*>(given)->wake->ring();
    }

    std::shared_ptr<Wake> wake;
    HANDLE addresses{nullptr};
    HANDLE interfaces{nullptr};
};

NetworkSignals::NetworkSignals(std::unique_ptr<State> state)
    : state_{std::move(state)}
{}

NetworkSignals::NetworkSignals(NetworkSignals&&) noexcept = default;
NetworkSignals& NetworkSignals::operator=(NetworkSignals&&) noexcept = default;
NetworkSignals::~NetworkSignals() = default;

Result<NetworkSignals> NetworkSignals::open(const asio::any_io_executor& executor)
{
    auto state = std::make_unique<State>(executor);
    State* const own = state.get();
    DWORD failed =
        ::NotifyUnicastIpAddressChange(AF_UNSPEC, State::address, own, FALSE, &own->addresses);
    if (failed == NO_ERROR)
        failed = ::NotifyIpInterfaceChange(
            AF_UNSPEC, State::interface_changed, own, FALSE, &own->interfaces);
    if (failed != NO_ERROR)
        return platform::system_error("ask for news of the network", failed);
    return NetworkSignals{std::move(state)};
}

awaitable<Result<void>> NetworkSignals::next()
{
    const bool go_on = co_await state_->wake->wait();
    if (!go_on)
        co_return Error{Errc::cancelled, "cancelled"};
    co_return Result<void>{};
}

} // namespace mimamori::agent::watch
