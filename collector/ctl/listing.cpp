#include "collector/ctl/listing.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mimamori::collector::ctl {
namespace {

constexpr std::size_t page_items_max = 1'000; ///< What the API gives at once.

std::string path_of_page(const Listing& listing, const std::string& next, std::size_t items_max)
{
    const char* const joint = listing.path.find('?') == std::string::npos ? "?" : "&";
    std::string path = fmt::format("{}{}limit={}", listing.path, joint, items_max);
    if (!next.empty())
        path += "&after=" + next;
    return path;
}

/// Places of pages are texts of letters, digits and points: they need not be encoded.
std::string next_of(const boost::json::object& page)
{
    const auto* next = page.if_contains("next");
    if (!next || next->is_null())
        return {};
    return next->is_string() ? std::string{next->get_string()} : boost::json::serialize(*next);
}

const boost::json::value* find(const boost::json::object& object, std::string_view member)
{
    const auto dot = member.find('.');
    const auto* found = object.if_contains(member.substr(0, dot));
    if (!found || dot == std::string_view::npos)
        return found;
    return found->is_object() ? find(found->get_object(), member.substr(dot + 1)) : nullptr;
}

bool is_worth_showing(const boost::json::value& value)
{
    if (value.is_string())
        return !value.get_string().empty();
    if (value.is_array())
        return !value.get_array().empty();
    return !value.is_null() && !(value.is_bool() && !value.get_bool());
}

void append(std::string& line, std::string_view name, const boost::json::value* value)
{
    if (value && is_worth_showing(*value))
        line += fmt::format("{}{}: {}", line.empty() ? "" : "  ", name, shown(*value));
}

std::string line_of(const boost::json::value& item, const Listing& listing)
{
    const auto* object = item.if_object();
    if (!object)
        return shown(item);
    std::string line;
    for (const std::string_view member : listing.members)
        append(line, member, find(*object, member));
    if (listing.members.empty())
        for (const auto& member : *object)
            append(line, std::string_view{member.key()}, &member.value());
    return line;
}

} // namespace

Result<boost::json::object> gather(const Get& get, const Listing& listing)
{
    boost::json::array items;
    std::string next;
    do
    {
        const auto wanted = std::min(page_items_max, listing.items_max - items.size());
        auto answer = get(path_of_page(listing, next, wanted));
        if (!answer)
            return answer.error();
        auto* page = answer->if_object();
        auto* found = page ? page->if_contains("items") : nullptr;
        if (!found || !found->is_array())
            return Error{Errc::internal, "the collector's answer is no list"};
        next = next_of(*page);
        if (found->get_array().empty())
            break; // Whatever it says of a next page.
        for (auto& item : found->get_array())
            items.push_back(std::move(item));
    } while (!next.empty() && items.size() < listing.items_max);

    // Some lists have no pages and come as a whole.
    const bool is_cut = items.size() > listing.items_max;
    if (is_cut)
        items.resize(listing.items_max);
    boost::json::object gathered;
    gathered["items"] = std::move(items);
    gathered["more"] = is_cut || !next.empty();
    return gathered;
}

std::string to_lines(const boost::json::object& gathered, const Listing& listing)
{
    const auto& items = gathered.at("items").get_array();
    std::string text;
    for (const auto& item : items)
        text += line_of(item, listing) + '\n';
    if (items.empty())
        text = "none\n";
    if (gathered.at("more").get_bool())
        text += fmt::format("and more: only {} are shown, see --limit\n", items.size());
    return text;
}

std::string to_json_text(const boost::json::object& gathered)
{
    return boost::json::serialize(gathered) + '\n';
}

std::string shown(const boost::json::value& value)
{
    const std::string text =
        value.is_string() ? std::string{value.get_string()} : boost::json::serialize(value);
    std::string safe;
    for (std::size_t i = 0; i < text.size(); ++i)
    {
        const auto byte = static_cast<unsigned char>(text[i]);
        const auto after = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
        if (byte < 0x20 || byte == 0x7f)
            safe += fmt::format("\\x{:02x}", byte);
        else if (byte == 0xc2 && after >= 0x80 && after < 0xa0) // U+0080 to U+009F
        {
            safe += fmt::format("\\u00{:02x}", after);
            ++i;
        }
        else
            safe += text[i];
    }
    return safe;
}

} // namespace mimamori::collector::ctl
