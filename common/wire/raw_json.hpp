#pragma once

#include <string>

namespace mimamori::wire {

/// JSON text that is carried along without being looked into. Empty: absent.
/// The reader fills it with the serialised value, so equal values give equal text.
struct RawJson
{
    std::string text;

    friend bool operator==(const RawJson&, const RawJson&) = default;
};

} // namespace mimamori::wire
