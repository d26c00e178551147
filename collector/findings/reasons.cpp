#include "collector/findings/reasons.hpp"

#include "common/wire/json_reader.hpp"

#include "embed/finding_reasons.hpp"
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mimamori::collector::findings {

namespace {

struct Reasons
{
    std::vector<Bilingual> reasons;
};
BOOST_DESCRIBE_STRUCT(Reasons, (), (reasons))

const std::vector<Bilingual>& catalogue()
{
    // A catalogue that cannot be read is a bug that a test finds.
    static const Reasons read =
        wire::from_json<Reasons>(embedded::finding_reasons::files().front().text()).value();
    return read.reasons;
}

/// What stands at the places of `pattern` ("{section} was not collected") in `text`; nothing when
/// it is another text. A place reaches as far as what follows it in the pattern.
std::optional<rules::Evidence> match(std::string_view pattern, std::string_view text)
{
    rules::Evidence values;
    while (!pattern.empty())
    {
        const std::size_t begin = pattern.find('{');
        const std::string_view plain = pattern.substr(0, begin);
        if (!text.starts_with(plain))
            return {};
        text.remove_prefix(plain.size());
        if (begin == std::string_view::npos)
        {
            pattern = {};
            break;
        }
        const std::size_t end = pattern.find('}', begin);
        const std::string_view name = pattern.substr(begin + 1, end - begin - 1);
        pattern.remove_prefix(end + 1);
        const std::string_view next = pattern.substr(0, pattern.find('{'));
        const std::size_t length = next.empty() ? text.size() : text.find(next);
        if (length == std::string_view::npos || length == 0)
            return {};
        values.set(name, text.substr(0, length));
        text.remove_prefix(length);
    }
    if (!text.empty())
        return {};
    return values;
}

} // namespace

Bilingual reason_of(std::string_view reason)
{
    for (const Bilingual& known : catalogue())
    {
        if (const auto values = match(known.en, reason))
            return {fill(known.ja, *values, {}).value_or(std::string{reason}), std::string{reason}};
    }
    return {std::string{reason}, std::string{reason}};
}

} // namespace mimamori::collector::findings
