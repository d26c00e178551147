#include "agent/probes/program_memory.hpp"

#include "agent/probes/known_programs.hpp"
#include "agent/probes/process_source.hpp"

#include <algorithm>
#include <deque>
#include <utility>

namespace mimamori::agent::probes {

namespace {

FileKey key_of(const FileStatus& file)
{
    return {file.device, file.inode, file.size_bytes, file.changed_ns, file.status_changed_ns};
}

/// An executable that was not known when it was looked at.
struct Found
{
    KnownProgram known;
    std::string open_as;
    bool is_new_path{false}; ///< Then it is in the memory already, perhaps without hash.
};

/// The hash of `found` is known, or known not to be.
void finish(const ProcessSource& source, Found& found)
{
    found.known.hash_failed = found.known.program.sha256.empty();
    if (!found.known.hash_failed)
        source.add_signer(found.known.program);
}

/// Marks `found` with the whole hash of its file.
void hash_now(const ProcessSource& source, Found& found)
{
    auto hash = source.open(found.open_as);
    std::uint64_t read_bytes = 0;
    if (hash && found.known.file == key_of((*hash)->status()))
    {
        // One more byte than there is: the end must be met.
        const auto hex = (*hash)->advance(found.known.file.size_bytes + 1, read_bytes);
        if (hex && *hex)
            found.known.program.sha256 = **hex;
    }
    finish(source, found);
}

} // namespace

class ProgramMemory::Impl
{
public:
    Impl(
        std::filesystem::path file,
        std::unique_ptr<ProcessSource> source,
        const Clock& clock,
        ProgramLimits limits)
        : source_{std::move(source)}
        , clock_{clock}
        , limits_{limits}
        , known_{std::move(file), limits.programs_max}
        , budget_bytes_{limits.hash_burst_bytes}
        , budget_at_{clock.now()}
    {}

    Result<void> load();

    Result<void> save()
    {
        known_.forget_before(clock_.now() - limits_.forget_after);
        return known_.save();
    }

    std::vector<wire::Program> observe(
        const std::vector<std::uint32_t>& processes, std::uint64_t at_once_bytes);
    std::vector<wire::Program> continue_hashing();

    std::vector<wire::Program> programs() const
    {
        return known_.programs(keep_command_lines ? CommandLines::kept : CommandLines::dropped);
    }

    ProcessSource& source() const { return *source_; }

    bool hashing_pending() const { return !pending_.empty(); }

    const ProgramLimits& limits() const { return limits_; }

    bool first_run{true};
    bool keep_command_lines{false};
    std::string blind_spot;

private:
    std::optional<Found> look_at(std::uint32_t process);
    std::optional<wire::Program> take_in(Found found, std::uint64_t& left_bytes);
    std::optional<wire::Program> settle(Found done);
    void refill_budget();

