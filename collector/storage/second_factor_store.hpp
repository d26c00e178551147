#pragma once

#include "collector/storage/session.hpp"
#include "common/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Second factors of people. Functions for works of `Database`.
namespace mimamori::collector::storage {

struct SecondFactor
{
    std::string secret; ///< As crypto::to_totp_text wrote it.
    bool confirmed{false};
    std::int64_t used_step{0};
};

std::optional<SecondFactor> find_second_factor(Session& session, std::string_view person_id);

/// A new secret that waits for its first code, in place of any before.
void put_second_factor(
    Session& session, std::string_view person_id, std::string_view secret, Timestamp now);

/// The factor is in force from now on; `code_hashes` are the recovery codes.
void confirm_second_factor(
    Session& session, std::string_view person_id, const std::vector<std::string>& code_hashes);

/// No code up to this step is good any more.
void use_step(Session& session, std::string_view person_id, std::int64_t step);

/// Uses a recovery code up. False: there is no such one.
bool use_recovery_code(Session& session, std::string_view person_id, std::string_view code_hash);

/// How many are left.
std::int64_t count_recovery_codes(Session& session, std::string_view person_id);

/// False: there was none.
bool remove_second_factor(Session& session, std::string_view person_id);

} // namespace mimamori::collector::storage
