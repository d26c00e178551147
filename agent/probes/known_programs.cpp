#include "agent/probes/known_programs.hpp"

#include "common/platform/file.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/json_writer.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

namespace mimamori::agent::probes {

/// The form of the file.
struct StoredPrograms
{
    std::uint32_t format{1};
    std::vector<KnownProgram> programs;

    friend bool operator==(const StoredPrograms&, const StoredPrograms&) = default;
};
BOOST_DESCRIBE_STRUCT(StoredPrograms, (), (format, programs))

namespace {

constexpr std::size_t file_bytes_max = 16U * 1024 * 1024;

/// `seen_at` is written at most this often, so that a quiet machine writes nothing.
constexpr std::chrono::hours seen_step{6};

} // namespace

KnownPrograms::KnownPrograms(std::filesystem::path file, std::size_t count_max)
    : file_{std::move(file)}
    , count_max_{count_max}
{}

Result<bool> KnownPrograms::load()
{
    if (file_.empty())
        return false;
    const auto text = platform::read_file(file_, file_bytes_max);
    if (!text && text.error().code == Errc::not_found)
        return false;
    if (!text)
        return text.error();
    auto stored = wire::from_json<StoredPrograms>(*text);
    if (!stored)
        return std::move(stored).error().in(file_.string());
    if (stored->format != 1)
        return Error{Errc::unsupported, file_.string() + ": written by a newer agent"};
    for (KnownProgram& known : stored->programs)
        insert(std::move(known));
    changed_ = false;
    return true;
}

Result<void> KnownPrograms::save()
{
    if (file_.empty() || !changed_)
        return {};
    StoredPrograms stored;
    stored.programs.reserve(count_);
    for (const auto& [path, versions] : by_path_)
        stored.programs.insert(stored.programs.end(), versions.begin(), versions.end());
    auto done =
        platform::replace_file(file_, wire::to_json(stored), platform::FileAccess::owner_only);
    if (done)
        changed_ = false;
    return done;
}

KnownProgram* KnownPrograms::find(const std::string& path, const FileKey& file)
{
    const auto versions = by_path_.find(path);
    if (versions == by_path_.end())
        return nullptr;
    for (KnownProgram& known : versions->second)
    {
        if (known.file == file)
            return &known;
    }
    return nullptr;
}

bool KnownPrograms::see_again(const std::string& path, const FileKey& file, Timestamp now)
{
    KnownProgram* const known = find(path, file);
    if (known == nullptr)
        return false;
    if (now - known->seen_at > seen_step)
    {
        known->seen_at = now;
        changed_ = true;
    }
    return true;
}

void KnownPrograms::insert(KnownProgram known)
{
    changed_ = true;
    if (count_ >= count_max_)
        drop_oldest();
    by_path_[known.program.path].push_back(std::move(known));
    ++count_;
}

void KnownPrograms::drop_oldest()
{
    auto oldest_path = by_path_.begin();
    std::size_t oldest = 0;
    for (auto path = by_path_.begin(); path != by_path_.end(); ++path)
    {
        for (std::size_t i = 0; i < path->second.size(); ++i)
        {
            if (path->second[i].seen_at < oldest_path->second[oldest].seen_at)
            {
                oldest_path = path;
                oldest = i;
            }
        }
    }
    oldest_path->second.erase(oldest_path->second.begin() + static_cast<long>(oldest));
    if (oldest_path->second.empty())
        by_path_.erase(oldest_path);
    --count_;
}

std::optional<wire::Program> KnownPrograms::complete(const KnownProgram& done)
{
    KnownProgram* const known = find(done.program.path, done.file);
    if (known == nullptr)
        return std::nullopt;
    changed_ = true;
    known->program.sha256 = done.program.sha256;
    known->program.signer = done.program.signer;
    known->hash_failed = done.hash_failed;
    return known->program;
}

bool KnownPrograms::has_moved(const KnownProgram& found)
{
    const std::string& hash = found.program.sha256;
    const auto versions = by_path_.find(found.program.path);
    if (hash.empty() || versions == by_path_.end())
        return false;
    for (KnownProgram& known : versions->second)
    {
        if (known.program.sha256 != hash)
            continue;
        known.file = found.file;
        known.seen_at = found.seen_at;
        changed_ = true;
        return true;
    }
    return false;
}

std::vector<KnownProgram> KnownPrograms::without_hash() const
{
    std::vector<KnownProgram> found;
    for (const auto& [path, versions] : by_path_)
    {
        for (const KnownProgram& known : versions)
        {
            if (known.program.sha256.empty() && !known.hash_failed)
                found.push_back(known);
        }
    }
    return found;
}

void KnownPrograms::forget_before(Timestamp limit)
{
    for (auto path = by_path_.begin(); path != by_path_.end();)
    {
        const auto gone = std::erase_if(
            path->second, [&](const KnownProgram& known) { return known.seen_at < limit; });
        count_ -= gone;
        changed_ = changed_ || gone > 0;
        path = path->second.empty() ? by_path_.erase(path) : std::next(path);
    }
}

std::vector<wire::Program> KnownPrograms::programs(CommandLines lines) const
{
    std::vector<wire::Program> all;
    all.reserve(count_);
    for (const auto& [path, versions] : by_path_)
    {
        for (const KnownProgram& known : versions)
        {
            all.push_back(known.program);
            if (lines == CommandLines::dropped)
                all.back().command_line.clear();
        }
    }
    std::sort(all.begin(), all.end(), [](const wire::Program& a, const wire::Program& b) {
        return std::tie(a.path, a.sha256, a.first_seen_at)
               < std::tie(b.path, b.sha256, b.first_seen_at);
    });
    return all;
}

} // namespace mimamori::agent::probes
