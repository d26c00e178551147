#pragma once

#include "common/base/result.hpp"
#include "common/http/message.hpp"

#include <boost/json/value.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace mimamori::collector::ctl {

/// Speaks to the running collector over its Unix socket.
class LocalClient
{
public:
    explicit LocalClient(std::filesystem::path socket)
        : socket_{std::move(socket)}
    {}

    /// One request to "/api/v1" + `path`; the answer's JSON (null for an empty answer).
    /// Errors: unavailable when no collector runs there, forbidden for another user, and a
    /// refusal of the collector by its status with the code and detail of its problem document.
    Result<boost::json::value> call(
        http::Method method, std::string_view path, std::string_view body = {}) const;

private:
    std::filesystem::path socket_;
};

} // namespace mimamori::collector::ctl
