#pragma once

#include <utility>

namespace mimamori {

/// Runs `action` when it goes out of scope. For C interfaces without an owning type.
template <class Action>
class ScopeExit
{
public:
    explicit ScopeExit(Action action)
        : action_{std::move(action)}
    {}

    ScopeExit(const ScopeExit&) = delete;
    ScopeExit& operator=(const ScopeExit&) = delete;

    ~ScopeExit() { action_(); }

private:
    Action action_;
};

} // namespace mimamori
