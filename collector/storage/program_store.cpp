#include "collector/storage/program_store.hpp"

#include "collector/storage/statement.hpp"

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>

#include <algorithm>

namespace mimamori::collector::storage {

namespace {

using findings::DecisionKind;
using findings::ProgramDecision;

std::optional<Timestamp> moment_at(const Statement& row, int column)
{
    if (row.is_null(column))
        return {};
    return from_ms(row.integer(column));
}

std::optional<std::int64_t> ms_of(const std::optional<Timestamp>& moment)
{
    if (!moment)
        return {};
    return to_ms(*moment);
}

ModelRow model_at(const Statement& row)
{
    return {
        row.integer(0), std::string{row.text(1)}, from_ms(row.integer(2)), moment_at(row, 3),
        std::string{row.text(4)}};
}

template <class Enum>
Enum enum_at(const Statement& row, int column)
{
    // The table's CHECK allows no other names.
    Enum value{};
    boost::describe::enum_from_string(std::string{row.text(column)}.c_str(), value);
    return value;
}

ProgramDecision decision_at(const Statement& row)
{
    ProgramDecision decision;
    decision.no = row.integer(0);
    decision.decision = enum_at<findings::Decision>(row, 1);
    decision.kind = enum_at<DecisionKind>(row, 2);
    decision.value = row.text(3);
    decision.scope = enum_at<findings::DecisionScope>(row, 4);
    decision.scope_value = row.text(5);
    decision.until = moment_at(row, 6);
    decision.reason = row.text(7);
    decision.decided_by = row.text(8);
    decision.decided_at = from_ms(row.integer(9));
    decision.ended_by = row.text(10);
    decision.ended_at = moment_at(row, 11);
    return decision;
}

} // namespace

ProgramRow program_row_at(const Statement& row)
{
    ProgramRow found;
    found.no = row.integer(0);
    found.line = row.integer(1);
    found.program.path = row.text(2);
    found.program.sha256 = row.text(3);
    found.program.signer = row.text(4);
    found.user_place = row.integer(5) != 0;
    found.program.user_writable = found.user_place;
    found.program.product = row.text(6);
    found.program.company = row.text(7);
    found.program.version = row.text(8);
    found.program.parent = row.text(9);
    found.first_seen_at = from_ms(row.integer(10));
    return found;
}

std::int64_t put_program(
    Session& session,
    const wire::Program& program,
    std::int64_t line,
    bool user_place,
    Timestamp now)
{
    const std::int64_t place = user_place ? 1 : 0;
    const auto find = session.prepared("SELECT no FROM program WHERE path = ?1 AND sha256 = ?2"
                                       " AND signer = ?3 AND user_place = ?4");
    find->bind(1, program.path).bind(2, program.sha256).bind(3, program.signer).bind(4, place);
    if (find->next())
        return find->integer(0);
    const auto insert = session.prepared(R"sql(
        INSERT INTO program (
            line, path, sha256, signer, user_place, product, company, version, parent,
            first_seen_ms)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) RETURNING no)sql");
    insert->bind(1, line)
        .bind(2, program.path)
        .bind(3, program.sha256)
        .bind(4, program.signer)
        .bind(5, place)
        .bind(6, program.product)
        .bind(7, program.company)
        .bind(8, program.version)
        .bind(9, program.parent)
        .bind(10, to_ms(now));
    insert->next();
    return insert->integer(0);
}

std::optional<ProgramRow> find_program(Session& session, std::int64_t no)
{
    const auto row = session.prepared("SELECT * FROM program WHERE no = ?1");
    if (!row->bind(1, no).next())
        return {};
    return program_row_at(*row);
}

std::vector<DeviceProgram> programs_of(Session& session, std::int64_t device_no)
{
    const auto rows = session.prepared(
        "SELECT program_no, first_seen_ms FROM device_program WHERE device_no = ?1");
    rows->bind(1, device_no);
    std::vector<DeviceProgram> found;
    while (rows->next())
        found.push_back({rows->integer(0), from_ms(rows->integer(1))});
    return found;
}

void put_device_program(Session& session, std::int64_t device_no, const DeviceProgram& program)
{
    session
        .prepared(R"sql(
        INSERT INTO device_program (device_no, program_no, first_seen_ms) VALUES (?1, ?2, ?3)
        ON CONFLICT (device_no, program_no) DO UPDATE
        SET first_seen_ms = min(first_seen_ms, excluded.first_seen_ms))sql")
        ->bind(1, device_no)
        .bind(2, program.program_no)
        .bind(3, to_ms(program.first_seen_at))
        .run();
}

