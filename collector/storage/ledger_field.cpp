#include "collector/storage/ledger_field.hpp"

#include "common/base/time.hpp"
#include "common/base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mimamori::collector::storage {
namespace {

constexpr std::string_view ledger = "ledger";
constexpr std::string_view summary = "device_summary";

constexpr std::array fields{
    LedgerField{"name", LedgerForm::text, 100},
    LedgerField{"site", LedgerForm::site, 100},
    LedgerField{"kind", LedgerForm::text, 100, false, ledger, "kind"},
    LedgerField{"place", LedgerForm::text, 200, false, ledger, "place"},
    LedgerField{"owner", LedgerForm::text, 200, false, ledger, "owner"},
    LedgerField{"supplier", LedgerForm::text, 200, false, ledger, "supplier"},
    LedgerField{"contract", LedgerForm::text, 200, false, ledger, "contract"},
    LedgerField{"contract_until", LedgerForm::day, 10, false, ledger, "contract_until"},
    LedgerField{"bought_year", LedgerForm::year, 4, false, ledger, "bought_year"},
    LedgerField{"renewal_year", LedgerForm::year, 4, false, ledger, "renewal_year"},
    LedgerField{"asset_number", LedgerForm::text, 100, false, ledger, "asset_number"},
    LedgerField{"me_number", LedgerForm::text, 100, false, ledger, "me_number"},
    LedgerField{"note", LedgerForm::text, 2'000, false, ledger, "note"},
    LedgerField{"stage", LedgerForm::stage, 20, false, summary, "stage"},
    LedgerField{"stage_day", LedgerForm::day, 10, false, ledger, "stage_day"},
    LedgerField{"stage_note", LedgerForm::text, 500, false, ledger, "stage_note"},
    LedgerField{"os", LedgerForm::text, 200, true, summary, "os"},
    LedgerField{"vendor", LedgerForm::text, 200, true, summary, "vendor"},
    LedgerField{"model", LedgerForm::text, 200, true, summary, "model"},
    LedgerField{"serial", LedgerForm::text, 100, true, summary, "serial"},
    LedgerField{"address", LedgerForm::text, 200, true, summary, "addresses"},
    LedgerField{"mac", LedgerForm::mac, 200, true, summary, "macs"},
};

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r\n";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// "2027/3/31" and "2027.03.31" as "2027-03-31".
std::string to_day(std::string_view text)
{
    std::array<unsigned, 3> parts{};
    std::size_t part = 0;
    std::size_t digits = 0;
    for (const char c : text)
    {
        if (c >= '0' && c <= '9' && ++digits <= 4)
            parts[part] = parts[part] * 10 + static_cast<unsigned>(c - '0');
        else if ((c == '-' || c == '/' || c == '.') && digits > 0 && part < 2)
        {
            ++part;
            digits = 0;
        }
        else
            return {};
    }
    const std::string day = fmt::format("{:04}-{:02}-{:02}", parts[0], parts[1], parts[2]);
    return part == 2 && digits > 0 && parse_iso_date(day) ? day : std::string{};
}

/// "00-1B-2C-3D-4E-5F" as "00:1b:2c:3d:4e:5f"; several, separated by spaces or commas.
std::string to_macs(std::string_view text)
{
    std::string made;
    std::string digits;
    const auto end_one = [&] {
        if (digits.empty())
            return true;
        if (digits.size() != 12)
            return false;
        if (!made.empty())
            made += ' ';
        for (std::size_t i = 0; i < 12; i += 2)
            made += (i > 0 ? ":" : "") + digits.substr(i, 2);
        digits.clear();
        return true;
    };
    for (char c : text)
    {
        if (c >= 'A' && c <= 'F')
            c = static_cast<char>(c - 'A' + 'a');
        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))
            digits += c;
        else if (c == ' ' || c == ',')
        {
            if (!end_one())
                return {};
        }
        else if (c != ':' && c != '-' && c != '.')
            return {};
    }
    return end_one() ? made : std::string{};
}

} // namespace

std::span<const LedgerField> ledger_fields()
{
    return fields;
}

const LedgerField* find_ledger_field(std::string_view name)
{
    const auto found = std::find_if(
        fields.begin(), fields.end(), [name](const LedgerField& f) { return f.name == name; });
    return found == fields.end() ? nullptr : &*found;
}

Result<std::string> to_ledger_value(const LedgerField& field, std::string_view text)
{
    const std::string_view value = trimmed(text);
    const auto bad = [&](std::string_view what) {
        return Error{Errc::invalid_input, fmt::format("{}: {}", field.name, what)};
    };
    if (!is_utf8(value) || value.find('\0') != std::string_view::npos)
        return bad("a text");
    if (value.empty() && field.form == LedgerForm::site)
        return bad("the id of a department");
    if (value.empty())
        return std::string{field.form == LedgerForm::stage ? in_use : std::string_view{}};
    switch (field.form)
    {
    case LedgerForm::day:
    {
        std::string day = to_day(value);
        return day.empty() ? Result<std::string>{bad("a day such as 2027-03-31")} : day;
    }
    case LedgerForm::year:
    {
        const bool digits =
            value.size() == 4
            && std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
        if (!digits || value < "1950" || value > "2199")
            return bad("a year such as 2027");
        return std::string{value};
    }
    case LedgerForm::mac:
    {
        std::string macs = to_macs(value);
        if (macs.empty() || macs.size() > field.bytes_max)
            return bad("network addresses such as 00:1b:2c:3d:4e:5f");
        return macs;
    }
    case LedgerForm::stage:
        if (std::find(stages.begin(), stages.end(), value) == stages.end())
            return bad(fmt::format("one of {}", fmt::join(stages, ", ")));
        return std::string{value};
    case LedgerForm::text:
    case LedgerForm::site:
        break;
    }
    if (value.size() > field.bytes_max)
        return bad(fmt::format("at most {} bytes", field.bytes_max));
    return std::string{value};
}

} // namespace mimamori::collector::storage
