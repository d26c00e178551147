#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mimamori::agent::windows {

/// One element of an XML text, with what stands directly in it.
struct XmlElement
{
    std::string name; ///< Without prefix: "Exec" of "t:Exec".
    std::map<std::string, std::string, std::less<>> attributes;
    std::string text; ///< Trimmed, entities replaced.
    std::vector<XmlElement> children;

    /// The first child of that name, or nullptr.
    const XmlElement* child(std::string_view child_name) const;

    /// The text of the element reached by names joined with '/', or nothing.
    std::optional<std::string_view> text_at(std::string_view path) const;
};

/// Reads the small XML files that Windows writes: elements, attributes, texts, the five entities
/// and character references, CDATA. Declarations and comments are passed over; a DOCTYPE is
/// refused, so that nothing can be expanded. At most 32 levels and 5,000 elements. Nothing when
/// the text is not well-formed.
std::optional<XmlElement> parse_xml(std::string_view text);

} // namespace mimamori::agent::windows
