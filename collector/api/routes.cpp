#include "collector/api/routes.hpp"

#include "collector/api/access.hpp"
#include "collector/api/alerts.hpp"
#include "collector/api/audit.hpp"
#include "collector/api/device_hours.hpp"
#include "collector/api/device_list.hpp"
#include "collector/api/device_scores.hpp"
#include "collector/api/devices.hpp"
#include "collector/api/directory.hpp"
#include "collector/api/enrolment.hpp"
#include "collector/api/exports.hpp"
#include "collector/api/findings.hpp"
#include "collector/api/knowledge.hpp"
#include "collector/api/ledger.hpp"
#include "collector/api/ledger_bulk.hpp"
#include "collector/api/ledger_files.hpp"
#include "collector/api/ledger_jobs.hpp"
#include "collector/api/live.hpp"
#include "collector/api/model_profiles.hpp"
#include "collector/api/overview.hpp"
#include "collector/api/own_access.hpp"
#include "collector/api/people.hpp"
#include "collector/api/policies.hpp"
#include "collector/api/programs.hpp"
#include "collector/api/registers.hpp"
#include "collector/api/reports.hpp"
#include "collector/api/scores.hpp"
#include "collector/api/session.hpp"
#include "collector/api/site_events.hpp"
#include "collector/api/sites.hpp"
#include "collector/api/twins.hpp"
#include "collector/api/updates.hpp"
#include "collector/api/views.hpp"
#include "collector/ledger/table.hpp"
#include "common/wire/signed_document.hpp"

#include <iterator>
#include <utility>

