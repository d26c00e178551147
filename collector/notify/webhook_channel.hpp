#pragma once

#include "collector/notify/channel_kinds.hpp"

#include <string>
#include <string_view>
#include <vector>

/// The channel kind "webhook": JSON by POST over verified HTTPS, signed.
namespace mimamori::collector::notify {

Result<void> check_webhook_channel(const Channel& channel);

/// A message for each hundred findings.
std::vector<Outgoing> compose_webhooks(const Bundle& bundle, const ComposeContext& context);

DeliveryReport deliver_webhook(const storage::Delivery& delivery, const DeliverContext& context);

/// The value of the header X-Mimamori-Signature: "t=<unix seconds>,v1=<hex>", where hex is the
/// HMAC-SHA-256, with the channel's secret as key, of "<unix seconds>.<body>". A receiver refuses
/// what is older than a few minutes by its own clock.
std::string webhook_signature(std::string_view secret, std::string_view body, Timestamp now);

} // namespace mimamori::collector::notify
