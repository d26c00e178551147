#include "agent/probes/apt_lists.hpp"

#include "agent/probes/deb822.hpp"
#include "agent/probes/debian_version.hpp"
#include "agent/probes/text.hpp"

#include <algorithm>

namespace mimamori::agent::probes {
namespace {

constexpr std::size_t offers_max = 64; // of one package

/// The name of a list without its packing.
std::string_view without_packing(std::string_view name)
{
    for (const std::string_view ending : {".lz4", ".gz", ".xz", ".zst", ".bz2", ".lzma"})
    {
        if (name.ends_with(ending))
            return name.substr(0, name.size() - ending.size());
    }
    return name;
}

/// The part of a Release file's name that its lists' names begin with; empty for other files.
std::string_view release_stem(std::string_view name)
{
    for (const std::string_view ending : {"InRelease", "Release"})
    {
        if (name.ends_with(ending))
            return name.substr(0, name.size() - ending.size());
    }
    return {};
}

} // namespace

PendingSearch::PendingSearch(AptPolicy policy, std::string native)
    : policy_{std::move(policy)}
    , native_{std::move(native)}
{}

std::string PendingSearch::key_of(std::string_view name, std::string_view architecture) const
{
    std::string key{name};
    if (architecture != native_ && architecture != "all" && !architecture.empty())
        (key += ':') += architecture;
    return key;
}

void PendingSearch::add_installed(
    std::string_view name, std::string_view version, std::string_view architecture)
{
    std::string key = key_of(name, architecture);
    if (!by_name_.emplace(key, installed_.size()).second)
        return;
    installed_.push_back({std::move(key), std::string{version}, 100, {}});
}

PendingSearch::Installed* PendingSearch::find(std::string_view name, std::string_view architecture)
{
    scratch_ = name;
    if (architecture != native_ && architecture != "all")
        (scratch_ += ':') += architecture;
    const auto found = by_name_.find(scratch_);
    return found == by_name_.end() ? nullptr : &installed_[found->second];
}

void PendingSearch::offer(std::string_view stanza, const AptRelease& release)
{
    // The lists hold sixty thousand packages of which a thousand are installed: the first line
    // alone must be enough to pass on.
    if (!stanza.starts_with("Package: "))
        return;
    const auto name = trimmed(stanza.substr(9, stanza.find('\n') - 9));
    scratch_ = name;
    const bool foreign_possible = by_name_.find(scratch_) == by_name_.end();
    const auto architecture = stanza_field(stanza, "Architecture");
    if (foreign_possible && (architecture == native_ || architecture == "all"))
        return;
    Installed* const installed = find(name, architecture);
    if (installed == nullptr)
        return;
    const auto version = stanza_field(stanza, "Version");
    const auto order = compare_debian_versions(version, installed->version);
    if (order < 0)
        return; // apt downgrades only for priorities above 1000; that is no update that waits.
    const int priority = priority_of(policy_, name, version, release);
    if (order == 0)
        installed->priority = std::max(installed->priority, priority);
    else if (installed->offers.size() < offers_max)
        installed->offers.push_back({std::string{version}, priority, is_security(release)});
}

PendingPackages PendingSearch::finish() const
{
    PendingPackages pending;
    for (const Installed& installed : installed_)
    {
        const Offer* best = nullptr;
        bool security = false;
        for (const Offer& offer : installed.offers)
        {
            if (offer.priority < installed.priority || offer.priority < 0)
                continue;
            // A later ordinary version contains the security fix: the reason to update stays.
            security = security || offer.security;
            const bool better = best == nullptr || offer.priority > best->priority
                                || (offer.priority == best->priority
                                    && compare_debian_versions(offer.version, best->version) > 0);
            if (better)
                best = &offer;
        }
        if (best == nullptr)
            continue;
        ++pending.count;
        pending.security_count += security ? 1U : 0U;
        pending.packages.push_back(
            {fact_text(installed.name, 256), fact_text(installed.version, 256),
             fact_text(best->version, 256), security});
    }
    std::sort(
        pending.packages.begin(), pending.packages.end(),
        [](const wire::PendingPatch& a, const wire::PendingPatch& b) {
            if (a.security != b.security)
                return a.security;
            return a.name < b.name;
        });
    return pending;
}

std::vector<AptList> match_lists(
    const std::vector<std::string>& names,
    const std::function<std::string(const std::string&)>& read_release)
{
    struct Known
    {
        std::string stem;
        AptRelease release;
    };

    std::vector<Known> releases;
    for (const std::string& name : names)
    {
        const auto stem = release_stem(name);
        if (stem.empty())
            continue;
        Known known{std::string{stem}, parse_release_file(read_release(name))};
        known.release.host = name.substr(0, name.find('_'));
        releases.push_back(std::move(known));
    }
    std::vector<AptList> lists;
    for (const std::string& name : names)
    {
        const auto plain = without_packing(name);
        if (!plain.ends_with("_Packages"))
            continue;
        AptList list{name, {}};
        list.release.host = name.substr(0, name.find('_'));
        std::size_t longest = 0;
        for (const Known& known : releases)
        {
            if (!plain.starts_with(known.stem) || known.stem.size() < longest)
                continue;
            longest = known.stem.size();
            list.release = known.release;
        }
        // "…_dists_bookworm_" + "main_binary-amd64_Packages"
        const std::string_view rest = plain.substr(longest);
        if (const auto end = rest.find("_binary-"); longest > 0 && end != std::string_view::npos)
            list.release.component = rest.substr(0, end);
        lists.push_back(std::move(list));
    }
    return lists;
}

} // namespace mimamori::agent::probes
