// liborcus 0.17 leaves out cells whose text stands in the cell itself (inlineStr), without a word:
// so the four parts of the format that matter here are read with expat.

#include "collector/ledger/table.hpp"
#include "collector/ledger/zip.hpp"
#include "common/base/utf8.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <expat.h>
#include <map>
#include <memory>
#include <optional>
#include <utility>

namespace mimamori::collector::ledger {
namespace {

constexpr std::size_t part_bytes_max = 128U << 20;
constexpr std::size_t texts_bytes_max = 64U << 20;

using Attributes = std::map<std::string, std::string, std::less<>>;

/// What a reader of XML hears. An Error ends the reading.
class Listener
{
public:
    virtual ~Listener() = default;
    virtual void begin(std::string_view name, const Attributes& attributes) = 0;
    virtual void end(std::string_view name) = 0;
    virtual void text(std::string_view text) = 0;

    std::optional<Error> refused;

protected:
    void refuse(Errc code, std::string why)
    {
        if (!refused)
            refused = Error{code, std::move(why)};
    }
};

/// Without the prefix of its namespace: makers of files differ in it.
std::string_view local(std::string_view name)
{
    const auto colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

struct Reading
{
    XML_Parser parser;
    Listener& listener;

    void look()
    {
        if (listener.refused)
            ::XML_StopParser(parser, XML_FALSE);
    }
};

void on_begin(void* given, const XML_Char* name, const XML_Char** pairs)
{
    auto& reading = *static_cast<Reading*>(given);
    Attributes attributes;
    for (; *pairs; pairs += 2)
        attributes.emplace(local(pairs[0]), pairs[1]);
    reading.listener.begin(local(name), attributes);
    reading.look();
}

void on_end(void* given, const XML_Char* name)
{
    auto& reading = *static_cast<Reading*>(given);
    reading.listener.end(local(name));
    reading.look();
}

void on_text(void* given, const XML_Char* text, int size)
{
    auto& reading = *static_cast<Reading*>(given);
    reading.listener.text({text, static_cast<std::size_t>(size)});
    reading.look();
}

/// No spreadsheet has a document type, which is where entities would be declared.
void on_document_type(void* given, const XML_Char*, const XML_Char*, const XML_Char*, int)
{
    ::XML_StopParser(static_cast<Reading*>(given)->parser, XML_FALSE);
}

Result<void> read_part(Archive& archive, const std::string& name, Listener& listener)
{
    const auto xml = archive.read(name, part_bytes_max);
    if (!xml)
        return xml.error();
    const std::unique_ptr<XML_ParserStruct, decltype(&::XML_ParserFree)> parser{
        ::XML_ParserCreate(nullptr), &::XML_ParserFree};
    Reading reading{parser.get(), listener};
    ::XML_SetUserData(parser.get(), &reading);
    ::XML_SetElementHandler(parser.get(), &on_begin, &on_end);
    ::XML_SetCharacterDataHandler(parser.get(), &on_text);
    ::XML_SetStartDoctypeDeclHandler(parser.get(), &on_document_type);
    const auto status =
        ::XML_Parse(parser.get(), xml->data(), static_cast<int>(xml->size()), XML_TRUE);
    if (listener.refused)
        return *listener.refused;
    if (status != XML_STATUS_OK)
        return Error{Errc::invalid_input, "not an Excel file, or a damaged one"};
    return {};
}

std::string attribute(const Attributes& attributes, std::string_view name)
{
    const auto found = attributes.find(name);
    return found == attributes.end() ? std::string{} : found->second;
}

/// Which relation the first sheet of the book is.
class FirstSheet : public Listener
{
public:
    void begin(std::string_view name, const Attributes& attributes) override
    {
        if (name == "sheet" && relation.empty())
            relation = attribute(attributes, "id");
    }

    void end(std::string_view) override {}

    void text(std::string_view) override {}

    std::string relation;
};

/// The files that the book's relations name.
class Relations : public Listener
{
public:
    void begin(std::string_view name, const Attributes& attributes) override
    {
        if (name != "Relationship")
            return;
        const std::string target = attribute(attributes, "Target");
        targets[attribute(attributes, "Id")] =
            target.starts_with('/') ? target.substr(1) : "xl/" + target;
        if (attribute(attributes, "Type").ends_with("/sharedStrings"))
            texts = targets[attribute(attributes, "Id")];
    }

    void end(std::string_view) override {}

    void text(std::string_view) override {}

    std::map<std::string, std::string> targets;
    std::string texts;
};

/// The texts that cells refer to. How they are read aloud (rPh) is left out.
class Texts : public Listener
{
public:
    void begin(std::string_view name, const Attributes&) override
    {
        if (name == "si")
            now_.clear();
        else if (name == "rPh")
            aloud_ = true;
        else if (name == "t")
            inside_ = !aloud_;
    }

    void end(std::string_view name) override
    {
        if (name == "rPh")
            aloud_ = false;
        else if (name == "t")
            inside_ = false;
        else if (name == "si")
            all.push_back(std::move(now_));
    }

    void text(std::string_view text) override
    {
        if (!inside_)
            return;
        bytes_ += text.size();
        if (bytes_ > texts_bytes_max)
            refuse(Errc::too_large, "an Excel file with too much text");
        now_ += text;
    }

    std::vector<std::string> all;

private:
    std::string now_;
    bool inside_{false};
    bool aloud_{false};
    std::size_t bytes_{0};
};

/// "B3" as row 2, column 1; nothing for what is no place.
struct Place
{
    std::size_t row{0};
    std::size_t column{0};
};

std::optional<Place> place_of(std::string_view text)
{
    constexpr std::size_t most = 2'000'000;
    std::size_t row = 0;
    std::size_t column = 0;
    for (const char c : text)
    {
        if (c >= 'A' && c <= 'Z' && row == 0)
            column = column * 26 + static_cast<std::size_t>(c - 'A' + 1);
        else if (c >= '0' && c <= '9')
            row = row * 10 + static_cast<std::size_t>(c - '0');
        else
            return std::nullopt;
        if (row > most || column > most)
            return std::nullopt;
    }
    if (row == 0 || column == 0)
        return std::nullopt;
    return Place{row - 1, column - 1};
}

/// A number as people write it: "46477" for 4.6477E4.
std::string number_text(const std::string& text)
{
    double number = 0;
    const char* const end = text.data() + text.size();
    if (std::from_chars(text.data(), end, number).ptr != end)
        return text;
    const bool is_whole = std::floor(number) == number && std::abs(number) < 1e15;
    return is_whole ? fmt::format("{:.0f}", number) : fmt::format("{:.15g}", number);
}

/// The cells of a sheet.
class Sheet : public Listener
{
public:
    explicit Sheet(const std::vector<std::string>& texts)
        : texts_{texts}
    {}

    void begin(std::string_view name, const Attributes& attributes) override
    {
        if (name == "row")
            begin_row(attributes);
        else if (name == "c")
            begin_cell(attributes);
        else if (name == "rPh")
            aloud_ = true;
        else if (name == "v" || name == "t")
            inside_ = !aloud_;
    }

    void end(std::string_view name) override
    {
        if (name == "v" || name == "t")
            inside_ = false;
        else if (name == "rPh")
            aloud_ = false;
        else if (name == "c")
            end_cell();
    }

    void text(std::string_view text) override
    {
        if (inside_)
            value_ += text;
        if (value_.size() > texts_bytes_max)
            refuse(Errc::too_large, "an Excel file with too much text");
    }

    std::vector<Row> rows;

private:
    void begin_row(const Attributes& attributes)
    {
        const auto place = place_of('A' + attribute(attributes, "r"));
        next_ = {place ? place->row : next_row_, 0};
        next_row_ = next_.row + 1;
    }

    void begin_cell(const Attributes& attributes)
    {
        const std::string where = attribute(attributes, "r");
        const auto place = where.empty() ? std::optional{next_} : place_of(where);
        if (!place)
            return refuse(Errc::invalid_input, "not an Excel file, or a damaged one");
        at_ = *place;
        next_ = {at_.row, at_.column + 1};
        type_ = attribute(attributes, "t");
        value_.clear();
    }

    std::string shown() const
    {
        if (type_ == "s")
        {
            std::size_t index = 0;
            const char* const end = value_.data() + value_.size();
            const bool is_index = std::from_chars(value_.data(), end, index).ptr == end;
            return is_index && index < texts_.size() ? texts_[index] : std::string{};
        }
        if (type_ == "b")
            return value_ == "1" ? "TRUE" : "FALSE";
        return type_.empty() || type_ == "n" ? number_text(value_) : value_;
    }

    void end_cell()
    {
        std::string text = shown();
        if (text.empty())
            return;
        if (at_.row > table_rows_max)
            return refuse(
                Errc::too_large, fmt::format("more than {} rows: split the file", table_rows_max));
        if (at_.column >= table_columns_max)
            return refuse(
                Errc::invalid_input,
                fmt::format("row {}: more than {} columns", at_.row + 1, table_columns_max));
        bytes_ += text.size();
        if (text.size() > cell_bytes_max || bytes_ > texts_bytes_max)
            return refuse(
                Errc::invalid_input,
                fmt::format("row {}, column {}: too much text", at_.row + 1, at_.column + 1));
        if (rows.size() <= at_.row)
            rows.resize(at_.row + 1);
        Row& row = rows[at_.row];
        if (row.size() <= at_.column)
            row.resize(at_.column + 1);
        row[at_.column] = to_valid_utf8(text);
    }

    const std::vector<std::string>& texts_;
    Place at_;
    Place next_;
    std::size_t next_row_{0};
    std::string type_;
    std::string value_;
    bool inside_{false};
    bool aloud_{false};
    std::size_t bytes_{0};
};

} // namespace

Result<Table> read_xlsx(std::string_view bytes)
{
    auto archive = Archive::open(bytes);
    if (!archive)
        return archive.error();
    const Error no_book{Errc::invalid_input, "not an Excel file, or a damaged one"};
    FirstSheet first;
    Relations relations;
    if (!archive->has("xl/workbook.xml"))
        return no_book;
    if (auto read = read_part(*archive, "xl/workbook.xml", first); !read)
        return read.error();
    if (auto read = read_part(*archive, "xl/_rels/workbook.xml.rels", relations); !read)
        return read.error().code == Errc::not_found ? no_book : read.error();
    Texts texts;
    if (archive->has(relations.texts))
        if (auto read = read_part(*archive, relations.texts, texts); !read)
            return read.error();
    Sheet sheet{texts.all};
    if (auto read = read_part(*archive, relations.targets[first.relation], sheet); !read)
        return read.error().code == Errc::not_found ? no_book : read.error();
    while (!sheet.rows.empty() && sheet.rows.back().empty())
        sheet.rows.pop_back();
    if (sheet.rows.empty())
        return Error{Errc::invalid_input, "the first sheet has no rows"};
    Table table;
    table.encoding = "XLSX";
    table.rows = std::move(sheet.rows);
    return table;
}

} // namespace mimamori::collector::ledger
