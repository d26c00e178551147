#include "tests/support/fake_collector.hpp"

#include "common/wire/digest.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/json_writer.hpp"

#include <set>

namespace mimamori::tests {

using agent::report::Delivery;

Delivery FakeCollector::take(const std::string& text)
{
    ++attempts;
    Delivery delivery;
    delivery.error = Error{Errc::unavailable, "connect: refused"};
    if (mood == Mood::is_away)
        return delivery;
    if (mood == Mood::is_busy)
    {
        delivery.retry_after = std::chrono::seconds{120};
        return delivery;
    }
    const auto report = wire::from_json<wire::Report>(text);
    if (!report)
        complaints.push_back("not a report: " + report.error().message);
    if (!report || (refuses && refuses(*report)))
    {
        delivery.outcome = Delivery::Outcome::refused;
        delivery.error = Error{Errc::invalid_input, "400: no thanks"};
        return delivery;
    }
    delivery.outcome = Delivery::Outcome::answered;
    wire::Receipt& receipt = delivery.receipt;
    receipt.stream = report->stream;
    auto& stream = streams_[report->stream.text()];
    const auto known = stream.reports.find(report->seq);
    if (mood == Mood::says_new_stream)
    {
        receipt.new_stream = true;
        return delivery;
    }
    if (known != stream.reports.end() && known->second != text)
    {
        complaints.push_back("report " + std::to_string(report->seq) + " with other content");
        receipt.new_stream = true;
        return delivery;
    }
    if (known == stream.reports.end())
    {
        if (!stream.reports.empty() && report->seq < stream.reports.rbegin()->first)
            complaints.push_back("report number went back");
        stream.reports[report->seq] = text;
        reports.push_back(*report);
        store(stream, *report, receipt);
    }
    receipt.seq = stream.reports.rbegin()->first;
    receipt.ack = std::min(stream.told_until, acks_at_most.value_or(stream.told_until));
    if (amends)
        amends(receipt, *report);
    if (mood == Mood::loses_answers)
        return Delivery{};
    return delivery;
}

void FakeCollector::store(Stream& stream, const wire::Report& report, wire::Receipt& receipt)
{
    std::set<std::uint64_t> told;
    for (const auto& loss : report.lost)
    {
        lost.push_back(loss);
        if (loss.count > 0 && loss.last - loss.first + 1 != loss.count)
            complaints.push_back("a loss that does not count its numbers");
        for (std::uint64_t number = loss.first; loss.count > 0 && number <= loss.last; ++number)
            told.insert(number);
    }
    for (const auto& event : report.events)
    {
        const std::string text = wire::to_json(event);
        const auto [known, is_new] = stream.events.emplace(event.number, text);
        if (!is_new && known->second != text)
            complaints.push_back("event " + std::to_string(event.number) + " with other content");
        if (is_new)
            events.push_back(event);
        told.insert(event.number);
    }
    for (const std::uint64_t number : told)
    {
        if (number == stream.told_until + 1)
            stream.told_until = number;
        else if (number > stream.told_until)
            complaints.push_back("gap before event " + std::to_string(number));
    }
    for (const auto& section : report.sections)
    {
        if (!section.body.text.empty())
        {
            if (wire::digest_of(section.body.text) != section.digest)
                complaints.push_back("section " + section.name + " has another digest");
            sections[section.name] = section.body.text;
            digests_[section.name] = section.digest;
        }
        else if (digests_[section.name] != section.digest)
            receipt.want.push_back(section.name);
    }
}

awaitable<Delivery> FakeCollector::send(const std::string& report)
{
    co_return take(report);
}

awaitable<void> FakeCollector::close()
{
    ++closed;
    co_return;
}

std::vector<std::string> FakeCollector::texts() const
{
    std::vector<std::string> all;
    for (const auto& event : events)
        all.push_back(event.text);
    return all;
}

} // namespace mimamori::tests
