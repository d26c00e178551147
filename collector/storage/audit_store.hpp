#pragma once

#include "collector/storage/list_page.hpp"
#include "collector/storage/session.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The record of changes: who did what. Each entry holds a hash of its content and of the entry
/// before, so that nothing in it can be changed unseen. Functions for works of `Database`.
namespace mimamori::collector::storage {

/// One entry. Numbers are 1, 2, 3, … without a gap.
struct Change
{
    std::int64_t no{0};
    Timestamp at{};
    std::string who;    ///< A person's name; "local:0" for the local socket.
    std::string action; ///< "enrolment_key.create"
    std::string detail; ///< Never secrets.
    std::string hash;   ///< 64 hexadecimal digits.

    friend bool operator==(const Change&, const Change&) = default;
};

/// The hash of an entry behind an entry with the hash `before` (empty: it is the first). Pure.
std::string hash_of(const Change& change, std::string_view before);

/// Records who changed what; in the same work as the change itself.
Result<void> record_change(
    Session& session,
    std::string_view who,
    std::string_view action,
    std::string_view detail,
    Timestamp now);

/// Which entries to list. Empty members do not narrow.
struct ChangeQuery
{
    std::optional<std::int64_t> before_no; ///< The last `no` of the page before.
    std::string who;
    std::string action;            ///< "person" takes "person.create", too.
    std::vector<FilterTerm> terms; ///< Of `change_fields`.
    FilterTime time;
    std::string sort; ///< Of `change_fields`; "-who": the other way round. Empty: newest first.
    std::optional<ListPlace> after_sorted; ///< In place of `before_no`, when `sort` says something.
    std::size_t rows_max{100};
};

/// What the record can be narrowed by.
const ListFields& change_fields();

/// The newest first, unless it is asked otherwise. Errors: invalid_input for terms or an order that
/// `change_fields` lacks.
Result<std::vector<Change>> list_changes(Session& session, const ChangeQuery& query);

/// Where that entry stands in the order of `query.sort`, which must not be empty.
ListPlace sorted_place(Session& session, const ChangeQuery& query, std::int64_t no);

/// The oldest first, behind `after_no`.
std::vector<Change> changes_after(Session& session, std::int64_t after_no, std::size_t rows_max);

/// The newest entry; nothing when nothing was recorded yet.
std::optional<Change> newest_change(Session& session);

/// When the first entry was made: the site itself.
std::optional<Timestamp> first_change_at(Session& session);

/// When a copy of the data was made and verified last (`backup.made`).
std::optional<Timestamp> last_backup_at(Session& session);

/// The newest `session.begin_local` of each person at `since` or later.
std::vector<Change> local_sign_ins(Session& session, Timestamp since);

/// The collector's signature under the newest entry of a day.
struct SignedHead
{
    std::int64_t no{0};
    std::string hash;
    Timestamp signed_at{};
    std::string key;       ///< Public key, hexadecimal.
    std::string signature; ///< Ed25519, hexadecimal.
};

void put_signed_head(Session& session, const SignedHead& head);

/// The oldest first.
std::vector<SignedHead> list_signed_heads(Session& session);

/// Those of which no log outside was told yet, the oldest first.
std::vector<SignedHead> heads_to_tell(Session& session);

void note_heads_told(Session& session, std::int64_t up_to_no);

} // namespace mimamori::collector::storage
