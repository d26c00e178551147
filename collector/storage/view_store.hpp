#pragma once

#include "collector/storage/session.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// Filters, orders and columns of lists that people keep under a name. Functions for works of
/// `Database`.
namespace mimamori::collector::storage {

/// Views that one person keeps at most.
inline constexpr std::int64_t views_max = 50;

struct SavedView
{
    std::int64_t no{0};
    std::string list;      ///< "devices", or the path of another page
    std::string person_id; ///< Whose it is; empty: of the local socket.
    std::string who;       ///< The owner's name.
    std::string name;
    bool shared{false}; ///< Everybody may look through it; its owner alone changes it.
    std::string filter; ///< Of other pages: what stands behind "?" in the address.
    std::string sort;
    std::string columns; ///< Names, separated by commas.
    Timestamp at{};
};

/// The views of that person, and those that others share; by name.
std::vector<SavedView> list_views(
    Session& session, const std::string& list, const std::string& person_id);

/// Errors: not_found.
Result<SavedView> find_view(Session& session, std::int64_t no);

/// Adds the view or replaces the owner's one of that name, and gives it its number.
/// Errors: conflict when the owner has too many.
Result<void> put_view(Session& session, SavedView& view);

void remove_view(Session& session, std::int64_t no);

} // namespace mimamori::collector::storage
