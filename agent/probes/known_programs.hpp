#pragma once

#include "agent/probes/program_memory.hpp"

#include <boost/describe/class.hpp>

#include <map>

namespace mimamori::agent::probes {

/// Tells one state of one file from another without reading it.
struct FileKey
{
    std::uint64_t device{0};
    std::uint64_t inode{0};
    std::uint64_t size_bytes{0};
    std::int64_t changed_ns{0};
    std::int64_t status_changed_ns{0};

    friend bool operator==(const FileKey&, const FileKey&) = default;
};
BOOST_DESCRIBE_STRUCT(FileKey, (), (device, inode, size_bytes, changed_ns, status_changed_ns))

/// One program as it is kept.
struct KnownProgram
{
    wire::Program program;
    FileKey file; ///< Where it was last seen: an unchanged file is not hashed again.
    Timestamp seen_at{};
    bool hash_failed{false}; ///< The file cannot be hashed; do not try again.

    friend bool operator==(const KnownProgram&, const KnownProgram&) = default;
};
BOOST_DESCRIBE_STRUCT(KnownProgram, (), (program, file, seen_at, hash_failed))

/// The programs that were seen, by path and content, and the file that holds them. What makes a
/// program known, and when it is hashed, ProgramMemory decides.
class KnownPrograms
{
public:
    /// `file`: where they are kept; empty: nowhere. Of more than `count_max` those seen longest ago
    /// are dropped.
    KnownPrograms(std::filesystem::path file, std::size_t count_max);

    /// Takes up what the file holds; false: there is none. Errors: of the file; unsupported when a
    /// newer agent wrote it. Then nothing is taken up.
    Result<bool> load();

    /// Writes the file if anything changed. Errors: of the file.
    Result<void> save();

    bool has_path(const std::string& path) const { return by_path_.find(path) != by_path_.end(); }

    /// Marks the program of that unchanged file as seen. False: it is not known.
    bool see_again(const std::string& path, const FileKey& file, Timestamp now);

    void insert(KnownProgram known);

    /// Gives a program that was inserted before its hash was known that hash, or the mark that it
    /// has none. Nothing when it was forgotten meanwhile.
    std::optional<wire::Program> complete(const KnownProgram& done);

    /// Whether the same content is known at the same path: a reinstallation, a copy back. Then it
    /// is the new file that counts from now on.
    bool has_moved(const KnownProgram& found);

    /// Those that were not hashed yet.
    std::vector<KnownProgram> without_hash() const;

    /// Forgets what was not seen since `limit`.
    void forget_before(Timestamp limit);

    /// All, in the order of path, hash and time.
    std::vector<wire::Program> programs(CommandLines lines) const;

private:
    KnownProgram* find(const std::string& path, const FileKey& file);
    void drop_oldest();

    std::filesystem::path file_;
    std::size_t count_max_;
    std::map<std::string, std::vector<KnownProgram>> by_path_;
    std::size_t count_{0};
    bool changed_{false};
};

} // namespace mimamori::agent::probes
