#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "collector/storage/device_list.hpp"
#include "common/base/result.hpp"

#include <optional>
#include <string>
#include <string_view>

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

/// 400 "bad_filter" with `place`, the byte at which it goes wrong.
http::Response refuse_filter(const storage::BadFilter& bad);

/// Where a page ended, as the text of `after`.
std::string to_place(const storage::DeviceRow& last, std::string_view sort);

} // namespace mimamori::collector::api