void remove_device_program(Session& session, std::int64_t device_no, std::int64_t program_no)
{
    session.prepared("DELETE FROM device_program WHERE device_no = ?1 AND program_no = ?2")
        ->bind(1, device_no)
        .bind(2, program_no)
        .run();
}

std::uint32_t devices_with(Session& session, std::int64_t line)
{
    const auto row = session.prepared(R"sql(
        SELECT count(DISTINCT dp.device_no)
        FROM program p JOIN device_program dp ON dp.program_no = p.no WHERE p.line = ?1)sql");
    row->bind(1, line).next();
    return static_cast<std::uint32_t>(row->integer(0));
}

std::uint32_t devices_of_model_with(
    Session& session,
    std::int64_t line,
    std::int64_t model_no,
    Timestamp before,
    std::uint32_t count_max)
{
    // The planner, which knows no numbers, begins with the model and reads all programs of all its
    // devices. CROSS JOIN keeps the order of the text: from the program's devices where they are
    // few, else by asking each device of the model for the program, which soon finds some.
    constexpr std::int64_t few = 64;
    const auto with = session.prepared(R"sql(
        SELECT count(*) FROM (
            SELECT 1 FROM program p CROSS JOIN device_program dp ON dp.program_no = p.no
            WHERE p.line = ?1 LIMIT ?2))sql");
    with->bind(1, line).bind(2, few + 1).next();
    const auto row = session.prepared(
        with->integer(0) <= few ? R"sql(
        SELECT count(*) FROM (
            SELECT DISTINCT dp.device_no
            FROM program p CROSS JOIN device_program dp ON dp.program_no = p.no
            CROSS JOIN judged j ON j.device_no = dp.device_no
            WHERE p.line = ?1 AND j.model_no = ?2 AND dp.first_seen_ms < ?3 LIMIT ?4))sql"
                                : R"sql(
        SELECT count(*) FROM (
            SELECT DISTINCT j.device_no
            FROM judged j CROSS JOIN program p CROSS JOIN device_program dp
            ON dp.device_no = j.device_no AND dp.program_no = p.no
            WHERE p.line = ?1 AND j.model_no = ?2 AND dp.first_seen_ms < ?3 LIMIT ?4))sql");
    row->bind(1, line).bind(2, model_no).bind(3, to_ms(before)).bind(4, std::int64_t{count_max});
    row->next();
    return static_cast<std::uint32_t>(row->integer(0));
}

std::vector<std::int64_t> device_nos_with(Session& session, std::int64_t line)
{
    const auto rows = session.prepared(R"sql(
        SELECT DISTINCT dp.device_no
        FROM program p JOIN device_program dp ON dp.program_no = p.no WHERE p.line = ?1)sql");
    rows->bind(1, line);
    std::vector<std::int64_t> found;
    while (rows->next())
        found.push_back(rows->integer(0));
    return found;
}

std::vector<std::int64_t> lines_matching(
    Session& session, DecisionKind kind, std::string_view value)
{
    // Paths of Windows are compared in lower case, as decisions keep them.
    const auto rows = session.prepared(R"sql(
        SELECT DISTINCT line FROM program
        WHERE CASE ?1 WHEN 'hash' THEN sha256 = ?2 WHEN 'signer' THEN signer = ?2
                      ELSE path = ?2 OR lower(path) = ?2 END)sql");
    rows->bind(1, boost::describe::enum_to_string(kind, "hash")).bind(2, value);
    std::vector<std::int64_t> found;
    while (rows->next())
        found.push_back(rows->integer(0));
    return found;
}

ModelRow put_model(Session& session, std::string_view name, Timestamp first_device_at)
{
    if (auto known = find_model(session, name))
        return *known;
    session.prepared("INSERT INTO model (name, first_device_ms) VALUES (?1, ?2)")
        ->bind(1, name)
        .bind(2, to_ms(first_device_at))
        .run();
    return *find_model(session, name);
}

std::optional<ModelRow> find_model(Session& session, std::string_view name)
{
    const auto row = session.prepared("SELECT * FROM model WHERE name = ?1");
    if (!row->bind(1, name).next())
        return {};
    return model_at(*row);
}

