#include "agent/windows/event_log.hpp"

#include "agent/windows/xml.hpp"

#include <charconv>
#include <optional>

namespace mimamori::agent::windows {
namespace {

template <class Number>
std::optional<Number> number_in(std::optional<std::string_view> text)
{
    Number number{};
    if (!text)
        return std::nullopt;
    const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (failure != std::errc{} || end != text->data() + text->size())
        return std::nullopt;
    return number;
}

} // namespace

std::string xpath_of(const EventQuestion& question)
{
    std::string ids;
    for (const std::uint32_t id : question.ids)
        ids += (ids.empty() ? "" : " or ") + ("EventID=" + std::to_string(id));
    std::string path = "*[System[";
    if (!ids.empty())
        path += '(' + ids + ") and ";
    path += "TimeCreated[@SystemTime>='" + to_rfc3339(question.since) + "']]";
    if (!question.also.empty())
        path += " and " + question.also;
    return path + ']';
}

std::string_view value_of(const LoggedEvent& event, std::string_view name)
{
    const auto found = event.data.find(name);
    return found == event.data.end() ? std::string_view{} : std::string_view{found->second};
}

Result<LoggedEvent> parse_event(std::string_view xml)
{
    const Error refused{Errc::invalid_input, "the event is not understood"};
    const auto document = parse_xml(xml);
    if (!document)
        return refused;
    const XmlElement* const system = document->child("System");
    if (system == nullptr)
        return refused;
    const XmlElement* const created = system->child("TimeCreated");
    const auto id = number_in<std::uint32_t>(system->text_at("EventID"));
    if (created == nullptr || !id)
        return refused;
    const auto moment = created->attributes.find("SystemTime");
    if (moment == created->attributes.end())
        return refused;
    const auto at = parse_rfc3339(moment->second);
    if (!at)
        return refused;

    LoggedEvent event;
    event.id = *id;
    event.at = *at;
    event.record = number_in<std::uint64_t>(system->text_at("EventRecordID")).value_or(0);
    if (const XmlElement* const data = document->child("EventData"))
    {
        for (const XmlElement& one : data->children)
        {
            if (const auto name = one.attributes.find("Name"); name != one.attributes.end())
                event.data.emplace(name->second, one.text);
        }
    }
    if (const XmlElement* const user_data = document->child("UserData"))
    {
        for (const XmlElement& group : user_data->children)
        {
            for (const XmlElement& one : group.children)
                event.data.emplace(one.name, one.text);
        }
    }
    return event;
}

} // namespace mimamori::agent::windows
