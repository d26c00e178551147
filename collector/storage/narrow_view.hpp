#pragma once

#include "collector/storage/session.hpp"
#include "common/base/id.hpp"
#include "common/base/result.hpp"

#include <functional>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace mimamori::collector::storage {

/// Lets a connection see only what belongs to some sites. Internal to storage.
///
/// Before each table stands a temporary view of its name, made from the table's own columns: rows
/// of a site (`site_id`), of a device (`device_no`), an agent (`agent_no`) or a finding
/// (`finding_no`) show where that one stands below a visible site. The tables that have none of
/// these columns are named in narrow_view.cpp; any other shows nothing. So no statement of any
/// store can forget to narrow, and a new table is closed until somebody decides about it.
class NarrowView
{
public:
    /// Lays the views over the connection's tables; nothing shows until `show`.
    static Result<std::unique_ptr<NarrowView>> lay_over(Session& session);

    /// From now on: these sites and all below them. Throws StorageFailure.
    void show(Session& session, std::span<const SiteId> sites);

    /// Tables that show nothing because nobody has decided about them; for a test.
    static std::vector<std::string> undecided_tables(Session& session);

private:
    NarrowView() = default;

    std::set<std::string, std::less<>> sites_;
};

} // namespace mimamori::collector::storage
