#include "agent/probes/file_hash.hpp"
#include "agent/probes/package_owner.hpp"
#include "agent/probes/process_source.hpp"
#include "agent/probes/users.hpp"

#include <fmt/format.h>

#include <set>
#include <utility>

namespace mimamori::agent::probes {
namespace {

/// /proc, the package database and passwd(5).
class ProcFiles final : public ProcessSource
{
public:
    explicit ProcFiles(std::filesystem::path root)
        : tree_{std::move(root)}
    {}

    std::string_view name() const override { return "/proc"; }

    std::string_view blind_spot() const override { return "read /proc/PID/exe: Permission denied"; }

    Result<std::vector<std::uint32_t>> processes() override { return all_processes(tree_); }

    void begin_look() override { users_are_old_ = true; }

    Result<Executable> executable_of(std::uint32_t process) const override
    {
        return probes::executable_of(tree_, process);
    }

    Result<std::string> executable_key(std::uint32_t process) const override
    {
        if (tree_.root() != "/") // There the link leads to a path, not to the file itself.
            return ProcessSource::executable_key(process);
        const auto file = executable_file(tree_, process);
        if (!file)
            return file.error();
        // Another name for the same file changes when its status changed.
        return fmt::format(
            "{} {} {} {} {}", file->device, file->inode, file->size_bytes, file->changed_ns,
            file->status_changed_ns);
    }

    void describe(
        std::uint32_t process, bool with_command_line, wire::Program& program) const override
    {
        program.user_writable = is_user_writable(tree_, program.path);
        if (with_command_line)
            program.command_line = command_line_of(tree_, process);
        const auto origin = origin_of(tree_, process);
        if (!origin)
            return;
        if (std::exchange(users_are_old_, false)) // Most looks meet known programs only.
            users_.refresh(tree_);
        program.user = users_.name_of(origin->user);
        if (const auto parent = probes::executable_of(tree_, origin->parent))
            program.parent = parent->path;
    }

    void add_makers(const std::vector<wire::Program*>& programs) override
    {
        std::set<std::string> paths;
        for (const wire::Program* program : programs)
            paths.insert(program->path);
        const auto owners = owners_.find(tree_, paths);
        for (wire::Program* program : programs)
        {
            const auto owner = owners.find(program->path);
            if (owner == owners.end())
                continue;
            program->signer = owner->second.package;
            program->version = owner->second.version;
        }
    }

    Result<std::unique_ptr<HashSteps>> open(const std::string& path) const override
    {
        auto opened = FileHash::open(tree_, path);
        if (!opened)
            return opened.error();
        return std::unique_ptr<HashSteps>{std::make_unique<FileHash>(std::move(*opened))};
    }

private:
    Tree tree_;
    mutable UserNames users_;
    mutable bool users_are_old_{true};
    PackageOwners owners_;
};

} // namespace

std::unique_ptr<ProcessSource> make_process_source(const std::filesystem::path& root)
{
    return std::make_unique<ProcFiles>(root);
}

} // namespace mimamori::agent::probes
