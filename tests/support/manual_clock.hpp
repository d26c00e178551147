#pragma once

#include "common/base/time.hpp"

namespace mimamori::tests {

/// A clock that shows what it was told.
class ManualClock final : public Clock
{
public:
    explicit ManualClock(Timestamp now = from_ms(1'790'000'000'000))
        : now_{now}
    {}

    Timestamp now() const override { return now_; }

    void advance(std::chrono::milliseconds by) { now_ += by; }

private:
    Timestamp now_;
};

} // namespace mimamori::tests
