#include "common/wire/json_parse.hpp"

#include "common/base/utf8.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace mimamori::wire {
namespace {

namespace json = boost::json;

/// The member names of the objects that are open, outermost first, in one piece of memory.
class OpenNames
{
public:
    std::size_t count() const { return places_.size(); }

    void add(std::string_view name)
    {
        places_.push_back(text_.size());
        text_ += name;
    }

    /// Forgets all but the first `count`.
    void cut(std::size_t count)
    {
        if (count == places_.size())
            return;
        text_.resize(places_[count]);
        places_.resize(count);
    }

    std::string_view at(std::size_t index) const
    {
        const std::size_t end = index + 1 < places_.size() ? places_[index + 1] : text_.size();
        return std::string_view{text_}.substr(places_[index], end - places_[index]);
    }

private:
    std::string text_;
    std::vector<std::size_t> places_; ///< Where each begins.
};

/// What Boost.JSON's parser calls while it reads. Builds the value and refuses what we do not take.
/// Strings and names that arrive in pieces are put together here.
class Handler
{
public:
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

    Handler(const JsonLimits& limits, json::storage_ptr memory)
        : limits_{limits}
        , stack_{{}, values_here_, sizeof values_here_}
    {
        stack_.reset(std::move(memory));
        levels_.reserve(limits.depth_max);
    }

    json::value release() { return stack_.release(); }

    const Error& failure() const { return failure_; }

    bool failed() const { return !failure_.message.empty(); }

    std::string place() const
    {
        std::string text;
        for (std::size_t i = 0; i < levels_.size(); ++i)
        {
            const Level& level = levels_[i];
            const std::size_t names_end =
                i + 1 < levels_.size() ? levels_[i + 1].names_begin : names_.count();
            if (level.is_array)
                text += fmt::format("[{}]", level.count);
            else if (names_end > level.names_begin)
                text += (text.empty() ? "" : ".") + for_log(names_.at(names_end - 1));
        }
        return text.empty() ? "document" : text;
    }

    bool on_document_begin(json::error_code&) { return true; }

    bool on_document_end(json::error_code&) { return true; }

    bool on_object_begin(json::error_code& ec) { return open(false, ec); }

    bool on_object_end(std::size_t count, json::error_code& ec)
    {
        names_.cut(levels_.back().names_begin);
        levels_.pop_back();
        stack_.push_object(count);
        return counted(ec);
    }

    bool on_array_begin(json::error_code& ec) { return open(true, ec); }

    bool on_array_end(std::size_t count, json::error_code& ec)
    {
        levels_.pop_back();
        stack_.push_array(count);
        return counted(ec);
    }

    bool on_key_part(json::string_view part, std::size_t, json::error_code& ec)
    {
        return collect(part, ec);
    }

    bool on_key(json::string_view part, std::size_t, json::error_code& ec)
    {
        const auto name = whole(part, ec);
        if (!name)
            return false;
        const bool is_new = is_new_name(levels_.back(), *name);
        names_.add(*name);
        if (!is_new)
            return refuse(
                Errc::invalid_input, fmt::format("member \"{}\" stands twice", for_log(*name)), ec);
        stack_.push_key(*name);
        pieces_.clear();
        return true;
    }

    bool on_string_part(json::string_view part, std::size_t, json::error_code& ec)
    {
        return collect(part, ec);
    }

    bool on_string(json::string_view part, std::size_t, json::error_code& ec)
    {
        const auto text = whole(part, ec);
        if (!text)
            return false;
        stack_.push_string(*text);
        pieces_.clear();
        return counted(ec);
    }

    bool on_number_part(json::string_view, json::error_code&) { return true; }

    bool on_int64(std::int64_t number, json::string_view, json::error_code& ec)
    {
        stack_.push_int64(number);
        return counted(ec);
    }

    bool on_uint64(std::uint64_t number, json::string_view, json::error_code& ec)
    {
        stack_.push_uint64(number);
        return counted(ec);
    }

    bool on_double(double, json::string_view, json::error_code& ec)
    {
        // No wire type has one, and their text is not unique, which digests need.
        return refuse(Errc::invalid_input, "a number must be an integer of 64 bits", ec);
    }

    bool on_bool(bool truth, json::error_code& ec)
    {
        stack_.push_bool(truth);
        return counted(ec);
    }

    bool on_null(json::error_code& ec)
    {
        stack_.push_null();
        return counted(ec);
    }

