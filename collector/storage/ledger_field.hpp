#pragma once

#include "common/base/result.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

/// The fields of the ledger and how their values are written.
namespace mimamori::collector::storage {

/// Where in its life a device is. Only those in use are expected to report, and are counted.
inline constexpr std::array<std::string_view, 5> stages{
    "in_use", "spare", "repair", "retired", "disposed"};
inline constexpr std::string_view in_use = stages.front();

enum class LedgerForm
{
    text,
    day,  ///< "2027-03-31"
    year, ///< "2027"
    site, ///< The id of a site.
    mac,  ///< Network addresses such as "00:1b:2c:3d:4e:5f", separated by spaces.
    stage ///< One of `stages`; an empty text is the first.
};

/// A field of the ledger. Values are texts; an empty one says nothing.
struct LedgerField
{
    std::string_view name; ///< As in the API.
    LedgerForm form{LedgerForm::text};
    std::size_t bytes_max{0};

    /// Where an agent watches the device, it says this itself, and nobody else may.
    bool reported{false};

    /// Where it is kept; empty: the functions of device_store.hpp change it.
    std::string_view table{};
    std::string_view column{};
};

std::span<const LedgerField> ledger_fields();

/// Null when there is none of that name.
const LedgerField* find_ledger_field(std::string_view name);

/// What a person writes, as it is kept: blanks at the ends go, days of "2027/3/31" and fiscal years
/// become uniform. Errors: invalid_input, naming the field and what is allowed.
Result<std::string> to_ledger_value(const LedgerField& field, std::string_view text);

struct FieldValue
{
    const LedgerField* field{nullptr};
    std::string value;
};

} // namespace mimamori::collector::storage
