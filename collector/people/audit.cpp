#include "collector/people/audit.hpp"

#include "common/base/encoding.hpp"
#include "common/log/log.hpp"
#include "common/platform/file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace mimamori::collector::people {
namespace {

using storage::Change;
using storage::SignedHead;

constexpr std::size_t key_bytes_max = 4'096;
constexpr std::size_t rows_per_page = 5'000;
constexpr std::chrono::minutes try_again_after{10};

std::string text_to_sign(const SignedHead& head)
{
    return fmt::format(
        "mimamori record of changes\n{}\n{}\n{}\n", head.no, head.hash, to_ms(head.signed_at));
}

bool is_signed_right(const SignedHead& head)
{
    const auto key = crypto::parse_ed25519_key(head.key);
    const auto bytes = from_hex(head.signature);
    crypto::Ed25519Signature signature{};
    if (!key || !bytes || bytes->size() != signature.size())
        return false;
    std::copy(bytes->begin(), bytes->end(), signature.begin());
    return crypto::verify_ed25519(*key, text_to_sign(head), signature);
}

/// Signs the newest entry unless nothing was recorded since the last signature.
Result<std::optional<SignedHead>> sign_newest(
    storage::Session& session, const crypto::Ed25519PrivateKey& key, Timestamp now)
{
    const auto newest = storage::newest_change(session);
    const auto heads = storage::list_signed_heads(session);
    if (!newest || newest->hash.empty() || (!heads.empty() && heads.back().no >= newest->no))
        return std::optional<SignedHead>{};
    SignedHead head;
    head.no = newest->no;
    head.hash = newest->hash;
    head.signed_at = now;
    head.key = to_hex(key.public_key());
    head.signature = to_hex(key.sign(text_to_sign(head)));
    storage::put_signed_head(session, head);
    return std::optional{std::move(head)};
}

} // namespace

ChainCheck::ChainCheck(std::vector<SignedHead> heads, std::string expected_head)
    : heads_{std::move(heads)}
    , expected_head_{std::move(expected_head)}
{}

void ChainCheck::problem(std::string text)
{
    if (report_.problems.size() < problems_max)
        report_.problems.push_back(std::move(text));
}

void ChainCheck::add(const Change& change)
{
    const std::int64_t expected_no = report_.head_no + 1;
    if (change.no != expected_no)
        problem(fmt::format("entries {} to {} are missing", expected_no, change.no - 1));
    else if (change.hash != storage::hash_of(change, report_.head_hash))
        problem(fmt::format("entry {} was changed, or the one before it", change.no));
    for (; next_head_ < heads_.size() && heads_[next_head_].no <= change.no; ++next_head_)
    {
        const SignedHead& head = heads_[next_head_];
        if (head.no == change.no && head.hash != change.hash)
            problem(fmt::format(
                "entry {} is not the one that was signed on {}", head.no,
                to_rfc3339(head.signed_at)));
    }
    expected_seen_ = expected_seen_ || change.hash == expected_head_;
    // Go on with what the entry says, so that one change is told once.
    report_.head_no = change.no;
    report_.head_hash = change.hash;
    ++report_.entries;
}

AuditReport ChainCheck::finish(std::string_view key)
{
    for (const SignedHead& head : heads_)
    {
        const bool is_ours = key.empty() || head.key == key;
        if (!is_ours || !is_signed_right(head))
            problem(fmt::format("the signature under entry {} is not the collector's", head.no));
        else
            ++report_.signatures;
        if (head.no > report_.head_no)
            problem(fmt::format(
                "entries {} to {} are missing: the last of them was signed on {}",
                report_.head_no + 1, head.no, to_rfc3339(head.signed_at)));
    }
    if (!expected_head_.empty() && !expected_seen_)
        problem(fmt::format("no entry has the hash {}", expected_head_));
    return std::move(report_);
}

AuditReport check_record(
    storage::Session& session, const std::string& expected_head, std::string_view key)
{
    ChainCheck check{storage::list_signed_heads(session), expected_head};
    std::int64_t after = 0;
    for (;;)
    {
        const auto page = storage::changes_after(session, after, rows_per_page);
        for (const Change& change : page)
            check.add(change);
        if (page.size() < rows_per_page)
            return check.finish(key);
        after = page.back().no;
    }
}

AuditSigner::AuditSigner(storage::Database& database, crypto::Ed25519PrivateKey key)
    : database_{&database}
    , key_{std::move(key)}
{}

Result<AuditSigner> AuditSigner::open(
    storage::Database& database, const std::filesystem::path& file)
{
    std::error_code ec;
    if (!std::filesystem::exists(file, ec))
    {
        auto key = crypto::Ed25519PrivateKey::generate();
        const auto kept =
            platform::replace_file(file, key.to_pem(), platform::FileAccess::owner_only);
        if (!kept)
            return kept.error();
        return AuditSigner{database, std::move(key)};
    }
    const auto pem = platform::read_file(file, key_bytes_max);
    if (!pem)
        return pem.error();
    auto key = crypto::Ed25519PrivateKey::from_pem(*pem);
    if (!key)
        return Error{key.error()}.in(file.string());
    return AuditSigner{database, std::move(*key)};
}

awaitable<void> AuditSigner::run_due(Timestamp now)
{
    if (now < next_at_)
        co_return;
    auto work = [this, now](storage::Session& session) { return sign_newest(session, key_, now); };
    auto done = co_await database_->write(work);
    if (!done)
    {
        log::warn("record of changes not signed: {}", done.error().message);
        next_at_ = now + try_again_after;
        co_return;
    }
    using std::chrono::days;
    next_at_ = std::chrono::floor<days>(now) + days{1};
    // Also a copy of the head outside the database.
    if (*done)
        log::info("record of changes: entry {} has hash {}", (*done)->no, (*done)->hash);
}

std::string AuditSigner::public_key() const
{
    return to_hex(key_.public_key());
}

} // namespace mimamori::collector::people
