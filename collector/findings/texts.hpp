#pragma once

#include "collector/rules/evidence.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What people read about findings. One catalogue for web, mail and print.
namespace mimamori::collector::findings {

enum class Language
{
    ja,
    en
};
BOOST_DESCRIBE_ENUM(Language, ja, en)

/// One text in both languages, with places that evidence fills: "{os}", and with a form
/// "{last_day:day}" (a day), ":moment" (day and time), ":ago" and ":left" (in days from now),
/// ":span" (seconds as minutes, hours or days).
struct Bilingual
{
    std::string ja;
    std::string en;
};
BOOST_DESCRIBE_STRUCT(Bilingual, (), (ja, en))

/// The texts of one rule, or of one case of it ("patch_behind:windows"; evidence "case").
struct TextEntry
{
    std::string key;
    Bilingual title;             ///< Without places: it can always be shown.
    Bilingual line;              ///< One line for lists and mail: no names of people or programs.
    std::vector<Bilingual> what; ///< What happened.
    std::vector<Bilingual> why;  ///< Why it matters.
    std::vector<Bilingual> next; ///< What to do, in order.
};
BOOST_DESCRIBE_STRUCT(TextEntry, (), (key, title, line, what, why, next))

/// A finding in one language, filled. What its evidence does not tell, as that of a finding which
/// an older program stored, is left out sentence by sentence.
struct FindingText
{
    std::string title;
    std::string line;
    std::vector<std::string> what;
    std::vector<std::string> why;
    std::vector<std::string> next;

    friend bool operator==(const FindingText&, const FindingText&) = default;
};

/// For whom and when a text is made.
struct Reader
{
    Language language{Language::ja};
    Timestamp now{};
    std::chrono::minutes utc_offset{0}; ///< Of the site's wall clocks.
};

/// The catalogue. Immutable; may be shared by threads.
class Texts
{
public:
    /// Reads a catalogue. Errors: invalid_input, naming key and fault: a missing language, a key
    /// that stands twice, an unknown form, a title with a place.
    static Result<Texts> parse(std::string_view json);

    /// The one that is compiled in.
    static const Texts& embedded();

    /// The text of a finding. A rule without texts, which a test excludes, shows its id. For a line
    /// that cannot be filled, and for what happened when no sentence of it can, stands the title.
    FindingText text_of(
        std::string_view rule, const rules::Evidence& evidence, const Reader& reader) const;

    /// The title of a rule, or of one case of it; a rule without texts shows its id. Titles have no
    /// places.
    Bilingual title_of(std::string_view rule, std::string_view variant) const;

    /// All entries by key.
    const std::map<std::string, TextEntry, std::less<>>& entries() const { return entries_; }

private:
    const TextEntry* find(std::string_view rule, std::string_view variant) const;

    std::map<std::string, TextEntry, std::less<>> entries_;
};

/// The names of the places in a text, in their order: "os", "last_day".
std::vector<std::string> places_of(std::string_view text);

/// `text` with its places filled. Nothing when one of them has no value, an empty one, or one that
/// has not the form it is asked for.
std::optional<std::string> fill(
    std::string_view text, const rules::Evidence& evidence, const Reader& reader);

} // namespace mimamori::collector::findings
