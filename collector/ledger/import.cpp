#include "collector/ledger/import.hpp"

#include "collector/ledger/columns.hpp"
#include "collector/storage/device_list.hpp"
#include "collector/storage/site_store.hpp"
#include "collector/storage/text_order.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace mimamori::collector::ledger {
namespace {

using storage::LedgerField;
using storage::LedgerForm;

constexpr std::array<std::string_view, 6> keys{"name",         "hostname",  "serial",
                                               "asset_number", "me_number", "mac"};

/// Devices by the text of the key; of several with the same the list says so.
using Index = std::map<std::string, std::vector<const storage::DeviceRow*>, std::less<>>;

std::string_view key_of(const storage::DeviceRow& row, std::string_view key)
{
    if (key == "hostname")
        return row.hostname;
    if (key == "serial")
        return row.serial;
    if (key == "asset_number")
        return row.ledger[8];
    if (key == "me_number")
        return row.ledger[9];
    return row.name;
}

Index index_of(const std::vector<storage::DeviceRow>& rows, std::string_view key)
{
    Index index;
    for (const storage::DeviceRow& row : rows)
    {
        if (key != "mac")
        {
            const std::string text = storage::folded(key_of(row, key));
            if (!text.empty())
                index[text].push_back(&row);
            continue;
        }
        std::string_view macs = row.macs;
        while (!macs.empty())
        {
            const std::string_view one = macs.substr(0, macs.find(' '));
            macs.remove_prefix(std::min(one.size() + 1, macs.size()));
            index[std::string{one}].push_back(&row);
        }
    }
    return index;
}

/// A spreadsheet's number of a day (day 1 is 1900-01-01, and 1900 has a day too many), or the text.
std::string day_text(const std::string& cell)
{
    int number = 0;
    const char* const end = cell.data() + cell.size();
    const auto [stopped, ec] = std::from_chars(cell.data(), end, number);
    const bool is_serial = ec == std::errc{} && (stopped == end || *stopped == '.')
                           && number > 20'000 && number < 80'000;
    if (!is_serial)
        return cell;
    constexpr Date epoch = std::chrono::sys_days{std::chrono::year{1899} / 12 / 30};
    return to_iso_date(epoch + std::chrono::days{number});
}

/// Reads one file row by row.
class Importer
{
public:
    Importer(storage::Session& session, const Table& table, const ImportWish& wish)
        : session_{session}
        , table_{table}
        , wish_{wish}
    {
        for (const storage::Site& site : storage::list_site_tree(session))
        {
            const auto [place, is_new] = sites_.emplace(storage::folded(site.name), site.id.text());
            if (!is_new)
                place->second.clear(); // Of that name there are several.
            site_ids_.insert(site.id.text());
        }
    }

    Result<ImportPlan> run()
    {
        if (auto good = check_wish(); !good)
            return good.error();
        storage::DeviceQuery all;
        all.rows_max = 200'000;
        auto rows = storage::list_devices(session_, all);
        if (!rows)
            return rows.error();
        const Index index = index_of(*rows, wish_.key);
        for (std::size_t r = 1; r < table_.rows.size(); ++r)
            if (auto done = read_row(r, index); !done)
                return done.error();
        return std::move(made_);
    }

private:
    Result<void> check_wish()
    {
        std::set<std::string> seen;
        for (std::size_t c = 0; c < wish_.columns.size(); ++c)
        {
            const std::string& name = wish_.columns[c];
            if (name.empty())
                continue;
            const bool known = storage::find_ledger_field(name) || name == "hostname";
            if (!known || !seen.insert(name).second)
                return Error{
                    Errc::invalid_input, "columns: fields of the ledger, each once, or nothing"};
            if (name == wish_.key)
                key_column_ = c;
        }
        if (!is_import_key(wish_.key) || !key_column_)
            return Error{
                Errc::invalid_input,
                fmt::format("key: one of the columns {}", fmt::join(keys, ", "))};
        return {};
    }

    void refuse(std::size_t row, std::size_t column, std::string why, std::string detail)
    {
        made_.refused.push_back({row + 1, column, std::move(why), std::move(detail)});
    }

    std::string cell(std::size_t row, std::size_t column) const
    {
        const Row& cells = table_.rows[row];
        return column < cells.size() ? cells[column] : std::string{};
    }

    /// The values of a row; nothing when one is refused.
    std::optional<std::vector<storage::FieldValue>> values_of(std::size_t r)
    {
        std::vector<storage::FieldValue> values;
        bool good = true;
        for (std::size_t c = 0; c < wish_.columns.size(); ++c)
        {
            const LedgerField* const field = storage::find_ledger_field(wish_.columns[c]);
            std::string text = cell(r, c);
            const bool is_empty = text.find_first_not_of(" \t\r\n") == std::string::npos;
            const bool may_clear =
                wish_.clear && field && field->form != LedgerForm::site && field->name != "name";
            if (!field || (is_empty && !may_clear))
                continue;
            if (field->form == LedgerForm::day)
                text = day_text(text);
            else if (field->form == LedgerForm::stage)
                text = stage_of_word(text);
            auto value = field->form == LedgerForm::site ? site_of(text)
                                                         : storage::to_ledger_value(*field, text);
            if (!value)
            {
                refuse(r, c + 1, field->form == LedgerForm::site ? "no_site" : "bad_value", text);
                good = false;
                continue;
            }
            values.push_back({field, std::move(*value)});
        }
        if (!good)
            return std::nullopt;
        return values;
    }

