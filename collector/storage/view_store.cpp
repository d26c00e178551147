#include "collector/storage/view_store.hpp"

#include "collector/storage/statement.hpp"

#include <fmt/format.h>

namespace mimamori::collector::storage {
namespace {

SavedView view_of(const Statement& row)
{
    SavedView view;
    view.no = row.integer(0);
    view.list = row.text(1);
    view.person_id = row.text(2);
    view.who = row.text(3);
    view.name = row.text(4);
    view.shared = row.integer(5) != 0;
    view.filter = row.text(6);
    view.sort = row.text(7);
    view.columns = row.text(8);
    view.at = from_ms(row.integer(9));
    return view;
}

} // namespace

std::vector<SavedView> list_views(
    Session& session, const std::string& list, const std::string& person_id)
{
    const auto rows = session.prepared(
        "SELECT no, list, person_id, who, name, shared, filter, sort, columns, at_ms"
        " FROM saved_view WHERE list = ?1 AND (person_id = ?2 OR shared)"
        " ORDER BY name COLLATE people, no");
    rows->bind(1, list).bind(2, person_id);
    std::vector<SavedView> found;
    while (rows->next())
        found.push_back(view_of(*rows));
    return found;
}

Result<SavedView> find_view(Session& session, std::int64_t no)
{
    const auto row = session.prepared("SELECT no, list, person_id, who, name, shared, filter, sort,"
                                      " columns, at_ms FROM saved_view WHERE no = ?1");
    if (!row->bind(1, no).next())
        return Error{Errc::not_found, fmt::format("no view {}", no)};
    return view_of(*row);
}

Result<void> put_view(Session& session, SavedView& view)
{
    const auto count = session.prepared("SELECT count(*) FROM saved_view"
                                        " WHERE person_id = ?1 AND NOT (list = ?2 AND name = ?3)");
    count->bind(1, view.person_id).bind(2, view.list).bind(3, view.name).next();
    if (count->integer(0) >= views_max)
        return Error{Errc::conflict, fmt::format("at most {} views a person", views_max)};
    const auto row = session.prepared(R"sql(
        INSERT INTO saved_view (list, person_id, who, name, shared, filter, sort, columns, at_ms)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        ON CONFLICT (list, person_id, name) DO UPDATE
        SET who = excluded.who, shared = excluded.shared, filter = excluded.filter,
            sort = excluded.sort, columns = excluded.columns, at_ms = excluded.at_ms
        RETURNING no)sql");
    row->bind(1, view.list)
        .bind(2, view.person_id)
        .bind(3, view.who)
        .bind(4, view.name)
        .bind(5, std::int64_t{view.shared})
        .bind(6, view.filter)
        .bind(7, view.sort)
        .bind(8, view.columns)
        .bind(9, to_ms(view.at));
    row->next();
    view.no = row->integer(0);
    return {};
}

void remove_view(Session& session, std::int64_t no)
{
    session.prepared("DELETE FROM saved_view WHERE no = ?1")->bind(1, no).run();
}

} // namespace mimamori::collector::storage
