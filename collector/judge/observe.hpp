#pragma once

#include "collector/judge/program_knowledge.hpp"
#include "collector/storage/judge_store.hpp"
#include "common/base/time.hpp"
#include "common/wire/sections.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// Takes what a device reported into what the site remembers about programs, media and neighbours.
/// Functions for works of the writer.
namespace mimamori::collector::judge {

/// What is kept of one device, so that none can fill the database.
inline constexpr std::size_t programs_kept_max = 2'000;
inline constexpr std::size_t strangers_kept_max = 1'000;

/// What is new about a device since the judge last took it in.
struct News
{
    /// Only the sections that changed of `processes`, `usb`, `neighbours`; of `listeners`,
    /// `services`, `peers` with `items`.
    wire::Facts facts;
    std::vector<storage::JudgedEvent> events;

    /// What the row says when all of it is taken in.
    storage::JudgedRow row;

    bool items{false};    ///< Other ports, services or kinds of peers; see ModelItems.
    bool identity{false}; ///< Never judged before, or its model or addresses changed.
    bool waiting{false};  ///< There are more events than were taken.

    bool any() const
    {
        return identity || items || !events.empty() || facts.processes || facts.usb
               || facts.neighbours;
    }
};

/// Takes the programs of the section and of events in; `news.row` gets what could not be kept.
void take_programs(
    storage::Session& session,
    const ProgramKnowledge::Device& device,
    News& news,
    ProgramKnowledge& programs,
    Timestamp now);

/// Takes USB storage media in.
void take_media(storage::Session& session, const News& news, Timestamp now);

/// Takes neighbours in that nobody knows.
void take_neighbours(
    storage::Session& session, News& news, const std::string& own_macs, Timestamp now);

/// Makes `macs` (separated by spaces) the addresses of the device. Returns the devices that had
/// counted one of them as a stranger.
std::vector<std::int64_t> take_macs(
    storage::Session& session, std::int64_t device_no, const std::string& macs);

/// The words of a text that blanks separate.
std::vector<std::string> split_words(const std::string& text);

/// An address in the form in which addresses are compared; empty for one that names no machine
/// (zero, broadcast, multicast, ill-formed).
std::string comparable_mac(std::string_view mac);

} // namespace mimamori::collector::judge
