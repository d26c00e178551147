#include "collector/notify/alert_desk.hpp"

#include "collector/notify/channel_kinds.hpp"
#include "collector/notify/mail_channel.hpp"
#include "collector/notify/mail_server.hpp"
#include "collector/notify/routing.hpp"
#include "collector/storage/audit_store.hpp"
#include "common/base/scope_exit.hpp"
#include "common/base/utf8.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/json_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mimamori::collector::notify {

namespace {

using storage::AlertSettingRow;
using storage::Session;

constexpr std::size_t name_bytes_max = 100;
constexpr const char* server_name = "mail";
constexpr std::size_t settings_max = 1'000;
constexpr std::size_t webhook_secret_min = 16;

/// For a person who waits; a mail of the queue has longer.
constexpr std::chrono::seconds test_limit{8};

Result<void> check_name(const std::string& name)
{
    // Lists on the command line are separated by commas, "contact:" and "duty:" by colons.
    const bool plain = std::none_of(name.begin(), name.end(), [](char c) {
        return (c >= 0 && c < ' ') || c == 0x7F || c == ',' || c == ':' || c == '"';
    });
    if (name.empty() || name.size() > name_bytes_max || !plain)
        return Error{
            Errc::invalid_input,
            fmt::format("name: 1 to {} bytes without comma, colon or quotes", name_bytes_max)};
    return {};
}

Result<Channel> channel_of(const std::string& body)
{
    return wire::from_json<Channel>(body);
}

/// A mail server as it is kept, with the name of its password.
Result<std::string> server_with_secret(
    Session& session,
    const WantedSetting& wanted,
    const std::string& body,
    const std::string& new_secret)
{
    auto server = wire::from_json<MailServer>(body);
    if (!server)
        return std::move(server).error();
    server->secret = new_secret;
    const auto before = storage::find_alert_setting(session, wanted.no);
    if (new_secret.empty() && !server->user.empty() && before && before->kind == "mail_server")
    {
        const auto old = wire::from_json<MailServer>(before->body);
        const bool has_one = old && !old->secret.empty();
        if (has_one && needs_password_again(*old, *server))
            return Error{
                Errc::invalid_input, "secret: the password again: server or user have changed"};
        server->secret = has_one ? old->secret : "";
    }
    if (!server->user.empty() && server->secret.empty())
        return Error{Errc::invalid_input, "secret: the password of the user"};
    return wire::to_json<wire::Defaults::written>(*server);
}

/// Errors: invalid_input.
Result<void> check_secret(const WantedSetting& wanted)
{
    const std::string& secret = wanted.secret;
    if (wanted.kind != "mail_server" && secret.size() < webhook_secret_min)
        return Error{Errc::invalid_input, "secret: 16 to 1024 bytes"};
    if (std::any_of(secret.begin(), secret.end(), [](char c) { return c >= 0 && c < ' '; }))
        return Error{Errc::invalid_input, "secret: without line ends"};
    return {};
}

/// The body as it is kept: with the name of the secret, which nobody may choose.
Result<std::string> body_with_secret(
    Session& session, const WantedSetting& wanted, const std::string& new_secret)
{
    auto body = normal_body(wanted.kind, wanted.body);
    if (body && wanted.kind == "mail_server")
        return server_with_secret(session, wanted, *body, new_secret);
    if (!body || wanted.kind != "channel")
        return body;
    auto channel = channel_of(*body);
    if (!channel)
        return std::move(channel).error();
    channel->secret = new_secret;
    const auto before = storage::find_alert_setting(session, wanted.no);
    if (new_secret.empty() && before && before->kind == "channel")
    {
        auto old = channel_of(before->body);
        channel->secret = old ? old->secret : "";
    }
    return wire::to_json<wire::Defaults::written>(*channel);
}

/// Whether all settings fit together as they are now in the transaction.
Result<void> check_all(Session& session)
{
    const auto rows = storage::alert_settings(session);
    if (rows.size() > settings_max)
        return Error{Errc::conflict, fmt::format("there are {} already", settings_max)};
    const auto settings = read_settings(rows);
    if (!settings)
        return settings.error();
    return check(*settings, storage::read_site_tree(session).ids());
}

/// The secret that a body names; empty for none.
std::string secret_of(const std::optional<AlertSettingRow>& row)
{
    if (row && row->kind == "mail_server")
    {
        const auto server = wire::from_json<MailServer>(row->body);
        return server ? server->secret : "";
    }
    if (!row || row->kind != "channel")
        return {};
    auto channel = channel_of(row->body);
    return channel ? channel->secret : "";
}

Result<void> is_kind(std::string_view kind)
{
    for (const std::string_view one :
         {"channel", "route", "contact", "duty", "maintenance", "digest", "mail_server"})
    {
        if (one == kind)
            return {};
    }
    return Error{Errc::not_found, "no such kind of alert setting"};
}

Error told_by_file()
{
    return {Errc::conflict, "the settings file names the mail server"};
}

ShownSetting shown_server(MailServer server)
{
    ShownSetting shown;
    shown.row.kind = "mail_server";
    shown.row.name = server_name;
    server.secret = server.secret.empty() ? "" : "kept";
    shown.row.body = wire::to_json<wire::Defaults::written>(server);
    return shown;
}

void show_server(ShownSetting& shown, Session& session)
{
    auto server = wire::from_json<MailServer>(shown.row.body);
    if (!server)
        return;
    shown.row.body = shown_server(std::move(*server)).row.body;
    if (auto state = storage::channel_state(session, shown.row.no))
        shown.state = std::move(*state);
}

void show_channel(
    ShownSetting& shown,
    const AlertSettings& all,
    const std::vector<storage::ChannelState>& states,
    const MailSettings& mail,
    Timestamp now)
{
    auto channel = channel_of(shown.row.body);
    if (!channel)
        return;
    const ChannelKind* kind = find_channel_kind(channel->kind);
    shown.usable = kind != nullptr && kind->usable(mail);
    if (channel->kind == "mail")
        shown.problem = recipients_of(*channel, all, mail, now).problem;
    // Whether there is one is told, and nothing else.
    channel->secret = channel->secret.empty() ? "" : "kept";
    shown.row.body = wire::to_json<wire::Defaults::written>(*channel);
    for (const storage::ChannelState& state : states)
    {
        if (state.channel_no == shown.row.no)
            shown.state = state;
    }
}

/// One mail that says that it is a test.
struct Test
{
    storage::Delivery delivery;
    MailSettings mail;
};

void compose_mail_test(
    Test& test, const std::string& to, const AlertSettings& settings, Timestamp now)
{
    Named<Channel> channel;
    channel.is.kind = "mail";
    channel.is.to = {to};
    Bundle bundle;
    bundle.is_test = true;
    for (Outgoing& mail : compose_mails(bundle, {channel, settings, test.mail, now}))
    {
        test.delivery.message_id = std::move(mail.message_id);
        test.delivery.recipient = std::move(mail.recipient);
        test.delivery.content = std::move(mail.content);
    }
}

} // namespace

