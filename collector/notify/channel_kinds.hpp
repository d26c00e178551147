#pragma once

#include "collector/findings/month_report.hpp"
#include "collector/notify/alert_settings.hpp"
#include "collector/notify/delivery_report.hpp"
#include "collector/notify/mail_settings.hpp"
#include "collector/notify/secrets.hpp"
#include "collector/storage/alert_store.hpp"
#include "collector/storage/audit_store.hpp"
#include "collector/storage/delivery_store.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <atomic>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::collector::notify {

/// Why something is told.
enum class News
{
    opened,
    escalated, ///< Nobody acknowledged it.
    repeated,  ///< Nobody acknowledged it: once more.
    resolved
};

/// What a digest says.
struct DigestContent
{
    struct Line
    {
        std::string rule;
        rules::Severity severity{rules::Severity::info};
        rules::Evidence evidence; ///< Of one of them.
        std::uint64_t findings{0};
    };

    std::uint64_t devices{0};
    std::uint64_t silent{0};
    std::uint64_t opened{0};   ///< Since the digest before.
    std::uint64_t resolved{0}; ///< Since the digest before.
    std::vector<Line> open;    ///< Worst first.
    std::vector<storage::FailingChannel> failing;

    /// The report of a month that has ended, where this is what is told; not owned.
    const findings::MonthReport* month{nullptr};
};

/// What one channel is to tell at once. One of the four: findings, a digest, a head of the record
/// of changes, a test.
struct Bundle
{
    News news{News::opened};
    std::vector<storage::AlertSubject> findings;
    const DigestContent* digest{nullptr};
    const storage::SignedHead* head{nullptr}; ///< Only for kinds that keep a log.
    bool is_test{false};
};

/// What is known besides the bundle.
struct ComposeContext
{
    const Named<Channel>& channel;
    const AlertSettings& settings;
    const MailSettings& mail;
    Timestamp now;

    /// For whom texts are made.
    findings::Reader reader() const
    {
        return {channel.is.language.value_or(mail.language), now, mail.utc_offset};
    }
};

/// One message that is to be queued: recipient, summary and content of a delivery.
struct Outgoing
{
    std::string message_id;
    std::string recipient;
    std::string summary;
    std::string content;
};

struct DeliverContext
{
    const Channel& channel;
    const MailSettings& mail;
    const Secrets& secrets;
    Timestamp now;
    const std::atomic<bool>* stop{nullptr}; ///< Ends the attempt when it becomes true.
};

/// A kind of channel. A new one is its own files and a line in channel_kinds.cpp.
struct ChannelKind
{
    std::string_view name;

    /// Errors: invalid_input, naming the member of the channel that is wrong.
    Result<void> (*check)(const Channel& channel);

    /// Whether it can be used with what is set of mail.
    bool (*usable)(const MailSettings& mail);

    std::vector<Outgoing> (*compose)(const Bundle& bundle, const ComposeContext& context);

    /// Blocks for a limited time: run it off the I/O threads.
    DeliveryReport (*deliver)(const storage::Delivery& delivery, const DeliverContext& context);

    /// What is told there stays there, out of reach of who rules the collector: it is also told of
    /// each signed head of the record of changes.
    bool keeps_log{false};
};

std::span<const ChannelKind> all_channel_kinds();

/// Null when there is none of that name.
const ChannelKind* find_channel_kind(std::string_view name);

} // namespace mimamori::collector::notify
