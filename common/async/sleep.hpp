#pragma once

#include "common/async/asio.hpp"

#include <chrono>

namespace mimamori::async {

/// Waits for `wait`. False when cancelled, now or before: the caller is being stopped and returns.
awaitable<bool> sleep_for(std::chrono::milliseconds wait);

} // namespace mimamori::async
