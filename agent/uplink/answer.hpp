#pragma once

#include "common/base/result.hpp"
#include "common/http/message.hpp"

#include <chrono>
#include <string>
#include <string_view>

/// What an answer, or the lack of one, means. Pure.
namespace mimamori::agent::uplink {

/// `code` of an application/problem+json body; empty for any other body.
std::string problem_code_of(const http::Response& response);

/// Whether the answer can be the collector's: JSON, or a problem. Anything else was said by
/// somebody in between.
bool is_collectors(const http::Response& response);

/// "404 not_found" or "502 without a reason", for the log.
std::string describe(const http::Response& response);

/// Retry-After in seconds, at most a day; 0 when it is not given.
std::chrono::seconds retry_after_of(const http::Response& response);

/// What somebody at the device should know about a refusal with this code; empty for an unknown
/// one.
std::string_view meaning_of(std::string_view problem_code);

/// Why no answer came, with what to look at. `host` is "collector.example:8444". Code `forbidden`
/// when the collector refuses this device's certificate.
Error explain(const Error& failure, const std::string& host);

} // namespace mimamori::agent::uplink
