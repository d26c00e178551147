#pragma once

#include "collector/api/services.hpp"
#include "collector/http/message.hpp"
#include "common/async/asio.hpp"

/// The score of each site, now and day by day.
namespace mimamori::collector::api {

/// GET /api/v1/scores: each site with all below it: counts, devices with an accepted risk, score.
awaitable<http::Response> get_scores(const http::Request& request, Services& services);

/// GET /api/v1/scores/history?site=root&days=91: the same of one site for each day, oldest first.
awaitable<http::Response> get_score_history(const http::Request& request, Services& services);

} // namespace mimamori::collector::api
