#pragma once

#include "common/base/time.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>

namespace mimamori::tests {

/// A clock that shows what it was told. Any thread may look.
class ManualClock final : public Clock
{
public:
    explicit ManualClock(Timestamp now = from_ms(1'790'000'000'000))
        : now_ms_{to_ms(now)}
    {}

    Timestamp now() const override { return from_ms(now_ms_.load()); }

    void advance(std::chrono::milliseconds by) { now_ms_ += by.count(); }

private:
    std::atomic<std::int64_t> now_ms_;
};

} // namespace mimamori::tests
