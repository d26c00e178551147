#pragma once

#include "common/base/id.hpp"
#include "common/base/time.hpp"
#include "common/wire/report.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// How a machine gets and keeps its certificate: POST /agent/v1/enroll and /agent/v1/renew.
namespace mimamori::wire {

/// What a machine is recognised by: matching only, never identity. Junk is left out by the agent
/// and again by the collector.
struct MachineFacts
{
    std::string hostname;
    std::string uuid; ///< SMBIOS system UUID.
    std::string serial;
    std::string board_serial;
    std::vector<std::string> disk_serials;
    std::vector<std::string> macs;
    std::string os; ///< For people: "Debian GNU/Linux 12 (bookworm)".
    std::string vendor;
    std::string model;

    friend bool operator==(const MachineFacts&, const MachineFacts&) = default;
};
BOOST_DESCRIBE_STRUCT(
    MachineFacts, (), (hostname, uuid, serial, board_serial, disk_serials, macs, os, vendor, model))

/// Asks for a certificate. One of `enrolment_key` and `ticket` is set.
struct EnrollRequest
{
    std::string csr_pem;
    std::string enrolment_key; ///< Known to many; leads to approval by a person by default.
    std::string ticket;        ///< For this one machine, single use.
    std::string agent_version;
    MachineFacts machine;

    friend bool operator==(const EnrollRequest&, const EnrollRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(EnrollRequest, (), (csr_pem, enrolment_key, ticket, agent_version, machine))

/// 200: the certificate. 202: `retry_s` and `code` only; ask again with the same CSR.
struct EnrollAnswer
{
    AgentId agent_id;
    std::string certificate_pem; ///< Leaf only.
    std::string chain_pem;       ///< Issuing CA of agents and root, for the agent's own checks.
    std::string servers_ca_pem;  ///< Issuing CA of servers.
    std::uint32_t retry_s{0};
    std::string code; ///< Six characters of the CSR's key; `mimamori-agent status` shows the same.
    Timestamp collector_time{};
    std::optional<AgentOrders> orders;

    friend bool operator==(const EnrollAnswer&, const EnrollAnswer&) = default;
};
BOOST_DESCRIBE_STRUCT(
    EnrollAnswer,
    (),
    (agent_id, certificate_pem, chain_pem, servers_ca_pem, retry_s, code, collector_time, orders))

/// Asks for the next certificate of the same agent.
struct RenewRequest
{
    std::string csr_pem;
    std::string agent_version;
    MachineFacts machine;

    friend bool operator==(const RenewRequest&, const RenewRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(RenewRequest, (), (csr_pem, agent_version, machine))

/// Same answer as for enrolment: 200 with a certificate, or 202 for the approval queue.
using RenewAnswer = EnrollAnswer;

/// Limits of the enrolment bodies: strangers may send them.
struct EnrollLimits
{
    static constexpr std::size_t body_bytes_max = 32U * 1024;
    static constexpr std::size_t depth_max = 4;
    static constexpr std::size_t values_max = 300;
    static constexpr std::size_t string_bytes_max = 16U * 1024;
};

} // namespace mimamori::wire
