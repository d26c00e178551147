#include "agent/app/enrolment_secrets.hpp"

#include "common/identity/secret.hpp"
#include "common/platform/file.hpp"

namespace mimamori::agent::app {

std::string enrolment_key_of(const Settings& settings)
{
    constexpr std::size_t file_bytes_max = 4096;
    if (!settings.enrolment_key.empty())
        return settings.enrolment_key;
    auto text = platform::read_file(settings.enrolment_key_file, file_bytes_max);
    return text ? std::move(*text) : std::string{};
}

Result<void> take_given_ticket(uplink::IdentityStore& store, const TicketPlace& place)
{
    const auto given = place.read();
    if (!given)
        return Error{given.error()}.in("ticket of the installer");
    if (!*given)
        return {};
    const auto ticket = identity::Secret::parse(**given);
    if (ticket)
    {
        // Kept first: a power cut in between loses nothing.
        if (auto kept = store.keep_ticket(ticket->text()); !kept)
            return std::move(kept).error().in("ticket of the installer");
    }
    if (auto erased = place.erase(); !erased)
        return std::move(erased).error().in("ticket of the installer");
    if (!ticket)
        return Error{ticket.error()}.in("ticket of the installer");
    return {};
}

} // namespace mimamori::agent::app