std::optional<ModelRow> find_model(Session& session, std::int64_t no)
{
    const auto row = session.prepared("SELECT * FROM model WHERE no = ?1");
    if (!row->bind(1, no).next())
        return {};
    return model_at(*row);
}

std::vector<ModelRow> list_models(Session& session)
{
    const auto rows = session.prepared("SELECT * FROM model ORDER BY name");
    std::vector<ModelRow> found;
    while (rows->next())
        found.push_back(model_at(*rows));
    return found;
}

std::uint32_t devices_of_model(
    Session& session, std::int64_t model_no, Timestamp before, std::uint32_t count_max)
{
    const auto row = session.prepared(R"sql(
        SELECT count(*) FROM (
            SELECT 1 FROM judged j CROSS JOIN device d ON d.no = j.device_no
            WHERE j.model_no = ?1 AND d.created_at_ms < ?2 LIMIT ?3))sql");
    row->bind(1, model_no).bind(2, to_ms(before)).bind(3, std::int64_t{count_max}).next();
    return static_cast<std::uint32_t>(row->integer(0));
}

std::vector<std::int64_t> device_nos_of_model(Session& session, std::int64_t model_no)
{
    const auto rows = session.prepared("SELECT device_no FROM judged WHERE model_no = ?1");
    rows->bind(1, model_no);
    std::vector<std::int64_t> found;
    while (rows->next())
        found.push_back(rows->integer(0));
    return found;
}

Result<void> set_learning_until(
    Session& session, std::string_view model, Timestamp until, const std::string& who)
{
    const auto changed =
        session.prepared("UPDATE model SET learning_until_ms = ?2, set_by = ?3 WHERE name = ?1")
            ->bind(1, model)
            .bind(2, to_ms(until))
            .bind(3, who)
            .run();
    if (changed == 0)
        return Error{Errc::not_found, "no device model " + std::string{model}};
    return {};
}

void add_decision(Session& session, ProgramDecision& decision)
{
    const auto row = session.prepared(R"sql(
        INSERT INTO program_decision (
            decision, kind, value, scope, scope_value, until_ms, reason, decided_by,
            decided_at_ms)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) RETURNING no)sql");
    row->bind(1, boost::describe::enum_to_string(decision.decision, "allow"))
        .bind(2, boost::describe::enum_to_string(decision.kind, "hash"))
        .bind(3, decision.value)
        .bind(4, boost::describe::enum_to_string(decision.scope, "device"))
        .bind(5, decision.scope_value)
        .bind(6, ms_of(decision.until))
        .bind(7, decision.reason)
        .bind(8, decision.decided_by)
        .bind(9, to_ms(decision.decided_at));
    row->next();
    decision.no = row->integer(0);
}

Result<ProgramDecision> find_decision(Session& session, std::int64_t no)
{
    const auto row = session.prepared("SELECT * FROM program_decision WHERE no = ?1");
    if (!row->bind(1, no).next())
        return Error{Errc::not_found, "no decision " + std::to_string(no)};
    return decision_at(*row);
}

Result<ProgramDecision> end_decision(
    Session& session, std::int64_t no, const std::string& who, Timestamp now)
{
    auto found = find_decision(session, no);
    if (!found)
        return found.error();
    if (found->ended_at)
        return Error{Errc::conflict, "the decision has ended"};
    session.prepared("UPDATE program_decision SET ended_by = ?2, ended_at_ms = ?3 WHERE no = ?1")
        ->bind(1, no)
        .bind(2, who)
        .bind(3, to_ms(now))
        .run();
    found->ended_by = who;
    found->ended_at = now;
    return *found;
}

std::vector<ProgramDecision> standing_decisions(Session& session)
{
    const auto rows =
        session.prepared("SELECT * FROM program_decision WHERE ended_at_ms IS NULL ORDER BY no");
    std::vector<ProgramDecision> found;
    while (rows->next())
        found.push_back(decision_at(*rows));
    return found;
}

std::vector<ProgramDecision> list_decisions(Session& session, std::size_t rows_max)
{
    const auto rows = session.prepared("SELECT * FROM program_decision ORDER BY no DESC LIMIT ?1");
    rows->bind(1, static_cast<std::int64_t>(rows_max));
    std::vector<ProgramDecision> found;
    while (rows->next())
        found.push_back(decision_at(*rows));
    return found;
}

} // namespace mimamori::collector::storage
