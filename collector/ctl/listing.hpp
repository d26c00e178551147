#pragma once

#include "common/base/result.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

/// Lists of the API for the administrator's screen.
namespace mimamori::collector::ctl {

/// Asks the API for a path, which may have a query.
using Get = std::function<Result<boost::json::value>(const std::string& path)>;

/// Which list, and what of it is shown.
struct Listing
{
    std::string path; ///< Below "/api/v1", with its query.

    /// Members of an item in the order of a line; "approval.id" looks inside. Empty: all.
    std::vector<std::string_view> members{};

    std::size_t items_max{100'000};
};

/// All pages of a list as one: "items", and "more" when `items_max` cut it off. Errors: those of
/// `get`; internal when an answer is no list.
Result<boost::json::object> gather(const Get& get, const Listing& listing);

/// A line of "name: value" for each item, for eyes and for grep; what is empty, null or false is
/// left out. "none" for no items.
std::string to_lines(const boost::json::object& gathered, const Listing& listing);

/// What `gather` made, as one line of JSON.
std::string to_json_text(const boost::json::object& gathered);

/// A value for the screen: texts as they are, others as JSON. What devices call themselves comes
/// from outside: control characters become \x1b or \u0085, so that they cannot steer a terminal.
std::string shown(const boost::json::value& value);

} // namespace mimamori::collector::ctl