namespace mimamori::collector::api {
namespace {

using http::Method;
using http::Route;

constexpr std::size_t body_size_max = 64U * 1024;
constexpr std::size_t bulk_size_max = 256U * 1024;        // 5,000 ids.
constexpr std::size_t export_size_max = 8U * 1024 * 1024; // What is read as JSON at most.
constexpr std::size_t profile_size_max = 4U * 1024 * 1024;
constexpr std::size_t knowledge_size_max = 2 * wire::signed_payload_bytes_max;

/// The handler, for who does not ask too much.
template <auto function>
awaitable<http::Response> paced(const http::Request& request, Services& services)
{
    const auto wait = must_wait(request, services);
    return wait.count() > 0 ? refuse_for(wait) : function(request, services);
}

template <auto function>
Route get(std::string_view pattern, Services& services)
{
    return {
        .method = Method::get,
        .pattern = pattern,
        .handler = http::handler<paced<function>>(services),
        .body_size_max = 0};
}

template <auto function>
Route change(
    Method method,
    std::string_view pattern,
    Services& services,
    std::size_t size_max = body_size_max)
{
    return {
        .method = method,
        .pattern = pattern,
        .handler = http::handler<paced<function>>(services),
        .body_size_max = size_max,
        .consumes = method == Method::delete_ ? "" : "application/json"};
}

/// A change whose body is a file of any kind.
template <auto function>
Route upload(std::string_view pattern, Services& services)
{
    return {
        .method = Method::post,
        .pattern = pattern,
        .handler = http::handler<function>(services),
        .body_size_max = ledger::file_bytes_max};
}

/// Who is who, what they did, and where.
std::vector<Route> people_routes(Services& services)
{
    // clang-format off
    return {
        get<get_session>("/api/v1/session", services),
        change<post_session>(Method::post, "/api/v1/session", services),
        change<delete_session>(Method::delete_, "/api/v1/session", services),
        change<post_own_password>(Method::post, "/api/v1/session/password", services),
        get<get_second_factor>("/api/v1/session/second-factor", services),
        change<post_second_factor>(Method::post, "/api/v1/session/second-factor", services),
        change<post_first_code>(Method::post, "/api/v1/session/second-factor/confirm", services),
        change<post_no_second_factor>(
            Method::post, "/api/v1/session/second-factor/remove", services),
        get<get_sign_ins>("/api/v1/session/sign-ins", services),
        change<delete_sign_in>(Method::delete_, "/api/v1/session/sign-ins/{id}", services),
        get<get_tokens>("/api/v1/session/tokens", services),
        change<post_token>(Method::post, "/api/v1/session/tokens", services),
        change<delete_token>(Method::delete_, "/api/v1/session/tokens/{id}", services),
        get<get_people>("/api/v1/people", services),
        change<post_access>(Method::post, "/api/v1/people/{name}/access", services),
        change<post_person>(Method::post, "/api/v1/people", services),
        change<post_password>(Method::post, "/api/v1/people/{name}/password", services),
        change<post_sign_out>(Method::post, "/api/v1/people/{name}/sign-out", services),
        change<post_factor_lost>(Method::post, "/api/v1/people/{name}/no-second-factor", services),
        get<get_all_tokens>("/api/v1/tokens", services),
        change<delete_any_token>(Method::delete_, "/api/v1/tokens/{id}", services),
        change<post_role>(Method::post, "/api/v1/people/{name}/role", services),
        get<get_directory>("/api/v1/directory", services),
        change<post_directory_roles>(Method::post, "/api/v1/directory/roles", services),
        change<post_directory_test>(Method::post, "/api/v1/directory/test", services),
        get<get_audit>("/api/v1/audit", services),
        get<get_audit_check>("/api/v1/audit/check", services),
        change<post_audit_export>(Method::post, "/api/v1/audit/exports", services),
        change<post_backup>(Method::post, "/api/v1/backups", services),
        get<get_sites>("/api/v1/sites", services),
        change<post_site>(Method::post, "/api/v1/sites", services),
        change<post_site_change>(Method::post, "/api/v1/sites/{id}", services),
        change<delete_site>(Method::delete_, "/api/v1/sites/{id}", services),
        change<post_device_site>(Method::post, "/api/v1/devices/{id}/site", services),
    };
    // clang-format on
}

/// What is to be seen and done about devices.
std::vector<Route> watch_routes(Services& services)
{
    // clang-format off
    return {
        get<get_live>("/api/v1/live", services),
        get<get_overview>("/api/v1/overview", services),
        get<get_scores>("/api/v1/scores", services),
        get<get_score_history>("/api/v1/scores/history", services),
        get<get_reports>("/api/v1/reports", services),
        get<get_report>("/api/v1/reports/{month}", services),
        change<post_report_comment>(Method::post, "/api/v1/reports/{month}/comment", services),
        get<get_os_support>("/api/v1/os-support", services),
        get<get_support_ending>("/api/v1/os-support/devices", services),
        change<post_price>(Method::post, "/api/v1/os-support/prices", services),
        get<get_freshness>("/api/v1/freshness", services),
        get<get_oldest>("/api/v1/freshness/devices", services),
        get<get_site_events>("/api/v1/site-events", services),
        get<get_site_event>("/api/v1/site-events/{id}", services),
        change<post_site_event_end>(Method::post, "/api/v1/site-events/{id}/close", services),
        get<get_findings>("/api/v1/findings", services),
        get<get_groups>("/api/v1/finding-groups", services),
        get<get_finding>("/api/v1/findings/{id}", services),
        change<post_action>(Method::post, "/api/v1/findings/{id}/actions", services),
        get<get_devices>("/api/v1/devices", services),
        get<get_export>("/api/v1/devices/export", services),
        change<post_export>(Method::post, "/api/v1/exports", services, export_size_max),
        upload<post_import>("/api/v1/ledger/imports", services),
        get<get_ledger_jobs>("/api/v1/ledger/jobs", services),
        get<get_device_values>("/api/v1/device-values", services),
        get<get_views>("/api/v1/views", services),
        change<post_view>(Method::post, "/api/v1/views", services),
        change<delete_view>(Method::delete_, "/api/v1/views/{id}", services),
        get<get_ledger>("/api/v1/devices/{id}/ledger", services),
        change<post_ledger>(Method::post, "/api/v1/devices/{id}/ledger", services),
        change<post_ledger_device>(Method::post, "/api/v1/ledger", services),
        change<delete_ledger_device>(Method::delete_, "/api/v1/ledger/{id}", services),
        change<post_bulk>(Method::post, "/api/v1/ledger/bulk", services, bulk_size_max),
        change<post_batch_undo>(Method::post, "/api/v1/ledger/batches/{id}/undo", services),
        get<get_device>("/api/v1/devices/{id}", services),
        get<get_device_scores>("/api/v1/devices/{id}/scores", services),
        get<get_device_hours>("/api/v1/devices/{id}/hours", services),
        get<get_device_events>("/api/v1/devices/{id}/events", services),
        get<get_events>("/api/v1/events", services),
        get<get_programs>("/api/v1/programs", services),
        change<post_approval>(Method::post, "/api/v1/programs/approvals", services),
        change<delete_approval>(Method::delete_, "/api/v1/programs/approvals/{id}", services),
        get<get_models>("/api/v1/models", services),
        change<post_learning>(Method::post, "/api/v1/models/learning", services),
        get<get_model_profile>("/api/v1/models/profile", services),
        change<post_profile_import>(
            Method::post, "/api/v1/models/profile-imports", services, profile_size_max),
        get<get_profile_items>("/api/v1/models/profile-items", services),
        change<post_profile_item>(Method::post, "/api/v1/models/profile-items", services),
        change<post_profile_item_removal>(
            Method::post, "/api/v1/models/profile-item-removals", services),
        get<get_media>("/api/v1/usb-media", services),
        change<post_medium>(Method::post, "/api/v1/usb-media", services),
        change<delete_medium>(Method::delete_, "/api/v1/usb-media/{id}", services),
        get<get_neighbours>("/api/v1/neighbours", services),
        change<post_neighbour>(Method::post, "/api/v1/neighbours", services),
        change<delete_neighbour>(Method::delete_, "/api/v1/neighbours/{id}", services),
    };
    // clang-format on
}

/// What the collector knows, tells and lets in.
std::vector<Route> site_routes(Services& services)
{
    // clang-format off
    return {
        get<get_policies>("/api/v1/policies", services),
        change<post_policy>(Method::post, "/api/v1/policies", services),
        change<post_policy_preview>(Method::post, "/api/v1/policies/preview", services),
        change<post_policy_removal>(Method::post, "/api/v1/policies/removals", services),
        get<get_policy_changes>("/api/v1/policies/changes", services),
        get<get_device_policy>("/api/v1/devices/{id}/policy", services),
        get<get_knowledge>("/api/v1/knowledge", services),
        change<post_knowledge>(Method::post, "/api/v1/knowledge", services, knowledge_size_max),
        get<get_alert_settings>("/api/v1/alert-settings/{kind}", services),
        change<post_alert_setting>(Method::post, "/api/v1/alert-settings/{kind}", services),
        change<post_alert_setting>(Method::post, "/api/v1/alert-settings/{kind}/{id}", services),
        change<delete_setting>(Method::delete_, "/api/v1/alert-settings/{kind}/{id}", services),
        change<post_channel_test>(Method::post, "/api/v1/alert-channels/{id}/test", services),
        change<post_mail_test>(Method::post, "/api/v1/mail-server/test", services),
        get<get_deliveries>("/api/v1/alert-deliveries", services),
        change<post_send_again>(Method::post, "/api/v1/alert-deliveries/{id}/send-again", services),
        change<delete_delivery>(Method::delete_, "/api/v1/alert-deliveries/{id}", services),
        get<get_keys>("/api/v1/enrolment-keys", services),
        change<post_key>(Method::post, "/api/v1/enrolment-keys", services),
        change<delete_key>(Method::delete_, "/api/v1/enrolment-keys/{id}", services),
        change<post_ticket>(Method::post, "/api/v1/tickets", services),
        get<get_queue>("/api/v1/enrolment-queue", services),
        change<post_approve>(Method::post, "/api/v1/enrolment-queue/{id}/approve", services),
        change<post_reject>(Method::post, "/api/v1/enrolment-queue/{id}/reject", services),
        get<get_agents>("/api/v1/agents", services),
        change<post_revoke>(Method::post, "/api/v1/agents/{id}/revoke", services),
        get<get_twins>("/api/v1/twins", services),
        change<post_twins_merge>(Method::post, "/api/v1/twins/merge", services),
        change<post_twins_apart>(Method::post, "/api/v1/twins/apart", services),
    };
    // clang-format on
}

} // namespace

std::vector<Route> routes(Services& services)
{
    std::vector<Route> all;
    for (auto* const part : {people_routes, watch_routes, site_routes})
    {
        auto some = part(services);
        std::move(some.begin(), some.end(), std::back_inserter(all));
    }
    return all;
}

} // namespace mimamori::collector::api