AlertDesk::AlertDesk(storage::Database& database, Notifier& notifier, const Clock& clock)
    : database_{database}
    , notifier_{notifier}
    , clock_{clock}
{}

awaitable<Result<std::vector<ShownSetting>>> AlertDesk::list(std::string kind)
{
    auto known = is_kind(kind);
    if (!known)
        co_return std::move(known).error();
    auto work = [&](Session& session) -> Result<std::vector<ShownSetting>> {
        const auto rows = storage::alert_settings(session);
        const auto all = read_settings(rows);
        if (!all)
            return all.error();
        const auto states = storage::channel_states(session);
        const MailSettings mail = notifier_.mail_now(session, *all);
        std::vector<ShownSetting> shown;
        if (kind == "mail_server" && is_configured(notifier_.file()))
        {
            shown.push_back(shown_server(shown_of(notifier_.file())));
            shown.front().fixed = true;
            if (auto state = storage::channel_state(session, 0))
                shown.front().state = std::move(*state);
            return shown;
        }
        for (const AlertSettingRow& row : rows)
        {
            if (row.kind != kind)
                continue;
            ShownSetting one;
            one.row = row;
            // With every member, whatever version wrote it.
            if (auto body = normal_body(kind, row.body))
                one.row.body = std::move(*body);
            if (kind == "channel")
                show_channel(one, *all, states, mail, clock_.now());
            if (kind == "mail_server")
                show_server(one, session);
            shown.push_back(std::move(one));
        }
        return shown;
    };
    co_return co_await database_.read(std::move(work));
}

