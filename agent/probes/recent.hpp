#pragma once

#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <boost/describe/class.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace mimamori::agent::probes {

/// Things that were seen within the last 24 hours, kept in one file of the agent's data folder.
///
/// `Thing` is a described struct with operator==; `key_of` returns what things are ordered by.
/// Bounded: what comes when it is full is counted, not kept, so that a flood of forged neighbours
/// does not push out the real ones.
template <class Thing, auto key_of>
class Recent
{
public:
    /// `file`: where it is kept; empty: nowhere.
    Recent(std::filesystem::path file, std::size_t things_max)
        : file_{std::move(file)}
        , things_max_{things_max}
    {}

    /// Takes up what the file holds; a missing file is an empty memory. (recent_file.hpp)
    Result<void> load();

    /// Writes the file when something came, went, or was seen again an hour after it was written.
    Result<void> save();

    /// Begins a look at what is there now: forgets what is a day old.
    void begin(Timestamp now)
    {
        now_ = now;
        refused_ = 0;
        const auto gone = std::erase_if(entries_, [&](const Entry& entry) {
            return now - entry.seen_at > std::chrono::hours{24};
        });
        changed_ = changed_ || gone > 0;
    }

    /// Notes that `thing` is there now.
    void note(Thing thing)
    {
        Entry entry{std::move(thing), now_, now_};
        const auto at = std::lower_bound(entries_.begin(), entries_.end(), entry, before);
        if (at != entries_.end() && !before(entry, *at))
        {
            const auto passed = now_ - at->seen_at;
            // Behind, or ahead after a clock was set back.
            if (passed > std::chrono::hours{1} || passed < std::chrono::hours{-1})
            {
                at->seen_at = now_;
                changed_ = true;
            }
            return;
        }
        if (entries_.size() >= things_max_)
        {
            ++refused_;
            return;
        }
        entries_.insert(at, std::move(entry));
        changed_ = true;
    }

    /// Whether one like it is known, by `fits(thing)`.
    template <class Fits>
    bool knows(Fits fits) const
    {
        return std::any_of(
            entries_.begin(), entries_.end(), [&](const Entry& e) { return fits(e.thing); });
    }

    /// The things that were seen first, at most `count_max`, in their order. `left_out` gets the
    /// number of all others.
    std::vector<Thing> oldest(std::size_t count_max, std::uint32_t& left_out) const
    {
        std::vector<const Entry*> chosen;
        chosen.reserve(entries_.size());
        for (const Entry& entry : entries_)
            chosen.push_back(&entry);
        left_out = refused_;
        if (chosen.size() > count_max)
        {
            left_out += static_cast<std::uint32_t>(chosen.size() - count_max);
            std::stable_sort(chosen.begin(), chosen.end(), [](const Entry* a, const Entry* b) {
                return a->first_seen_at < b->first_seen_at;
            });
            chosen.resize(count_max);
            std::sort(chosen.begin(), chosen.end(), [](const Entry* a, const Entry* b) {
                return before(*a, *b);
            });
        }
        std::vector<Thing> things;
        things.reserve(chosen.size());
        for (const Entry* entry : chosen)
            things.push_back(entry->thing);
        return things;
    }

private:
    struct Entry
    {
        Thing thing;
        Timestamp first_seen_at{};
        Timestamp seen_at{};

        friend bool operator==(const Entry&, const Entry&) = default;
        BOOST_DESCRIBE_CLASS(Entry, (), (thing, first_seen_at, seen_at), (), ())
    };

    struct Stored
    {
        std::vector<Entry> entries;

        friend bool operator==(const Stored&, const Stored&) = default;
        BOOST_DESCRIBE_CLASS(Stored, (), (entries), (), ())
    };

    static bool before(const Entry& a, const Entry& b) { return key_of(a.thing) < key_of(b.thing); }

    std::filesystem::path file_;
    std::size_t things_max_;
    std::vector<Entry> entries_; // sorted by key
    Timestamp now_{};
    std::uint32_t refused_{0};
    bool changed_{false};
};

} // namespace mimamori::agent::probes
