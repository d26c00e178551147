#pragma once

#include "collector/enroll/enrolment.hpp"
#include "collector/http/router.hpp"

#include <vector>

namespace mimamori::collector::enroll {

/// The agents' port's routes for getting and keeping a certificate. `enrolment` must outlive them.
std::vector<http::Route> routes(Enrolment& enrolment);

} // namespace mimamori::collector::enroll