    std::unique_ptr<ProcessSource> source_;
    const Clock& clock_;
    ProgramLimits limits_;
    KnownPrograms known_;
    std::deque<Found> pending_;          // to be hashed
    std::unique_ptr<HashSteps> hashing_; // of the first in pending_
    std::uint64_t budget_bytes_;
    Timestamp budget_at_;
};

Result<void> ProgramMemory::Impl::load()
{
    auto was_there = known_.load();
    if (!was_there)
        return std::move(was_there).error();
    first_run = first_run && !*was_there;
    for (KnownProgram& known : known_.without_hash())
        pending_.push_back({known, known.program.path, true});
    return {};
}

std::optional<Found> ProgramMemory::Impl::look_at(std::uint32_t process)
{
    auto executable = source_->executable_of(process);
    if (!executable)
    {
        if (executable.error().code == Errc::forbidden)
            blind_spot = source_->blind_spot();
        return std::nullopt;
    }
    Found found;
    found.known.program.path = executable->path;
    found.known.seen_at = clock_.now();
    found.known.file = key_of(executable->file);
    found.open_as = executable->open_as;

    if (known_.see_again(executable->path, found.known.file, found.known.seen_at))
        return std::nullopt;
    const bool waits = std::any_of(pending_.begin(), pending_.end(), [&](const Found& other) {
        return other.known.program.path == executable->path && other.known.file == found.known.file;
    });
    if (waits)
        return std::nullopt;
    found.is_new_path = !known_.has_path(executable->path);
    return found;
}

std::vector<wire::Program> ProgramMemory::Impl::observe(
    const std::vector<std::uint32_t>& processes, std::uint64_t at_once_bytes)
{
    source_->begin_look();
    std::vector<Found> all;
    for (const std::uint32_t process : processes)
    {
        auto found = look_at(process);
        if (!found)
            continue;
        const bool twice = std::any_of(all.begin(), all.end(), [&](const Found& other) {
            return other.known.program.path == found->known.program.path
                   && other.known.file == found->known.file;
        });
        if (twice)
            continue;
        found->known.program.first_seen_at = clock_.now();
        source_->describe(process, keep_command_lines, found->known.program);
        all.push_back(std::move(*found));
    }
    if (all.empty())
        return {};
    std::vector<wire::Program*> programs;
    for (Found& found : all)
        programs.push_back(&found.known.program);
    source_->add_makers(programs);
    refill_budget();
    std::uint64_t left_bytes = std::min(budget_bytes_, at_once_bytes);
    std::vector<wire::Program> news;
    for (Found& found : all)
    {
        if (auto program = take_in(std::move(found), left_bytes))
            news.push_back(std::move(*program));
    }
    return news;
}

/// Hashes the file now if no more than `left_bytes` are needed for it.
std::optional<wire::Program> ProgramMemory::Impl::take_in(Found found, std::uint64_t& left_bytes)
{
    if (found.is_new_path)
        known_.insert(found.known);
    if (found.known.file.size_bytes > limits_.hash_file_bytes_max)
    {
        found.known.hash_failed = true;
        return settle(std::move(found));
    }
    if (found.known.file.size_bytes <= left_bytes)
    {
        left_bytes -= found.known.file.size_bytes;
        budget_bytes_ -= found.known.file.size_bytes;
        hash_now(*source_, found);
        return settle(std::move(found));
    }
    auto early = found.is_new_path ? std::optional{found.known.program} : std::nullopt;
    pending_.push_back(std::move(found));
    return early;
}

/// Puts a program whose hash is known, or known to be unreadable, into its place. Returns it if it
/// is new, or new with its hash.
std::optional<wire::Program> ProgramMemory::Impl::settle(Found done)
{
    if (done.is_new_path)
        return known_.complete(done.known);
    if (known_.has_moved(done.known))
        return std::nullopt;
    auto program = done.known.program;
    known_.insert(std::move(done.known));
    return program;
}

void ProgramMemory::Impl::refill_budget()
{
    const Timestamp now = clock_.now();
    // A clock that was set back gives nothing; one that was set ahead at most one burst.
    const auto passed = std::clamp<std::chrono::milliseconds>(
        now - budget_at_, std::chrono::milliseconds{0}, std::chrono::hours{1});
    budget_at_ = now;
    const auto more = static_cast<std::uint64_t>(passed.count()) * limits_.hash_bytes_per_s / 1000;
    budget_bytes_ = std::min(limits_.hash_burst_bytes, budget_bytes_ + more);
}

std::vector<wire::Program> ProgramMemory::Impl::continue_hashing()
{
    refill_budget();
    // A quarter stays for programs that start now.
    const std::uint64_t reserve = limits_.hash_burst_bytes / 4;
    std::vector<wire::Program> completed;
    while (!pending_.empty() && budget_bytes_ > reserve)
    {
        Found& front = pending_.front();
        if (!hashing_)
        {
            auto opened = source_->open(front.open_as);
            if (!opened || front.known.file != key_of((*opened)->status()))
                opened = source_->open(front.known.program.path);
            if (opened && front.known.file == key_of((*opened)->status()))
                hashing_ = std::move(*opened);
        }
        std::uint64_t read_bytes = 0;
        Result<std::optional<std::string>> hex{std::optional<std::string>{std::string{}}};
        if (hashing_)
            hex = hashing_->advance(budget_bytes_ - reserve, read_bytes);
        budget_bytes_ -= read_bytes;
        if (hex && !*hex)
            continue; // The budget is used up.
        Found done = std::move(front);
        pending_.pop_front();
        hashing_.reset();
        done.known.program.sha256 = hex ? **hex : std::string{};
        finish(*source_, done);
        if (auto program = settle(std::move(done)))
            completed.push_back(std::move(*program));
    }
    return completed;
}

ProgramMemory::ProgramMemory(
    std::filesystem::path file,
    const std::filesystem::path& root,
    const Clock& clock,
    ProgramLimits limits)
    : ProgramMemory{std::move(file), make_process_source(root), clock, limits}
{}

ProgramMemory::ProgramMemory(
    std::filesystem::path file,
    std::unique_ptr<ProcessSource> source,
    const Clock& clock,
    ProgramLimits limits)
    : impl_{std::make_unique<Impl>(std::move(file), std::move(source), clock, limits)}
{}

ProgramMemory::~ProgramMemory() = default;

Result<void> ProgramMemory::load()
{
    return impl_->load();
}

Result<void> ProgramMemory::save()
{
    return impl_->save();
}

bool ProgramMemory::first_run() const
{
    return impl_->first_run;
}

void ProgramMemory::set_command_lines(CommandLines choice)
{
    impl_->keep_command_lines = choice == CommandLines::kept;
}

std::optional<wire::Program> ProgramMemory::observe(std::uint32_t process)
{
    auto news = impl_->observe({process}, impl_->limits().hash_burst_bytes);
    if (news.empty())
        return std::nullopt;
    return std::move(news.front());
}

Result<std::vector<wire::Program>> ProgramMemory::observe_all()
{
    auto processes = impl_->source().processes();
    if (!processes)
        return std::move(processes).error();
    impl_->blind_spot.clear();
    return impl_->observe(*processes, impl_->limits().hash_at_once_bytes);
}

std::vector<wire::Program> ProgramMemory::continue_hashing()
{
    return impl_->continue_hashing();
}

bool ProgramMemory::hashing_pending() const
{
    return impl_->hashing_pending();
}

std::vector<wire::Program> ProgramMemory::programs() const
{
    return impl_->programs();
}

const std::string& ProgramMemory::blind_spot() const
{
    return impl_->blind_spot;
}

std::string_view ProgramMemory::source_name() const
{
    return impl_->source().name();
}

} // namespace mimamori::agent::probes
