#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "collector/storage/device_list.hpp"
#include "collector/storage/list_page.hpp"
#include "common/base/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What lists, counts, exports, bulk changes and saved views mean by "these devices": the same
/// members, read by the same code.
namespace mimamori::collector::api {

/// Which devices are meant; `bad`: the filter is wrong, and where.
struct AskedDevices
{
    storage::DeviceQuery query;
    std::optional<storage::BadFilter> bad;
};

/// The members that narrow a list, wherever they come from.
struct Narrowing
{
    std::string filter; ///< See storage/list_filter.hpp.
    std::string q;      ///< Words that a person types into a search box; never wrong.
    std::string state;  ///< Empty: any.
    std::string sort;   ///< Empty: by name.
};

/// Errors: invalid_input for a sort that there is not, or for what is no text.
Result<AskedDevices> asked_devices(Narrowing narrowing, const Services& services);

/// The same from a query: filter, q, state, sort, after, skip, limit. Errors: as above.
Result<AskedDevices> asked_devices(const http::Request& request, const Services& services);

/// What the `filter` of a list and the words of its `q` say; `bad`: the filter is wrong, and where.
struct AskedTerms
{
    std::vector<storage::FilterTerm> terms;
    storage::FilterTime time;
    std::optional<storage::BadFilter> bad;
};

/// `fields`: what that list can be narrowed by. Errors: invalid_input for what is no text.
Result<AskedTerms> asked_terms(
    const http::Request& request, const Services& services, const storage::ListFields& fields);

/// What a page of a list is asked for by; `bad`: the filter is wrong, and where.
struct AskedList
{
    storage::ListAsk ask;
    std::optional<storage::BadFilter> bad;
};

/// From a query: filter, q, sort, after, limit. Errors: invalid_input for a sort that the list does
/// not have, a place of another list, or what is no text.
Result<AskedList> asked_list(
    const http::Request& request, const Services& services, const storage::ListFields& fields);

/// The `sort` of a query; empty when it is absent. Errors: invalid_input.
Result<std::string> sort_in_query(const http::Request& request, const storage::ListFields& fields);

/// The `next` of a page of such a list.
std::string to_cursor(const http::Request& request, const storage::ListPlace& place);

/// The inverse; nothing when no `after` was given. Errors: invalid_input.
Result<std::optional<storage::ListPlace>> list_place_in_query(const http::Request& request);

/// 400 "bad_filter" with `place`, the byte at which it goes wrong.
http::Response refuse_filter(const storage::BadFilter& bad);

/// Where a page ended, as the text of `after`.
std::string to_place(const storage::DeviceRow& last, std::string_view sort);

} // namespace mimamori::collector::api
