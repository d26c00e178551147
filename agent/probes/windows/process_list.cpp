#include "agent/probes/windows/process_list.hpp"

#include "agent/probes/text.hpp"
#include "common/base/encoding.hpp"
#include "common/crypto/hash.hpp"

#include <algorithm>
#include <utility>

namespace mimamori::agent::probes::windows {
namespace {

using agent::windows::Files;
using agent::windows::Machine;

Result<FileStatus> status_of(const Machine& machine, const std::string& path)
{
    const auto found = machine.files.status_below(path, {});
    if (!found)
        return found.error();
    FileStatus status;
    status.kind = found->folder ? FileKind::folder : FileKind::regular;
    status.device = found->volume;
    status.inode = found->index;
    status.size_bytes = found->size_bytes;
    constexpr std::int64_t ns_per_ms = 1'000'000;
    status.changed_ns = to_ms(found->written_at) * ns_per_ms;
    return status;
}

/// Opens the file anew for every piece, so that nobody is kept from replacing it meanwhile; whether
/// it was replaced is seen at the end.
class FileSteps final : public HashSteps
{
public:
    FileSteps(const Machine& machine, std::string path, FileStatus status)
        : machine_{machine}
        , path_{std::move(path)}
        , status_{status}
    {}

    Result<std::optional<std::string>> advance(
        std::uint64_t bytes_max, std::uint64_t& read_bytes) override
    {
        constexpr std::uint64_t piece_bytes = 512U * 1024;
        read_bytes = 0;
        while (read_bytes < bytes_max)
        {
            const auto wanted =
                static_cast<std::size_t>(std::min(piece_bytes, bytes_max - read_bytes));
            const auto piece = machine_.files.read_part(path_, offset_, wanted);
            if (!piece)
                return piece.error();
            if (piece->empty())
                return finished();
            stream_.update(*piece);
            offset_ += piece->size();
            read_bytes += piece->size();
        }
        return std::optional<std::string>{};
    }

    const FileStatus& status() const override { return status_; }

private:
    Result<std::optional<std::string>> finished()
    {
        const auto now = status_of(machine_, path_);
        if (!now)
            return now.error();
        const bool same = now->size_bytes == status_.size_bytes && now->inode == status_.inode
                          && now->changed_ns == status_.changed_ns;
        if (!same)
            return Error{Errc::conflict, "read " + path_ + ": it was changed meanwhile"};
        return std::optional<std::string>{to_hex(stream_.finish())};
    }

    const Machine& machine_;
    std::string path_;
    FileStatus status_;
    std::uint64_t offset_{0};
    crypto::Sha256Stream stream_;
};

} // namespace

ProcessList::ProcessList(const Machine& machine)
    : machine_{machine}
{}

Result<void> ProcessList::read_list()
{
    auto rows = machine_.programs.list();
    if (!rows)
        return rows.error();
    rows_.clear();
    for (agent::windows::ProgramRow& row : *rows)
        rows_.insert_or_assign(row.id, std::move(row));
    return {};
}

Result<std::vector<std::uint32_t>> ProcessList::processes()
{
    if (auto read = read_list(); !read)
        return read.error();
    fresh_ = true;
    std::vector<std::uint32_t> numbers;
    for (const auto& [number, row] : rows_)
        numbers.push_back(number);
    return numbers;
}

void ProcessList::begin_look()
{
    // After `processes` the list is there already; for single processes it is read once a look.
    if (!std::exchange(fresh_, false) && !read_list())
        rows_.clear();
}

Result<Executable> ProcessList::executable_of(std::uint32_t process) const
{
    const auto found = rows_.find(process);
    if (found == rows_.end())
        return Error{Errc::not_found, "process " + std::to_string(process) + ": gone"};
    // The idle process, the kernel and what it starts (Registry, Memory Compression) have no file.
    constexpr std::uint32_t last_of_kernel = 4;
    const bool pathless = found->second.path.empty() && found->second.parent <= last_of_kernel;
    if (process <= last_of_kernel || pathless)
        return Error{Errc::not_found, "a part of the kernel"};
    if (found->second.path.empty())
        return Error{Errc::forbidden, "path of process " + found->second.name + ": not told"};
    Executable executable;
    executable.path = fact_text(found->second.path, 4096);
    executable.open_as = found->second.path;
    auto status = status_of(machine_, executable.open_as);
    if (!status)
        return status.error();
    executable.file = *status;
    return executable;
}

void ProcessList::describe(
    std::uint32_t process, bool with_command_line, wire::Program& program) const
{
    if (const auto writable = machine_.files.user_writable(program.path))
        program.user_writable = *writable;
    if (with_command_line)
    {
        if (const auto line = machine_.programs.command_line(process))
            program.command_line = fact_text(*line);
    }
    const auto row = rows_.find(process);
    if (row == rows_.end())
        return;
    program.user = fact_text(row->second.user, 256);
    const auto parent = rows_.find(row->second.parent);
    // Numbers are used again: who started later cannot be the parent.
    if (parent != rows_.end() && parent->second.started_at <= row->second.started_at)
        program.parent = fact_text(parent->second.path, 1024);
}

void ProcessList::add_makers(const std::vector<wire::Program*>& programs)
{
    for (wire::Program* program : programs)
    {
        const auto info = machine_.files.version_info(program->path);
        if (!info)
            continue;
        program->version = fact_text(info->version, 128);
        program->product = fact_text(info->product, 256);
        program->company = fact_text(info->company, 256);
    }
}

void ProcessList::add_signer(wire::Program& program) const
{
    if (const auto signer = machine_.files.signer(program.path))
        program.signer = fact_text(*signer, 256);
}

Result<std::unique_ptr<HashSteps>> ProcessList::open(const std::string& path) const
{
    const auto status = status_of(machine_, path);
    if (!status)
        return status.error();
    return std::unique_ptr<HashSteps>{std::make_unique<FileSteps>(machine_, path, *status)};
}

} // namespace mimamori::agent::probes::windows
