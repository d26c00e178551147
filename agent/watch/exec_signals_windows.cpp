#include "agent/watch/signals.hpp"

namespace mimamori::agent::watch {

// Windows tells of new processes by event tracing or WMI only; both cost more than the agent may
// take on an old PC. The list of processes is looked at every few seconds.
struct ExecSignals::State
{};

ExecSignals::ExecSignals(std::unique_ptr<State> state)
    : state_{std::move(state)}
{}

ExecSignals::ExecSignals(ExecSignals&&) noexcept = default;
ExecSignals& ExecSignals::operator=(ExecSignals&&) noexcept = default;
ExecSignals::~ExecSignals() = default;

Result<ExecSignals> ExecSignals::open(const asio::any_io_executor&)
{
    return Error{Errc::unsupported, "Windows tells of new processes only at a cost"};
}

awaitable<Result<ExecSignals::Batch>> ExecSignals::next()
{
    co_return Error{Errc::unsupported, "never opened"};
}

} // namespace mimamori::agent::watch
