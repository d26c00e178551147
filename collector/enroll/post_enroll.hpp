#pragma once

#include "collector/enroll/enrolment.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

namespace mimamori::collector::enroll {

/// POST /agent/v1/enroll: a machine asks for its first certificate. The one route of the agents'
/// port that needs no client certificate, so strangers reach it.
///
/// 200 with the certificate; 202 while a person has to approve; 400 for what cannot be read; 403,
/// 410 or 429 when it may not (policy.hpp); 503 when the database is away.
awaitable<http::Response> post_enroll(const http::Request& request, Enrolment& enrolment);

} // namespace mimamori::collector::enroll
