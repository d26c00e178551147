#pragma once

#include "collector/storage/audit_store.hpp"
#include "collector/storage/database.hpp"
#include "common/async/asio.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"
#include "common/crypto/signature.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The record of changes: signed once a day, and checked.
namespace mimamori::collector::people {

/// What a check of the record found.
struct AuditReport
{
    std::int64_t entries{0};
    std::int64_t head_no{0}; ///< Of the newest entry; 0: there is none.
    std::string head_hash;
    std::size_t signatures{0};         ///< Signed heads that are right.
    std::vector<std::string> problems; ///< Each a line for people; empty: the record is whole.
};

/// Follows the chain entry by entry. Pure: the entries may come from the database or from a file.
class ChainCheck
{
public:
    static constexpr std::size_t problems_max = 100; ///< Of those that are told.

    /// `expected_head`: a hash that was noted elsewhere (printed, syslog); empty: none.
    ChainCheck(std::vector<storage::SignedHead> heads, std::string expected_head);

    /// The next entry, the oldest first.
    void add(const storage::Change& change);

    /// What was found, the signatures included. `key`: whose signatures count, hexadecimal; empty:
    /// whatever key a signature names.
    AuditReport finish(std::string_view key);

private:
    void problem(std::string text);

    std::vector<storage::SignedHead> heads_;
    std::string expected_head_;
    std::size_t next_head_{0};
    bool expected_seen_{false};
    AuditReport report_;
};

/// Checks the record in the database.
AuditReport check_record(
    storage::Session& session, const std::string& expected_head, std::string_view key);

/// Signs the newest entry of the record once a day.
class AuditSigner
{
public:
    /// Reads the key of the collector from `file`, or makes it (mode 0600). Errors: io,
    /// invalid_input.
    static Result<AuditSigner> open(storage::Database& database, const std::filesystem::path& file);

    /// Signs when a day (UTC) has begun since the last time and something was recorded. Failures
    /// are logged and tried again. Call it every few seconds, from one coroutine.
    awaitable<void> run_due(Timestamp now);

    /// The public half, 64 hexadecimal digits.
    std::string public_key() const;

private:
    AuditSigner(storage::Database& database, crypto::Ed25519PrivateKey key);

    storage::Database* database_;
    crypto::Ed25519PrivateKey key_;
    Timestamp next_at_{};
};

} // namespace mimamori::collector::people
