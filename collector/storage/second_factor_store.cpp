#include "collector/storage/second_factor_store.hpp"

#include "collector/storage/statement.hpp"

namespace mimamori::collector::storage {

std::optional<SecondFactor> find_second_factor(Session& session, std::string_view person_id)
{
    const auto row = session.prepared(
        "SELECT secret, confirmed, used_step FROM second_factor WHERE person_id = ?1");
    if (!row->bind(1, person_id).next())
        return {};
    return SecondFactor{std::string{row->text(0)}, row->integer(1) != 0, row->integer(2)};
}

void put_second_factor(
    Session& session, std::string_view person_id, std::string_view secret, Timestamp now)
{
    remove_second_factor(session, person_id);
    session
        .prepared("INSERT INTO second_factor (person_id, secret, confirmed, used_step,"
                  " created_at_ms) VALUES (?1, ?2, 0, 0, ?3)")
        ->bind(1, person_id)
        .bind(2, secret)
        .bind(3, to_ms(now))
        .run();
}

void confirm_second_factor(
    Session& session, std::string_view person_id, const std::vector<std::string>& code_hashes)
{
    session.prepared("UPDATE second_factor SET confirmed = 1 WHERE person_id = ?1")
        ->bind(1, person_id)
        .run();
    for (const std::string& hash : code_hashes)
        session.prepared("INSERT INTO recovery_code (person_id, code_hash) VALUES (?1, ?2)")
            ->bind(1, person_id)
            .bind(2, hash)
            .run();
}

void use_step(Session& session, std::string_view person_id, std::int64_t step)
{
    session.prepared("UPDATE second_factor SET used_step = ?2 WHERE person_id = ?1")
        ->bind(1, person_id)
        .bind(2, step)
        .run();
}

bool use_recovery_code(Session& session, std::string_view person_id, std::string_view code_hash)
{
    const auto gone =
        session.prepared("DELETE FROM recovery_code WHERE person_id = ?1 AND code_hash = ?2");
    return gone->bind(1, person_id).bind(2, code_hash).run() > 0;
}

std::int64_t count_recovery_codes(Session& session, std::string_view person_id)
{
    const auto row = session.prepared("SELECT count(*) FROM recovery_code WHERE person_id = ?1");
    row->bind(1, person_id).next();
    return row->integer(0);
}

bool remove_second_factor(Session& session, std::string_view person_id)
{
    session.prepared("DELETE FROM recovery_code WHERE person_id = ?1")->bind(1, person_id).run();
    const auto gone = session.prepared("DELETE FROM second_factor WHERE person_id = ?1");
    return gone->bind(1, person_id).run() > 0;
}

} // namespace mimamori::collector::storage