awaitable<Result<std::int64_t>> AlertDesk::put(WantedSetting wanted, std::string who)
{
    if (wanted.kind == "mail_server")
        wanted.name = server_name; // So there is only one.
    if (auto good = check_name(wanted.name); !good)
        co_return std::move(good).error();
    if (auto known = is_kind(wanted.kind); !known)
        co_return std::move(known).error();
    if (wanted.kind == "mail_server" && is_configured(notifier_.file()))
        co_return told_by_file();
    const Timestamp now = clock_.now();
    std::string new_secret;
    std::string old_secret;
    auto work = [&](Session& session) -> Result<std::int64_t> {
        const auto now_there = storage::find_alert_setting(session, wanted.no);
        if (wanted.seen_at && now_there && now_there->changed_at != *wanted.seen_at)
            return Error{Errc::conflict, "somebody else changed it meanwhile"};
        if (!wanted.secret.empty())
        {
            if (auto good = check_secret(wanted); !good)
                return std::move(good).error();
            auto put = notifier_.secrets().put(wanted.secret);
            if (!put)
                return std::move(put).error();
            new_secret = std::move(*put);
        }
        auto body = body_with_secret(session, wanted, new_secret);
        if (!body)
            return std::move(body).error();
        AlertSettingRow row;
        row.no = wanted.no;
        row.kind = wanted.kind;
        row.name = wanted.name;
        row.body = std::move(*body);
        row.changed_by = who;
        row.changed_at = now;
        if (secret_of(row) != secret_of(now_there))
            old_secret = secret_of(now_there);
        if (row.kind == "mail_server")
            storage::forget_channel_state(session, row.no);
        if (auto stored = storage::put_alert_setting(session, row); !stored)
            return std::move(stored).error();
        if (auto good = check_all(session); !good)
            return std::move(good).error();
        const std::string action =
            fmt::format("alert_{}.{}", row.kind, wanted.no == 0 ? "create" : "change");
        if (auto noted = storage::record_change(session, who, action, for_log(row.name), now);
            !noted)
            return std::move(noted).error();
        return row.no;
    };
    auto done = co_await database_.write(work);
    notifier_.secrets().forget(done ? old_secret : new_secret);
    if (done)
        notifier_.wake();
    co_return done;
}

awaitable<Result<void>> AlertDesk::remove(std::string kind, std::int64_t no, std::string who)
{
    if (kind == "mail_server" && is_configured(notifier_.file()))
        co_return told_by_file();
    const Timestamp now = clock_.now();
    std::string secret;
    auto work = [&](Session& session) -> Result<void> {
        const auto row = storage::find_alert_setting(session, no);
        secret = secret_of(row);
        if (auto gone = storage::remove_alert_setting(session, kind, no, now); !gone)
            return gone;
        if (auto good = check_all(session); !good)
            return good;
        return storage::record_change(
            session, who, fmt::format("alert_{}.remove", kind), for_log(row->name), now);
    };
    auto done = co_await database_.write(work);
    if (done)
    {
        notifier_.secrets().forget(secret);
        notifier_.wake();
    }
    co_return done;
}

