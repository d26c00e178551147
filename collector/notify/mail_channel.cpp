#include "collector/notify/mail_channel.hpp"

#include "collector/notify/mail_text.hpp"
#include "collector/notify/mime.hpp"
#include "collector/notify/smtp.hpp"
#include "common/base/utf8.hpp"
#include "common/crypto/random.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace mimamori::collector::notify {

namespace {

constexpr int deputies_max = 5;

/// Of the contact, or of who stands in: for one whose time is over, or who has none.
std::optional<std::string> address_of(
    const AlertSettings& settings, std::string_view name, Timestamp now)
{
    for (int steps = 0; steps <= deputies_max; ++steps)
    {
        const auto* contact = find(settings.contacts, name);
        if (!contact)
            return {};
        const bool holds = !contact->is.valid_until || now < *contact->is.valid_until;
        if (holds && !contact->is.address.empty())
            return contact->is.address;
        name = contact->is.deputy;
    }
    return {};
}

void add(std::vector<std::string>& addresses, const std::string& address)
{
    if (std::find(addresses.begin(), addresses.end(), address) == addresses.end())
        addresses.push_back(address);
}

/// Everybody who is on call now. False when there is nobody.
bool add_on_duty(
    std::vector<std::string>& addresses,
    const AlertSettings& settings,
    std::string_view calendar,
    Timestamp now)
{
    bool found = false;
    for (const auto& duty : settings.duties)
    {
        if (duty.is.calendar != calendar || now < duty.is.from || now >= duty.is.until)
            continue;
        if (const auto address = address_of(settings, duty.is.contact, now))
        {
            add(addresses, *address);
            found = true;
        }
    }
    return found;
}

} // namespace

Result<void> check_mail_channel(const Channel& channel)
{
    for (const auto& [member, value] :
         {std::pair{"address", &channel.address}, std::pair{"ca", &channel.ca},
          std::pair{"pin", &channel.pin}, std::pair{"format", &channel.format},
          std::pair{"secret", &channel.secret}})
    {
        if (!value->empty())
            return Error{
                Errc::invalid_input,
                fmt::format("{}: not for mail, which has one server for all", member)};
    }
    return {};
}

Recipients recipients_of(
    const Channel& channel, const AlertSettings& settings, const MailSettings& mail, Timestamp now)
{
    Recipients found;
    bool fall_back = channel.to.empty();
    for (const std::string& to : channel.to)
    {
        const std::string_view text{to};
        if (text.starts_with("contact:"))
        {
            if (const auto address = address_of(settings, text.substr(8), now))
            {
                add(found.addresses, *address);
                continue;
            }
            found.problem =
                fmt::format("{} has ended or has no address, and nobody stands in", for_log(text));
        }
        else if (text.starts_with("duty:"))
        {
            if (add_on_duty(found.addresses, settings, text.substr(5), now))
                continue;
            found.problem = fmt::format("nobody is on call in {}", for_log(text));
        }
        else
        {
            add(found.addresses, to);
            continue;
        }
        fall_back = true;
    }
    if (fall_back)
    {
        for (const std::string& to : mail.to)
            add(found.addresses, to);
    }
    return found;
}

std::vector<Outgoing> compose_mails(const Bundle& bundle, const ComposeContext& context)
{
    const MailSettings& mail = context.mail;
    const Channel& channel = context.channel.is;
    const MailContext reader{context.reader(), mail.site_name, mail.web_address};
    const MailText text = mail_text(bundle, findings::Texts::embedded(), reader);
    const std::string batch = crypto::random_id_text();
    const std::string domain = mail.from.substr(mail.from.rfind('@') + 1);
    const bool ja = reader.reader.language == findings::Language::ja;
    std::vector<Outgoing> mails;
    for (const std::string& to :
         recipients_of(channel, context.settings, mail, context.now).addresses)
    {
        Message message;
        message.message_id = fmt::format("{}.{}@{}", batch, mails.size() + 1, domain);
        message.from_name = ja ? "見守り" : "mimamori";
        message.from = mail.from;
        message.to = to;
        message.subject = text.subject;
        message.body = text.body;
        message.html = text.html;
        message.date = context.now;
        mails.push_back({message.message_id, to, text.subject, compose(message)});
    }
    return mails;
}

DeliveryReport deliver_mail(const storage::Delivery& delivery, const DeliverContext& context)
{
    if (!is_configured(context.mail))
        return {Delivered::try_later, "no mail server is set up"};
    const bool ja =
        context.channel.language.value_or(context.mail.language) == findings::Language::ja;
    const std::string message =
        delivery.perhaps_twice ? marked_as_repeated(delivery.content, ja ? "（再送）" : "(again) ")
                               : delivery.content;
    MailSettings mail = context.mail;
    if (!mail.secret.empty())
    {
        auto password = context.secrets.get(mail.secret);
        if (!password)
            return {
                Delivered::try_later, "password: " + password.error().message, Trouble::sign_in};
        mail.password = std::move(*password);
    }
    return send_mail(mail, mail.from, delivery.recipient, message, context.stop);
}

} // namespace mimamori::collector::notify
