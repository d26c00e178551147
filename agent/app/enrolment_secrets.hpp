#pragma once

#include "agent/app/given_settings.hpp"
#include "agent/app/settings.hpp"
#include "agent/uplink/identity_store.hpp"
#include "common/base/result.hpp"

#include <functional>
#include <optional>
#include <string>

namespace mimamori::agent::app {

/// The enrolment key of the settings, else of the file that they name; empty when there is none.
std::string enrolment_key_of(const Settings& settings);

/// Where the installer leaves a ticket.
struct TicketPlace
{
    std::function<Result<std::optional<std::string>>()> read{read_given_ticket};
    std::function<Result<void>()> erase{erase_given_ticket};
};

/// Moves the installer's ticket into the store, to be used for the next enrolment, and erases it
/// where it was. One that is no ticket is erased, too. Errors: invalid_input for that one (without
/// its text); as the place and the store.
Result<void> take_given_ticket(uplink::IdentityStore& store, const TicketPlace& place = {});

} // namespace mimamori::agent::app