awaitable<Result<void>> AlertDesk::test(std::int64_t channel_no, std::string who)
{
    const Timestamp now = clock_.now();
    auto work = [&](Session& session) -> Result<void> {
        const auto settings = read_settings(storage::alert_settings(session));
        if (!settings)
            return settings.error();
        const auto sites = storage::read_site_tree(session);
        const MailSettings mail = notifier_.mail_now(session, *settings);
        const RoutingContext context{*settings, mail, sites, now};
        if (auto queued = compose_test(session, channel_no, context); !queued)
            return queued;
        return storage::record_change(
            session, who, "alert_channel.test", fmt::format("{}", channel_no), now);
    };
    auto done = co_await database_.write(work);
    if (done)
        notifier_.wake();
    co_return done;
}

awaitable<Result<DeliveryReport>> AlertDesk::test_mail(std::string to, std::string who)
{
    if (!to.empty() && !is_address(to))
        co_return Error{Errc::invalid_input, "to: not an address of mail"};
    const Timestamp now = clock_.now();
    Test test;
    auto make = [&](Session& session) -> Result<void> {
        const auto settings = read_settings(storage::alert_settings(session));
        if (!settings)
            return settings.error();
        test.mail = notifier_.mail_now(session, *settings);
        if (!is_configured(test.mail))
            return Error{Errc::conflict, "no mail server is set up"};
        if (!is_configured(notifier_.file()))
            test.delivery.channel_no = settings->servers.front().no;
        compose_mail_test(test, to.empty() ? test.mail.to.front() : to, *settings, now);
        return storage::record_change(
            session, who, "alert_mail_server.test", for_log(test.delivery.recipient), now);
    };
    if (testing_mail_.exchange(true))
        co_return Error{Errc::conflict, "another test is under way"};
    const ScopeExit ending{[this] { testing_mail_ = false; }};
    auto made = co_await database_.write(make);
    if (!made)
        co_return made.error();
    DeliveryReport report = co_await notifier_.send_now(test.delivery, test.mail, test_limit);
    auto note = [&](Session& session) -> Result<void> {
        if (report.delivered == Delivered::accepted)
            storage::delivery_sent(session, test.delivery, now);
        else
            storage::delivery_failed(session, test.delivery, report.problem, now, now);
        return {};
    };
    auto noted = co_await database_.write(note);
    if (!noted)
        co_return noted.error();
    co_return report;
}

awaitable<Result<std::vector<storage::ListedDelivery>>> AlertDesk::deliveries(
    std::string state, std::int64_t before, std::size_t rows_max)
{
    auto work = [&](Session& session) -> Result<std::vector<storage::ListedDelivery>> {
        return storage::list_deliveries(session, state, before, rows_max);
    };
    co_return co_await database_.read(std::move(work));
}

awaitable<Result<void>> AlertDesk::send_again(std::int64_t no, std::string who)
{
    const Timestamp now = clock_.now();
    auto work = [&](Session& session) -> Result<void> {
        if (auto queued = storage::send_again(session, no, now); !queued)
            return queued;
        return storage::record_change(
            session, who, "alert_delivery.send_again", fmt::format("{}", no), now);
    };
    auto done = co_await database_.write(std::move(work));
    if (done)
        notifier_.wake();
    co_return done;
}

awaitable<Result<void>> AlertDesk::drop(std::int64_t no, std::string who)
{
    const Timestamp now = clock_.now();
    auto work = [&](Session& session) -> Result<void> {
        if (auto gone = storage::drop_dead_letter(session, no); !gone)
            return gone;
        return storage::record_change(
            session, who, "alert_delivery.drop", fmt::format("{}", no), now);
    };
    co_return co_await database_.write(std::move(work));
}

} // namespace mimamori::collector::notify
