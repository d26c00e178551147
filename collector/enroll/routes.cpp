#include "collector/enroll/routes.hpp"

#include "collector/enroll/post_enroll.hpp"
#include "collector/enroll/post_renew.hpp"
#include "common/wire/enrollment.hpp"

namespace mimamori::collector::enroll {

std::vector<http::Route> routes(Enrolment& enrolment)
{
    return {
        {.method = http::Method::post,
         .pattern = "/agent/v1/enroll",
         .access = http::Access::anyone,
         .handler = http::handler<post_enroll>(enrolment),
         .body_size_max = wire::EnrollLimits::body_bytes_max,
         .consumes = "application/json"},
        {.method = http::Method::post,
         .pattern = "/agent/v1/renew",
         .access = http::Access::agent_even_expired,
         .handler = http::handler<post_renew>(enrolment),
         .body_size_max = wire::EnrollLimits::body_bytes_max,
         .consumes = "application/json"},
    };
}

} // namespace mimamori::collector::enroll