    bool on_comment_part(json::string_view, json::error_code&) { return true; }

    bool on_comment(json::string_view, json::error_code&) { return true; }

private:
    struct Level
    {
        bool is_array{false};
        std::size_t count{0};
        std::size_t names_begin{0}; ///< Its first one among the open names.

        /// All names, once they are many.
        std::unique_ptr<std::unordered_set<std::string>> many{};
    };

    bool is_new_name(Level& level, std::string_view name)
    {
        constexpr std::size_t few = 32;
        const std::size_t end = names_.count();
        if (end - level.names_begin < few)
        {
            for (std::size_t i = level.names_begin; i < end; ++i)
            {
                if (names_.at(i) == name)
                    return false;
            }
            return true;
        }
        if (!level.many)
        {
            level.many = std::make_unique<std::unordered_set<std::string>>();
            for (std::size_t i = level.names_begin; i < end; ++i)
                level.many->emplace(names_.at(i));
        }
        return level.many->emplace(name).second;
    }

    bool refuse(Errc code, const std::string& why, json::error_code& ec)
    {
        failure_ = Error{code, place() + ": " + why};
        ec = json::error::syntax;
        return false;
    }

    bool open(bool is_array, json::error_code& ec)
    {
        if (levels_.size() >= limits_.depth_max)
            return refuse(
                Errc::too_large, fmt::format("nested deeper than {}", limits_.depth_max), ec);
        Level& level = levels_.emplace_back();
        level.is_array = is_array;
        level.names_begin = names_.count();
        return true;
    }

    bool counted(json::error_code& ec)
    {
        if (++values_ > limits_.values_max)
            return refuse(
                Errc::too_large, fmt::format("more than {} values", limits_.values_max), ec);
        if (!levels_.empty() && ++levels_.back().count > limits_.elements_max)
            return refuse(
                Errc::too_large, fmt::format("more than {} elements", limits_.elements_max), ec);
        return true;
    }

    /// The text that ends with `part`: itself when it came in one piece.
    std::optional<std::string_view> whole(json::string_view part, json::error_code& ec)
    {
        if (!pieces_.empty())
            return collect(part, ec) ? std::optional<std::string_view>{pieces_} : std::nullopt;
        if (!is_acceptable(part, ec))
            return std::nullopt;
        return std::string_view{part.data(), part.size()};
    }

    bool collect(json::string_view part, json::error_code& ec)
    {
        if (!is_acceptable(part, ec))
            return false;
        pieces_.append(part.data(), part.size());
        return true;
    }

    bool is_acceptable(json::string_view part, json::error_code& ec)
    {
        if (pieces_.size() + part.size() > limits_.string_bytes_max)
            return refuse(
                Errc::too_large, fmt::format("text longer than {} bytes", limits_.string_bytes_max),
                ec);
        if (part.find('\0') != json::string_view::npos)
            return refuse(Errc::invalid_input, "text with the character U+0000", ec);
        return true;
    }

    const JsonLimits& limits_;
    unsigned char values_here_[4U * 1024]; ///< For the values on the stack while they are few.
    json::value_stack stack_;
    std::vector<Level> levels_;
    OpenNames names_;
    std::string pieces_;
    std::size_t values_{0};
    Error failure_{Errc::invalid_input, ""};
};

} // namespace

Result<json::value> parse_json(
    std::string_view text, const JsonLimits& limits, json::storage_ptr memory)
{
    if (text.size() > limits.bytes_max)
        return Error{
            Errc::too_large,
            fmt::format("document: {} bytes, at most {}", text.size(), limits.bytes_max)};

    json::parse_options options;
    options.max_depth = limits.depth_max + 1; // Ours refuses first, with a place.
    json::basic_parser<Handler> parser{options, limits, std::move(memory)};
    json::error_code ec;
    const std::size_t read = parser.write_some(false, text.data(), text.size(), ec);
    if (parser.handler().failed())
        return parser.handler().failure();
    if (ec)
        return Error{
            Errc::invalid_input,
            fmt::format("{}: {} at byte {}", parser.handler().place(), ec.message(), read)};
    if (text.find_first_not_of(" \t\r\n", read) != std::string_view::npos)
        return Error{Errc::invalid_input, fmt::format("document: more text at byte {}", read)};
    return parser.handler().release();
}

} // namespace mimamori::wire
