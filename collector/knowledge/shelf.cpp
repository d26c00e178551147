#include "collector/knowledge/shelf.hpp"

#include "common/platform/file.hpp"
#include "common/wire/signed_document.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace mimamori::collector::knowledge {
namespace {

constexpr std::string_view ending = ".signed.json";

} // namespace

Shelf::Shelf(Options options)
    : options_{std::move(options)}
{}

Result<void> Shelf::load()
{
    Result<void> outcome;
    for (const auto& [name, built_in] : options_.known)
    {
        const auto file = options_.folder / (name + std::string{ending});
        const auto text = platform::read_file(file, 2 * wire::signed_payload_bytes_max);
        if (!text && text.error().code == Errc::not_found)
            continue;
        auto taken = text ? checked(*text, Date{}) : text.error();
        // One that is compiled in by now in a newer version is no mistake.
        if (!taken && taken.error().code == Errc::conflict)
            continue;
        if (!taken)
        {
            outcome = std::move(taken).error().in("knowledge " + file.string());
            continue;
        }
        const std::lock_guard guard{lock_};
        files_[name] = std::move(*taken);
    }
    return outcome;
}

Result<std::shared_ptr<const ShelvedFile>> Shelf::put(std::string_view document, Date today)
{
    auto taken = checked(document, today);
    if (!taken)
        return taken;
    std::error_code ec;
    std::filesystem::create_directories(options_.folder, ec);
    const auto file = options_.folder / ((*taken)->name + std::string{ending});
    const auto kept = platform::replace_file(file, document, platform::FileAccess::owner_only);
    if (!kept)
        return Error{kept.error()}.in("keep knowledge");
    const std::lock_guard guard{lock_};
    files_[(*taken)->name] = *taken;
    return taken;
}

std::shared_ptr<const ShelvedFile> Shelf::find(std::string_view name) const
{
    const std::lock_guard guard{lock_};
    const auto found = files_.find(name);
    return found == files_.end() ? nullptr : found->second;
}

std::vector<std::shared_ptr<const ShelvedFile>> Shelf::files() const
{
    const std::lock_guard guard{lock_};
    std::vector<std::shared_ptr<const ShelvedFile>> all;
    for (const auto& [name, file] : files_)
        all.push_back(file);
    return all;
}

Result<std::shared_ptr<const ShelvedFile>> Shelf::checked(
    std::string_view document, Date today) const
{
    auto parsed = wire::parse_signed_document(document);
    if (!parsed)
        return std::move(parsed).error();
    const auto known = options_.known.find(parsed->name);
    if (known == options_.known.end())
        return Error{Errc::invalid_input, "nobody uses a knowledge file of this name"};
    const auto there = find(parsed->name);
    const wire::SignedDocumentPolicy policy{
        .name = parsed->name,
        .newest_version = std::max(known->second, there ? there->version : 0),
        .today = today,
        .keys = options_.keys};
    if (auto passed = wire::check_signed_document(*parsed, policy); !passed)
        return passed.error();
    if (auto usable = options_.check(parsed->name, parsed->payload); !usable)
        return usable.error();
    auto file = std::make_shared<ShelvedFile>();
    file->name = parsed->name;
    file->version = parsed->version;
    file->expires = parsed->expires;
    file->document = std::string{document};
    file->payload = std::move(parsed->payload);
    return std::shared_ptr<const ShelvedFile>{std::move(file)};
}

} // namespace mimamori::collector::knowledge
