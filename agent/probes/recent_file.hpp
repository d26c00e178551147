#pragma once

#include "agent/probes/recent.hpp"
#include "common/platform/file.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/json_writer.hpp"

/// How a Recent is kept in its file. Apart from recent.hpp, so that few sources compile it.
namespace mimamori::agent::probes {

template <class Thing, auto key_of>
Result<void> Recent<Thing, key_of>::load()
{
    if (file_.empty())
        return {};
    const auto text = platform::read_file(file_, 16U * 1024 * 1024);
    if (!text && text.error().code == Errc::not_found)
        return {};
    if (!text)
        return text.error();
    auto stored = wire::from_json<Stored>(*text);
    if (!stored)
        return std::move(stored).error().in(file_.string());
    entries_ = std::move(stored->entries);
    std::sort(entries_.begin(), entries_.end(), before);
    if (entries_.size() > things_max_)
        entries_.resize(things_max_);
    return {};
}

template <class Thing, auto key_of>
Result<void> Recent<Thing, key_of>::save()
{
    if (file_.empty() || !changed_)
        return {};
    auto done = platform::replace_file(
        file_, wire::to_json(Stored{entries_}), platform::FileAccess::owner_only);
    if (done)
        changed_ = false;
    return done;
}

} // namespace mimamori::agent::probes
