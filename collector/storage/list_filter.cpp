#include "collector/storage/list_filter.hpp"

#include "collector/storage/text_order.hpp"
#include "common/base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace mimamori::collector::storage {
namespace {

constexpr std::string_view wide_blank = "\u3000";

bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

bool is_name_letter(char c)
{
    return (c >= 'a' && c <= 'z') || c == '_';
}

class Parser
{
public:
    explicit Parser(std::string_view text)
        : text_{text}
    {}

    ParsedFilter run()
    {
        if (text_.size() > filter_bytes_max)
            fail(filter_bytes_max, fmt::format("at most {} bytes", filter_bytes_max));
        else if (!is_utf8(text_) || text_.find('\0') != std::string_view::npos)
            fail(0, "no text");
        while (!parsed_.bad && skip_blanks())
            read_term();
        if (parsed_.bad)
            parsed_.terms.clear();
        return std::move(parsed_);
    }

private:
    /// Whether a blank stands at `at_`; the wide one of Japanese keyboards separates as well.
    bool begins_blank() const
    {
        return is_blank(text_[at_]) || text_.substr(at_).starts_with(wide_blank);
    }

    /// Whether something is left.
    bool skip_blanks()
    {
        while (at_ < text_.size() && begins_blank())
            at_ += is_blank(text_[at_]) ? 1 : wide_blank.size();
        return at_ < text_.size();
    }

    void fail(std::size_t at, std::string why)
    {
        if (!parsed_.bad)
            parsed_.bad = BadFilter{at, std::move(why)};
    }

    /// The operator at `at_`, which is passed.
    std::optional<FilterOp> read_operator()
    {
        const std::string_view rest = text_.substr(at_);

        struct Sign
        {
            std::string_view text;
            FilterOp op;
        };

        constexpr Sign signs[] = {
            {"<=", FilterOp::less_or_is}, {">=", FilterOp::more_or_is}, {"<", FilterOp::less},
            {">", FilterOp::more},        {":", FilterOp::is},          {"~", FilterOp::holds},
        };
        for (const Sign& sign : signs)
        {
            if (!rest.starts_with(sign.text))
                continue;
            at_ += sign.text.size();
            return sign.op;
        }
        return std::nullopt;
    }

    void read_term()
    {
        FilterTerm term;
        term.at = at_;
        if (parsed_.terms.size() == filter_terms_max)
            return fail(at_, fmt::format("at most {} terms", filter_terms_max));
        if (text_[at_] == '-' && at_ + 1 < text_.size() && !is_blank(text_[at_ + 1]))
        {
            term.negated = true;
            ++at_;
        }
        const std::size_t begin = at_;
        while (at_ < text_.size() && is_name_letter(text_[at_]))
            ++at_;
        const std::string_view name = text_.substr(begin, at_ - begin);
        const auto op = name.empty() ? std::nullopt : read_operator();
        if (op)
        {
            term.field = name;
            term.op = *op;
            read_values(term);
        }
        else
        {
            at_ = begin;
            term.values.push_back(read_value(Comma::belongs));
            if (term.values.back().empty())
                fail(begin, "an empty word");
        }
        parsed_.terms.push_back(std::move(term));
    }

    void read_values(FilterTerm& term)
    {
        for (;;)
        {
            const std::size_t begin = at_;
            term.values.push_back(read_value(Comma::separates));
            if (term.values.back().empty() && begin == at_)
                fail(begin, "a value is missing");
            if (term.values.size() > filter_values_max)
                fail(begin, fmt::format("at most {} values", filter_values_max));
            if (parsed_.bad || at_ >= text_.size() || text_[at_] != ',')
                return;
            ++at_;
        }
    }

    enum class Comma
    {
        separates,
        belongs
    };

    std::string read_value(Comma comma)
    {
        if (at_ < text_.size() && text_[at_] == '"')
            return read_quoted();
        const std::size_t begin = at_;
        while (at_ < text_.size() && !begins_blank()
               && !(comma == Comma::separates && text_[at_] == ','))
        {
            if (text_[at_] == '"')
                fail(at_, "a quote in the middle of a word");
            ++at_;
        }
        return std::string{text_.substr(begin, at_ - begin)};
    }

    std::string read_quoted()
    {
        const std::size_t begin = at_;
        std::string value;
        for (++at_; at_ < text_.size(); ++at_)
        {
            if (text_[at_] == '"')
            {
                ++at_;
                if (at_ < text_.size() && !begins_blank() && text_[at_] != ',')
                    fail(at_, "a blank is missing behind the quote");
                return value;
            }
            if (text_[at_] == '\\' && at_ + 1 < text_.size())
                ++at_;
            value += text_[at_];
        }
        fail(begin, "a quote that does not end");
        return value;
    }

