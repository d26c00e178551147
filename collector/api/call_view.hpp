#pragma once

#include "collector/api/finding_view.hpp"
#include "common/async/asio.hpp"
#include "common/base/result.hpp"

#include <boost/describe/class.hpp>

#include <string>
#include <vector>

namespace mimamori::collector::api {

struct CalledView
{
    std::string name;
    std::string phone;
    std::string note;
};
BOOST_DESCRIBE_STRUCT(CalledView, (), (name, phone, note))

/// Whom to phone about a finding, and what to say.
struct CallView
{
    std::string whom;     ///< "department", "supplier", "network"; empty: not known.
    std::string supplier; ///< Of the device, as the ledger names it, when one is to be phoned.
    LineView say;
    std::vector<CalledView> people; ///< Of the directory of contacts; empty: none is known.
};
BOOST_DESCRIBE_STRUCT(CallView, (), (whom, supplier, say, people))

/// Of a finding that the reader may see: the people of its site stand there for whoever works at
/// it. Errors: those of the database.
awaitable<Result<CallView>> call_view(Services& services, std::string rule, std::string finding_id);

} // namespace mimamori::collector::api
