#include "agent/windows/xml.hpp"

#include "agent/windows/registry_value.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace mimamori::agent::windows {
namespace {

constexpr std::size_t depth_max = 32;
constexpr std::size_t elements_max = 5'000;
constexpr std::string_view white = " \t\r\n";

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(white);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(white) - first + 1);
}

/// UTF-8 of a character reference's number; nothing for what XML does not allow.
std::optional<std::string> letter_of(std::string_view digits, int base)
{
    std::uint32_t letter = 0;
    const auto [end, failure] =
        std::from_chars(digits.data(), digits.data() + digits.size(), letter, base);
    const bool surrogate = letter >= 0xD800 && letter <= 0xDFFF;
    if (failure != std::errc{} || end != digits.data() + digits.size() || letter == 0 || surrogate
        || letter > 0x10FFFF)
        return std::nullopt;
    std::string units;
    const auto unit = [&](std::uint32_t value) {
        units += static_cast<char>(value & 0xFFU);
        units += static_cast<char>(value >> 8U);
    };
    if (letter < 0x10000)
        unit(letter);
    else
    {
        unit(0xD800U | (letter - 0x10000U) >> 10U);
        unit(0xDC00U | ((letter - 0x10000U) & 0x3FFU));
    }
    auto text = utf8_of_utf16(units);
    if (!text)
        return std::nullopt;
    return std::move(*text);
}

std::optional<std::string> entity(std::string_view name)
{
    if (name == "lt")
        return "<";
    if (name == "gt")
        return ">";
    if (name == "amp")
        return "&";
    if (name == "quot")
        return "\"";
    if (name == "apos")
        return "'";
    if (name.starts_with("#x"))
        return letter_of(name.substr(2), 16);
    if (name.starts_with('#'))
        return letter_of(name.substr(1), 10);
    return std::nullopt;
}

class Reader
{
public:
    explicit Reader(std::string_view text)
        : rest_{text}
    {
        constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
        if (rest_.starts_with(byte_order_mark))
            rest_.remove_prefix(byte_order_mark.size());
    }

    std::optional<XmlElement> document()
    {
        if (!skip_prolog())
            return std::nullopt;
        return element(1);
    }

private:
    bool skip_past(std::string_view end)
    {
        const auto at = rest_.find(end);
        if (at == std::string_view::npos)
            return false;
        rest_.remove_prefix(at + end.size());
        return true;
    }

    bool skip_prolog()
    {
        while (true)
        {
            rest_.remove_prefix(std::min(rest_.size(), rest_.find_first_not_of(white)));
            if (rest_.starts_with("<?"))
            {
                if (!skip_past("?>"))
                    return false;
            }
            else if (rest_.starts_with("<!--"))
            {
                if (!skip_past("-->"))
                    return false;
            }
            else
                return rest_.starts_with('<') && !rest_.starts_with("<!");
        }
    }

    std::string_view name()
    {
        const auto end = std::min(rest_.size(), rest_.find_first_of(" \t\r\n/>=<"));
        const std::string_view whole = rest_.substr(0, end);
        rest_.remove_prefix(end);
        return whole;
    }

    static std::string without_prefix(std::string_view whole)
    {
        const auto colon = whole.find(':');
        return std::string{colon == std::string_view::npos ? whole : whole.substr(colon + 1)};
    }

    static bool append(std::string& text, std::string_view raw)
    {
        while (!raw.empty())
        {
            const auto at = std::min(raw.size(), raw.find('&'));
            text.append(raw.substr(0, at));
            raw.remove_prefix(at);
            if (raw.empty())
                return true;
            const auto end = raw.find(';');
            const auto letter = end == std::string_view::npos ? std::optional<std::string>{}
                                                              : entity(raw.substr(1, end - 1));
            if (!letter)
                return false;
            text += *letter;
            raw.remove_prefix(end + 1);
        }
        return true;
    }

    bool attributes(XmlElement& into)
    {
        while (true)
        {
            rest_.remove_prefix(std::min(rest_.size(), rest_.find_first_not_of(white)));
            if (rest_.empty())
                return false;
            if (rest_.front() == '>' || rest_.front() == '/')
                return true;
            const std::string key = without_prefix(name());
            rest_.remove_prefix(std::min(rest_.size(), rest_.find_first_not_of(white)));
            if (key.empty() || !rest_.starts_with('='))
                return false;
            rest_.remove_prefix(1);
            rest_.remove_prefix(std::min(rest_.size(), rest_.find_first_not_of(white)));
            if (rest_.empty() || (rest_.front() != '"' && rest_.front() != '\''))
                return false;
            const auto end = rest_.find(rest_.front(), 1);
            if (end == std::string_view::npos
                || !append(into.attributes[key], rest_.substr(1, end - 1)))
                return false;
            rest_.remove_prefix(end + 1);
        }
    }

    /// Stands at "<name".
    std::optional<XmlElement> element(std::size_t depth)
    {
        if (depth > depth_max || ++elements_ > elements_max)
            return std::nullopt;
        XmlElement found;
        rest_.remove_prefix(1);
        const std::string_view full_name = name();
        found.name = without_prefix(full_name);
        if (found.name.empty() || !attributes(found))
            return std::nullopt;
        if (rest_.starts_with("/>"))
        {
            rest_.remove_prefix(2);
            return found;
        }
        if (!rest_.starts_with('>'))
            return std::nullopt;
        rest_.remove_prefix(1);
        if (!content(found, full_name, depth))
            return std::nullopt;
        found.text = std::string{trimmed(found.text)};
        return found;
    }

    bool content(XmlElement& into, std::string_view full_name, std::size_t depth)
    {
        constexpr std::string_view cdata = "<![CDATA[";
        while (true)
        {
            const auto at = rest_.find('<');
            if (at == std::string_view::npos || !append(into.text, rest_.substr(0, at)))
                return false;
            rest_.remove_prefix(at);
            if (rest_.starts_with("</"))
            {
                rest_.remove_prefix(2);
                const bool same = name() == full_name;
                return same && skip_past(">");
            }
            if (rest_.starts_with("<!--"))
            {
                if (!skip_past("-->"))
                    return false;
            }
            else if (rest_.starts_with(cdata))
            {
                const auto end = rest_.find("]]>");
                if (end == std::string_view::npos)
                    return false;
                into.text.append(rest_.substr(cdata.size(), end - cdata.size()));
                rest_.remove_prefix(end + 3);
            }
            else if (rest_.starts_with("<!") || rest_.starts_with("<?"))
                return false;
            else
            {
                auto child = element(depth + 1);
                if (!child)
                    return false;
                into.children.push_back(std::move(*child));
            }
        }
    }

    std::string_view rest_;
    std::size_t elements_{0};
};

} // namespace

const XmlElement* XmlElement::child(std::string_view child_name) const
{
    const auto found = std::find_if(children.begin(), children.end(), [&](const XmlElement& one) {
        return one.name == child_name;
    });
    return found == children.end() ? nullptr : &*found;
}

std::optional<std::string_view> XmlElement::text_at(std::string_view path) const
{
    const XmlElement* at = this;
    while (at != nullptr && !path.empty())
    {
        const std::string_view step = path.substr(0, path.find('/'));
        path.remove_prefix(std::min(path.size(), step.size() + 1));
        at = at->child(step);
    }
    if (at == nullptr)
        return std::nullopt;
    return at->text;
}

std::optional<XmlElement> parse_xml(std::string_view text)
{
    return Reader{text}.document();
}

} // namespace mimamori::agent::windows