    std::string_view text_;
    std::size_t at_{0};
    ParsedFilter parsed_;
};

std::string_view sign_of(FilterOp op)
{
    switch (op)
    {
    case FilterOp::less:
        return "<";
    case FilterOp::less_or_is:
        return "<=";
    case FilterOp::more:
        return ">";
    case FilterOp::more_or_is:
        return ">=";
    default:
        return "=";
    }
}

bool compares(FilterOp op)
{
    return op != FilterOp::is && op != FilterOp::holds;
}

std::optional<std::int64_t> number_of(std::string_view text)
{
    std::int64_t number = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (ec != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

/// The first and the last millisecond that a text names: of a day both ends of it.
struct Span
{
    std::int64_t first_ms{0};
    std::int64_t last_ms{0};
};

std::optional<Span> span_of(std::string_view text, const FilterTime& time)
{
    if (const auto day = parse_iso_date(text))
    {
        const Timestamp begin = Timestamp{*day} - time.utc_offset;
        return Span{to_ms(begin), to_ms(begin + std::chrono::days{1}) - 1};
    }
    if (const auto moment = parse_rfc3339(text))
        return Span{to_ms(*moment), to_ms(*moment)};
    constexpr std::int64_t days_max = 100'000;
    const auto days =
        text.ends_with('d') ? number_of(text.substr(0, text.size() - 1)) : std::nullopt;
    if (!days || *days < 0 || *days > days_max)
        return std::nullopt;
    const std::int64_t then_ms = to_ms(time.now - std::chrono::days{*days});
    return Span{then_ms, then_ms};
}

/// Writes one term as SQL.
class TermWriter
{
public:
    TermWriter(const ListFields& list, const FilterTime& time, Condition& made)
        : list_{list}
        , time_{time}
        , made_{made}
    {}

    /// False: it is bad, and `made.bad` says why.
    bool write(const FilterTerm& term)
    {
        std::string sql;
        if (term.field.empty())
        {
            const std::string word = folded(term.values.front());
            sql = fmt::format("found_in(?, {})", list_.words_sql);
            made_.values.emplace_back(word);
            if (!list_.shared_words_sql.empty())
            {
                sql += fmt::format(" OR {}", list_.shared_words_sql);
                made_.values.emplace_back(word);
            }
        }
        else
        {
            const ListField* const field = find_field(list_, term.field);
            if (!field)
                return fail(term, fmt::format("there is no {}", term.field));
            if (compares(term.op) && term.values.size() != 1)
                return fail(term, "one value can be compared with");
            for (const std::string& value : term.values)
            {
                const std::string one = alternative(term, *field, value);
                if (made_.bad)
                    return false;
                sql += (sql.empty() ? "" : " OR ") + one;
            }
        }
        made_.sql += fmt::format(" AND {}({})", term.negated ? "NOT " : "", sql);
        return true;
    }

private:
    bool fail(const FilterTerm& term, std::string why)
    {
        made_.bad = BadFilter{term.at, std::move(why)};
        return false;
    }

    std::string alternative(
        const FilterTerm& term, const ListField& field, const std::string& value)
    {
        switch (field.kind)
        {
        case FieldKind::text:
            return of_text(term, field, value);
        case FieldKind::choice:
            return of_choice(term, field, value);
        case FieldKind::day:
            return of_day(term, field, value);
        case FieldKind::year:
            return of_year(term, field, value);
        case FieldKind::site:
            return of_site(term, field, value);
        case FieldKind::number:
            return of_number(term, field, value);
        case FieldKind::several:
            return of_several(term, field, value);
        case FieldKind::moment:
            break;
        }
        return of_moment(term, field, value);
    }

    std::string bound(const FilterTerm& term, const ListField& field, SqlValue value)
    {
        made_.values.push_back(std::move(value));
        return fmt::format("{} {} ?", field.sql, sign_of(term.op));
    }

    std::string of_text(const FilterTerm& term, const ListField& field, const std::string& value)
    {
        if (term.op != FilterOp::holds)
            return bound(term, field, value);
        made_.values.emplace_back(folded(value));
        return fmt::format("found_in(?, {})", field.sql);
    }

    std::string of_choice(const FilterTerm& term, const ListField& field, const std::string& value)
    {
        const bool known =
            std::find(field.choices.begin(), field.choices.end(), value) != field.choices.end();
        if (term.op != FilterOp::is || !known)
            fail(term, fmt::format("{}: one of {}", field.name, fmt::join(field.choices, ", ")));
        return bound(term, field, value);
    }

    std::string of_day(const FilterTerm& term, const ListField& field, const std::string& value)
    {
        if (term.op == FilterOp::holds || (!value.empty() && !parse_iso_date(value)))
            fail(term, fmt::format("{}: a day such as 2026-01-31", field.name));
        return not_empty(term, field, value);
    }

    std::string of_year(const FilterTerm& term, const ListField& field, const std::string& value)
    {
        const auto year = number_of(value);
        const bool is_year = year && value.size() == 4 && *year > 0;
        if (term.op == FilterOp::holds || (!value.empty() && !is_year))
            fail(term, fmt::format("{}: a year such as 2027", field.name));
        return not_empty(term, field, value);
    }

    /// What has no day is neither before nor after one.
    std::string not_empty(const FilterTerm& term, const ListField& field, const std::string& value)
    {
        const std::string sql = bound(term, field, value);
        return compares(term.op) ? fmt::format("({} AND {} <> '')", sql, field.sql) : sql;
    }

    std::string of_site(const FilterTerm& term, const ListField& field, const std::string& value)
    {
        if (term.op != FilterOp::is || value.empty())
            fail(term, fmt::format("{}: the id of a site", field.name));
        made_.values.emplace_back(value);
        return fmt::format(
            "{} IN (WITH RECURSIVE below (id) AS (SELECT ? UNION SELECT c.id FROM site c"
            " JOIN below b ON c.parent_id = b.id) SELECT id FROM below)",
            field.sql);
    }

    std::string of_number(const FilterTerm& term, const ListField& field, const std::string& value)
    {
        const auto number = number_of(value);
        if (!number || term.op == FilterOp::holds)
            fail(term, fmt::format("{}: a number", field.name));
        return bound(term, field, number.value_or(0));
    }

    std::string of_several(const FilterTerm& term, const ListField& field, const std::string& value)
    {
        if (term.op != FilterOp::is)
            fail(term, fmt::format("{}: what it is, behind a colon", field.name));
        if (value.empty())
            return fmt::format("NOT EXISTS {}", field.sql);
        made_.values.emplace_back(value);
        return fmt::format("? IN {}", field.sql);
    }

    std::string of_moment(const FilterTerm& term, const ListField& field, const std::string& value)
    {
        if (term.op == FilterOp::is && value.empty())
            return fmt::format("{} IS NULL", field.sql);
        const auto span = span_of(value, time_);
        if (!span || term.op == FilterOp::holds)
        {
            fail(term, fmt::format("{}: a day, a time, or an age such as 30d", field.name));
            return {};
        }
        switch (term.op)
        {
        case FilterOp::less:
        case FilterOp::more_or_is:
            return known(field, bound(term, field, span->first_ms));
        case FilterOp::more:
        case FilterOp::less_or_is:
            return known(field, bound(term, field, span->last_ms));
        default:
            made_.values.emplace_back(span->first_ms);
            made_.values.emplace_back(span->last_ms);
            return known(field, fmt::format("{} BETWEEN ? AND ?", field.sql));
        }
    }

    /// NULL must not make a negated term unknown, which would show nothing.
    static std::string known(const ListField& field, const std::string& sql)
    {
        return fmt::format("({} IS NOT NULL AND {})", field.sql, sql);
    }

    const ListFields& list_;
    const FilterTime& time_;
    Condition& made_;
};

} // namespace

ParsedFilter parse_filter(std::string_view text)
{
    return Parser{text}.run();
}

const ListField* find_field(const ListFields& list, std::string_view name)
{
    const auto found =
        std::find_if(list.fields.begin(), list.fields.end(), [name](const ListField& field) {
            return field.name == name;
        });
    return found == list.fields.end() ? nullptr : &*found;
}

Result<void> check_sort(const ListFields& list, std::string_view sort)
{
    if (sort.starts_with('-'))
        sort.remove_prefix(1);
    const ListField* const field = find_field(list, sort);
    if (field && field->sorts)
        return {};
    return Error{Errc::invalid_input, "sort: the name of a field, with - in front backwards"};
}

Condition condition_of(
    const ListFields& list, const std::vector<FilterTerm>& terms, const FilterTime& time)
{
    Condition made;
    TermWriter writer{list, time, made};
    for (const FilterTerm& term : terms)
        if (!writer.write(term))
            break;
    return made;
}

} // namespace mimamori::collector::storage
