#include "collector/notify/channel_kinds.hpp"

#include "collector/notify/mail_channel.hpp"
#include "collector/notify/syslog_channel.hpp"
#include "collector/notify/webhook_channel.hpp"

namespace mimamori::collector::notify {

namespace {

bool always(const MailSettings&)
{
    return true;
}

// clang-format off
constexpr ChannelKind kinds[] = {
    {"mail",    check_mail_channel,    is_configured, compose_mails,    deliver_mail},
    {"webhook", check_webhook_channel, always,        compose_webhooks, deliver_webhook},
    {"syslog",  check_syslog_channel,  always,        compose_syslog,   deliver_syslog,  true},
};
// clang-format on

} // namespace

std::span<const ChannelKind> all_channel_kinds()
{
    return kinds;
}

const ChannelKind* find_channel_kind(std::string_view name)
{
    for (const ChannelKind& kind : kinds)
    {
        if (kind.name == name)
            return &kind;
    }
    return nullptr;
}

} // namespace mimamori::collector::notify
