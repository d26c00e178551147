#include "collector/ledger/columns.hpp"

#include "collector/storage/ledger_field.hpp"
#include "collector/storage/text_order.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <span>
#include <utility>

namespace mimamori::collector::ledger {
namespace {

constexpr std::array columns{
    Column{"state", "状態", "State"},
    Column{"name", "端末名", "Device name"},
    Column{"todo", "対応が必要なこと", "Needs attention"},
    Column{"site", "部署", "Department"},
    Column{"kind", "種別", "Kind"},
    Column{"place", "場所", "Place"},
    Column{"owner", "責任者", "In charge"},
    Column{"stage", "使用状況", "Stage"},
    Column{"stage_day", "使用状況の日付", "Stage since"},
    Column{"stage_note", "使用状況のメモ", "Note on the stage"},
    Column{"os", "OS", "System"},
    Column{"os_version", "バージョン", "Version"},
    Column{"vendor", "メーカー", "Maker"},
    Column{"model", "機種", "Model"},
    Column{"serial", "製造番号", "Serial number"},
    Column{"address", "アドレス", "Address"},
    Column{"mac", "MACアドレス", "MAC address"},
    Column{"hostname", "OS上の名前", "Host name"},
    Column{"antivirus", "ウイルス対策ソフト", "Antivirus software"},
    Column{"pattern", "ウイルス定義", "Antivirus pattern"},
    Column{"seen", "最後の連絡", "Last contact"},
    Column{"supplier", "業者", "Supplier"},
    Column{"contract", "保守の内容", "Maintenance"},
    Column{"contract_until", "保守の期限", "Maintained until"},
    Column{"bought_year", "導入年度", "Bought"},
    Column{"renewal_year", "更新予定年度", "Renewal year"},
    Column{"asset_number", "固定資産番号", "Asset number"},
    Column{"me_number", "ME番号", "ME number"},
    Column{"note", "メモ", "Note"},
};

struct Alias
{
    std::string_view head; ///< Folded.
    std::string_view column;
};

// What lists of hospitals call them.
constexpr Alias aliases[] = {
    {"コンピュータ名", "name"},
    {"コンピューター名", "name"},
    {"pc名", "name"},
    {"機器名", "name"},
    {"名称", "name"},
    {"device", "name"},
    {"部門", "site"},
    {"部署名", "site"},
    {"所属", "site"},
    {"設置部署", "site"},
    {"dept", "site"},
    {"site", "site"},
    {"設置場所", "place"},
    {"場所名", "place"},
    {"location", "place"},
    {"担当者", "owner"},
    {"管理者", "owner"},
    {"使用者", "owner"},
    {"owner", "owner"},
    {"取引業者", "supplier"},
    {"保守業者", "supplier"},
    {"購入先", "supplier"},
    {"vendor", "supplier"},
    {"保守契約", "contract"},
    {"保守期限", "contract_until"},
    {"契約終了日", "contract_until"},
    {"保守終了日", "contract_until"},
    {"購入年度", "bought_year"},
    {"導入年", "bought_year"},
    {"更新年度", "renewal_year"},
    {"資産番号", "asset_number"},
    {"管理番号", "asset_number"},
    {"me機器番号", "me_number"},
    {"me管理番号", "me_number"},
    {"備考", "note"},
    {"状況", "stage"},
    {"利用状況", "stage"},
    {"稼働状況", "stage"},
    {"廃棄日", "stage_day"},
    {"notes", "note"},
    {"remarks", "note"},
    {"シリアル", "serial"},
    {"シリアル番号", "serial"},
    {"s/n", "serial"},
    {"serial", "serial"},
    {"ipアドレス", "address"},
    {"ip", "address"},
    {"ip address", "address"},
    {"mac", "mac"},
    {"型番", "model"},
    {"型式", "model"},
    {"製造元", "vendor"},
    {"manufacturer", "vendor"},
    {"hostname", "hostname"},
};

struct Word
{
    std::string_view name;
    std::string_view ja;
    std::string_view en;
};

constexpr Word state_words[] = {
    {"action", "要対応", "Action"},   {"warning", "注意", "Warning"},
    {"silent", "連絡なし", "Silent"}, {"unknown", "不明", "Unknown"},
    {"good", "良好", "Good"},         {"none", "見守りなし", "Not watched"},
};

constexpr Word stage_words[] = {
    {"in_use", "使用中", "In use"},     {"spare", "予備", "Spare"},
    {"repair", "修理中", "In repair"},  {"retired", "廃止", "Retired"},
    {"disposed", "廃棄済", "Disposed"},
};

/// What else lists of hospitals write; folded.
constexpr Word other_stage_words[] = {
    {"in_use", "稼働中", "in use"},       {"in_use", "利用中", "active"},
    {"spare", "予備機", "stock"},         {"spare", "保管", "in stock"},
    {"repair", "修理", "under repair"},   {"retired", "撤去", "out of use"},
    {"retired", "使用停止", "retired"},   {"disposed", "廃棄", "disposed of"},
    {"disposed", "廃棄済み", "scrapped"},
};

std::string word_for(std::string_view name, std::span<const Word> words, Language language)
{
    for (const Word& word : words)
        if (word.name == name)
            return std::string{language == Language::ja ? word.ja : word.en};
    return std::string{name};
}

std::string day_of(std::optional<Timestamp> moment, const CellWords& words)
{
    if (!moment)
        return {};
    return to_iso_date(std::chrono::floor<std::chrono::days>(*moment + words.utc_offset));
}

std::string todo_of(const storage::DeviceRow& row, const CellWords& words)
{
    const std::string_view between = words.language == Language::ja ? "、" : ", ";
    std::string text;
    for (const storage::OpenRule& rule : row.todo)
        text += fmt::format("{}{}", text.empty() ? "" : between, words.title(rule));
    return text;
}

/// "2026-11-20 09:30" by the site's clocks.
std::string minute_of(std::optional<Timestamp> moment, const CellWords& words)
{
    if (!moment)
        return {};
    const std::string text = to_rfc3339(*moment + words.utc_offset);
    return text.substr(0, 10) + ' ' + text.substr(11, 5);
}

} // namespace

const Column* find_column(std::string_view name)
{
    const auto found = std::find_if(columns.begin(), columns.end(), [name](const Column& column) {
        return column.name == name;
    });
    return found == columns.end() ? nullptr : &*found;
}

Result<std::vector<const Column*>> parse_columns(std::string_view names)
{
    std::vector<const Column*> parsed;
    while (!names.empty())
    {
        const std::string_view name = names.substr(0, names.find(','));
        names.remove_prefix(std::min(name.size() + 1, names.size()));
        const Column* const column = find_column(name);
        if (!column || std::find(parsed.begin(), parsed.end(), column) != parsed.end())
            return Error{
                Errc::invalid_input, "columns: names of columns, separated by commas, each once"};
        parsed.push_back(column);
    }
    if (parsed.empty())
        return Error{Errc::invalid_input, "columns: at least one"};
    return parsed;
}

const Column* column_of_head(std::string_view head)
{
    std::string wanted = storage::folded(head);
    while (!wanted.empty() && wanted.back() == ' ')
        wanted.pop_back();
    for (const Column& column : columns)
        if (wanted == storage::folded(column.ja) || wanted == storage::folded(column.en)
            || wanted == column.name)
            return &column;
    for (const Alias& alias : aliases)
        if (wanted == alias.head)
            return find_column(alias.column);
    return nullptr;
}

std::string stage_of_word(std::string_view word)
{
    std::string wanted = storage::folded(word);
    while (!wanted.empty() && wanted.back() == ' ')
        wanted.pop_back();
    for (const Word& known : stage_words)
        if (wanted == storage::folded(known.ja) || wanted == storage::folded(known.en))
            return std::string{known.name};
    for (const Word& known : other_stage_words)
        if (wanted == known.ja || wanted == known.en)
            return std::string{known.name};
    return std::string{word};
}

std::string_view title_of(const Column& column, Language language)
{
    return language == Language::ja ? column.ja : column.en;
}

std::string cell_of(const storage::DeviceRow& row, const Column& column, const CellWords& words)
{
    const auto& kept = storage::ledger_columns;
    const auto at = std::find(kept.begin(), kept.end(), column.name);
    if (at != kept.end())
        return row.ledger[static_cast<std::size_t>(std::distance(kept.begin(), at))];
    if (column.name == "site")
    {
        const auto site = words.sites.find(row.site_id);
        return site == words.sites.end() || site->second.empty() ? words.hospital : site->second;
    }
    const bool is_out_of_use = row.stage != storage::in_use;
    if (column.name == "stage" || (column.name == "state" && is_out_of_use))
        return word_for(row.stage, stage_words, words.language);
    if (column.name == "state")
        return word_for(row.state, state_words, words.language);
    if (column.name == "todo")
        return todo_of(row, words);
    if (column.name == "pattern")
        return day_of(row.pattern_built_at, words);
    if (column.name == "seen")
        return minute_of(row.last_seen, words);
    if (column.name == "address")
        return row.addresses.substr(0, row.addresses.find(' '));
    const std::pair<std::string_view, const std::string&> texts[] = {
        {"name", row.name},     {"hostname", row.hostname}, {"os", row.os},
        {"vendor", row.vendor}, {"model", row.model},       {"os_version", row.os_version},
        {"serial", row.serial}, {"mac", row.macs},          {"antivirus", row.antivirus},
    };
    for (const auto& [name, text] : texts)
        if (name == column.name)
            return text;
    return {};
}

} // namespace mimamori::collector::ledger
