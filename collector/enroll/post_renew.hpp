#pragma once

#include "collector/enroll/enrolment.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

namespace mimamori::collector::enroll {

/// POST /agent/v1/renew: an agent asks for its next certificate, with the same key.
///
/// 200 with the certificate; 202 while a person has to approve, when the agent's certificate has
/// expired, two holders of it were seen, or the database does not know it; 400 for what cannot be
/// read; 403 when it was revoked or brings another key; 429 when it asks too often.
awaitable<http::Response> post_renew(const http::Request& request, Enrolment& enrolment);

} // namespace mimamori::collector::enroll