    /// A department by its name or its id.
    Result<std::string> site_of(const std::string& text) const
    {
        if (site_ids_.contains(text))
            return text;
        const auto found = sites_.find(storage::folded(text));
        if (found == sites_.end() || found->second.empty())
            return Error{Errc::not_found, text};
        return found->second;
    }

    Result<void> read_row(std::size_t r, const Index& index)
    {
        const Row& cells = table_.rows[r];
        const bool is_empty = std::all_of(cells.begin(), cells.end(), [](const std::string& text) {
            return text.find_first_not_of(" \t\r\n") == std::string::npos;
        });
        if (is_empty)
            return {};
        std::string key = cell(r, *key_column_);
        if (wish_.key == "mac")
        {
            const auto mac = storage::to_ledger_value(*storage::find_ledger_field("mac"), key);
            key = mac ? mac->substr(0, mac->find(' ')) : std::string{};
        }
        else
            key = storage::folded(key);
        key.erase(0, std::min(key.find_first_not_of(' '), key.size()));
        key.erase(key.find_last_not_of(' ') + 1);
        if (key.empty())
            refuse(r, *key_column_ + 1, "no_key", cell(r, *key_column_));
        else if (!keys_seen_.insert(key).second)
            refuse(r, *key_column_ + 1, "twice", cell(r, *key_column_));
        else if (auto values = values_of(r))
            return take_row(r, key, *values, index);
        return {};
    }

    Result<void> take_row(
        std::size_t r,
        const std::string& key,
        std::vector<storage::FieldValue>& values,
        const Index& index)
    {
        const auto found = index.find(key);
        if (found == index.end())
        {
            if (wish_.add)
                add(r, values);
            else
                refuse(r, *key_column_ + 1, "not_found", cell(r, *key_column_));
            return {};
        }
        if (found->second.size() > 1)
        {
            refuse(r, *key_column_ + 1, "several", cell(r, *key_column_));
            return {};
        }
        auto entry = storage::find_ledger(session_, found->second.front()->id);
        if (!entry)
            return entry.error();
        PlannedDevice device;
        device.id = entry->id;
        device.name = entry->name;
        device.version = entry->version;
        for (storage::FieldValue& one : dated(std::move(values), *entry, wish_.today))
        {
            const std::string& was = entry->value(*one.field);
            // What an agent says itself, it knows better than a file.
            const bool is_agents = one.field->reported && entry->device_class != "ledger";
            // A device that is found by the name that it gave itself needs no other.
            const bool is_own_name = one.field->name == "name" && one.value == entry->name;
            if (!is_agents && !is_own_name && was != one.value)
                device.values.push_back({one.field, was, std::move(one.value)});
        }
        if (device.values.empty())
            ++made_.plan.unchanged;
        else
            made_.plan.devices.push_back(std::move(device));
        return {};
    }

    void add(std::size_t r, std::vector<storage::FieldValue>& values)
    {
        PlannedDevice device;
        bool has_site = false;
        for (storage::FieldValue& one : values)
        {
            if (one.field->name == "name")
                device.name = one.value;
            has_site = has_site || one.field->form == LedgerForm::site;
            if (!one.value.empty())
                device.values.push_back({one.field, {}, std::move(one.value)});
        }
        if (!has_site && !wish_.site.empty())
            device.values.push_back({storage::find_ledger_field("site"), {}, wish_.site});
        if (device.name.empty())
            refuse(r, 0, "no_name", {});
        else if (!has_site && wish_.site.empty())
            refuse(r, 0, "no_site", {});
        else
            made_.plan.devices.push_back(std::move(device));
    }

    storage::Session& session_;
    const Table& table_;
    const ImportWish& wish_;
    std::map<std::string, std::string, std::less<>> sites_;
    std::set<std::string, std::less<>> site_ids_;
    std::optional<std::size_t> key_column_;
    std::set<std::string> keys_seen_;
    ImportPlan made_;
};

} // namespace

bool is_import_key(std::string_view field)
{
    return std::find(keys.begin(), keys.end(), field) != keys.end();
}

std::vector<std::string> guessed_columns(const Row& heads)
{
    std::vector<std::string> fields;
    for (const std::string& head : heads)
    {
        const Column* const column = column_of_head(head);
        const bool is_ours =
            column && (storage::find_ledger_field(column->name) || column->name == "hostname");
        std::string name = is_ours ? std::string{column->name} : std::string{};
        if (std::find(fields.begin(), fields.end(), name) != fields.end())
            name.clear();
        fields.push_back(std::move(name));
    }
    return fields;
}

Result<ImportPlan> plan_import(
    storage::Session& session, const Table& table, const ImportWish& wish)
{
    return Importer{session, table, wish}.run();
}

} // namespace mimamori::collector::ledger
