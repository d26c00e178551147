#pragma once

#include "collector/enroll/admission.hpp"
#include "collector/enroll/policy.hpp"
#include "collector/http/message.hpp"
#include "collector/pki/authority.hpp"
#include "common/base/time.hpp"

#include <string>

/// What the agents' side of enrolment and renewal is told.
namespace mimamori::collector::enroll {

/// 200 with the certificate.
http::Response certificate_answer(
    const Admission& admission,
    const pki::IssuedCertificate& issued,
    const std::string& code,
    Timestamp now);

/// 202: a person is to approve.
http::Response waiting_answer(const Admission& admission, const std::string& code, Timestamp now);

/// 403, 410 or 429 with the refusal as code; the log gets `subject` and the reason.
http::Response refusal_answer(Refusal refusal, const std::string& subject);

/// 400: the body, or a part of it, cannot be used. `code` is stable; the log gets `reason`.
http::Response bad_request(std::string_view code, std::string reason);

} // namespace mimamori::collector::enroll
