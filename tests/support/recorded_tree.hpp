#pragma once

#include "agent/probes/live_system.hpp"
#include "agent/probes/memory.hpp"
#include "agent/probes/probe.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace mimamori::tests {

/// A clock that shows what it was told.
class FakeClock final : public Clock
{
public:
    explicit FakeClock(Timestamp now)
        : now_{now}
    {}

    Timestamp now() const override { return now_; }

    void set(Timestamp now) { now_ = now; }

    void advance(std::chrono::milliseconds by) { now_ += by; }

private:
    Timestamp now_;
};

/// The files of a machine, unpacked into a folder of their own that goes away with this object.
///
/// They come from the `.tree` files of tests/fixtures/linux/<name>, in the form:
///
///     ==> /etc/hostname
///     pc-17
///     ==> /etc/localtime -> /usr/share/zoneinfo/Asia/Tokyo
///     ==> /var/log/wtmp mode=0640 mtime=2026-03-01T00:00:00Z hex
///     0700 0000
///     ==> /lost+found/ mtime=2023-07-01T00:00:00Z
///
/// A file ends where the next one begins; `hex` says that its content is written in hexadecimal
/// digits, `at=N` that it begins N bytes behind the file's beginning (zeros before), `copy=NAME`
/// that it is the file NAME of the fixture's folder, `mtime` when it was changed (2026-01-01 unless
/// said), a path ending in '/' is a folder.
class RecordedTree
{
public:
    /// An empty machine.
    RecordedTree();

    /// The machine tests/fixtures/linux/<name>.
    explicit RecordedTree(std::string_view name);

    ~RecordedTree();

    RecordedTree(const RecordedTree&) = delete;
    RecordedTree& operator=(const RecordedTree&) = delete;

    const std::filesystem::path& root() const { return root_; }

    /// Adds the entries of a text in the form above.
    void add(std::string_view text);

    /// Puts one file there, in place of what was there.
    void write(std::string_view path, std::string_view content);

    /// Takes a file, link or folder away with everything in it. It must be there.
    void remove(std::string_view path);

    /// Sets the modification time of a file or folder.
    void set_time(std::string_view path, Timestamp when);

private:
    std::filesystem::path in_tree(std::string_view path) const;
    void unpack(std::string_view text);
    void set_times();

    std::filesystem::path root_;
    std::filesystem::path fixture_;
    std::map<std::string, Timestamp> times_;
};

/// Answers what files cannot tell from the tree's folder /.live: kernel_name ("6.1.0 x86_64"),
/// netlink_addresses, netlink_neighbours, netlink_nftables (messages of the kernel), time_state
/// ("synchronised" or "unsynchronised"), units (a line each: name, active state, sub state). What
/// is not recorded is unsupported.
class RecordedSystem final : public agent::probes::LiveSystem
{
public:
    explicit RecordedSystem(std::filesystem::path root)
        : root_{std::move(root)}
    {}

    Result<agent::probes::KernelName> kernel_name() const override;
    Result<std::string> netlink_dump(agent::probes::NetlinkTable table) const override;
    Result<agent::probes::TimeState> time_state() const override;
    Result<std::vector<agent::probes::UnitState>> units() const override;

private:
    Result<std::string> recorded(std::string_view name, std::string_view interface) const;

    std::filesystem::path root_;
};

/// A recorded machine with everything that a probe needs.
class RecordedMachine
{
public:
    explicit RecordedMachine(std::string_view name);

    agent::probes::ProbeContext context();

    RecordedTree tree;
    FakeClock clock;
    RecordedSystem live;
    agent::probes::Memory memory;
};

} // namespace mimamori::tests
