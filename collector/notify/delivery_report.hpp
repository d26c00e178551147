#pragma once

#include <string>

namespace mimamori::collector::notify {

/// What the other side said to one attempt.
enum class Delivered
{
    accepted,
    try_later, ///< It could not be reached, was busy, or the settings are wrong.
    refused    ///< It will never take this message.
};

struct DeliveryReport
{
    Delivered delivered{Delivered::try_later};
    std::string problem; ///< For the log and the page; never a secret.
};

} // namespace mimamori::collector::notify
