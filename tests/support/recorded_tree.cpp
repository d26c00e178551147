#include "tests/support/recorded_tree.hpp"

#include "common/base/encoding.hpp"
#include "common/crypto/random.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <vector>

namespace mimamori::tests {
namespace {

constexpr std::string_view mark = "==> ";
const Timestamp usual_time = *parse_rfc3339("2026-01-01T00:00:00Z");

/// The line after the mark.
struct Entry
{
    std::string path;
    std::string target;
    std::string copy;
    std::optional<Timestamp> changed_at;
    std::optional<mode_t> mode;
    std::size_t at{0};
    bool hex{false};
};

Entry parse_entry(const std::string& line)
{
    Entry entry;
    std::istringstream words{line.substr(mark.size())};
    words >> entry.path;
    for (std::string word; words >> word;)
    {
        if (word == "->")
            words >> entry.target;
        else if (word.starts_with("mtime="))
            entry.changed_at = parse_rfc3339(word.substr(6)).value();
        else if (word.starts_with("mode="))
            entry.mode = static_cast<mode_t>(std::stoul(word.substr(5), nullptr, 8));
        else if (word.starts_with("at="))
            entry.at = std::stoul(word.substr(3));
        else if (word.starts_with("copy="))
            entry.copy = word.substr(5);
        else if (word == "hex")
            entry.hex = true;
        else
            throw std::runtime_error{"recorded tree: not understood: " + line};
    }
    return entry;
}

void set_time_of(const std::filesystem::path& path, Timestamp when)
{
    const auto ms = to_ms(when);
    const timespec moment{ms / 1000, (ms % 1000) * 1'000'000};
    const timespec both[2] = {moment, moment};
    if (::utimensat(AT_FDCWD, path.c_str(), both, AT_SYMLINK_NOFOLLOW) != 0)
        throw std::runtime_error{"recorded tree: cannot set the time of " + path.string()};
}

std::string from_hex_text(const std::string& content)
{
    std::string digits;
    std::copy_if(content.begin(), content.end(), std::back_inserter(digits), [](char letter) {
        return letter != ' ' && letter != '\n';
    });
    const auto bytes = from_hex(digits);
    if (!bytes)
        throw std::runtime_error{"recorded tree: not hexadecimal"};
    return {bytes->begin(), bytes->end()};
}

void put(
    const std::filesystem::path& at,
    const Entry& entry,
    const std::string& content,
    const std::filesystem::path& fixture)
{
    namespace fs = std::filesystem;
    if (entry.path.ends_with('/'))
        fs::create_directories(at);
    else
        fs::create_directories(at.parent_path());
    if (!entry.target.empty())
    {
        fs::remove(at);
        fs::create_symlink(entry.target, at);
    }
    else if (!entry.copy.empty())
        fs::copy_file(fixture / entry.copy, at, fs::copy_options::overwrite_existing);
    else if (!entry.path.ends_with('/'))
    {
        std::ofstream file{at, std::ios::binary | std::ios::trunc};
        file.seekp(static_cast<std::streamoff>(entry.at));
        file << (entry.hex ? from_hex_text(content) : content);
        if (!file.flush())
            throw std::runtime_error{"recorded tree: cannot write " + at.string()};
    }
    if (entry.mode && ::chmod(at.c_str(), *entry.mode) != 0)
        throw std::runtime_error{"recorded tree: cannot set the mode of " + at.string()};
}

} // namespace

RecordedTree::RecordedTree()
    : root_{std::filesystem::temp_directory_path() / ("mimamori_tree_" + crypto::random_id_text())}
{
    std::filesystem::create_directory(root_);
}

RecordedTree::RecordedTree(std::string_view name)
    : RecordedTree{}
{
    fixture_ = std::filesystem::path{MIMAMORI_SOURCE_DIR} / "tests/fixtures/linux" / name;
    std::vector<std::filesystem::path> files;
    for (const auto& file : std::filesystem::directory_iterator{fixture_})
    {
        if (file.path().extension() == ".tree")
            files.push_back(file.path());
    }
    std::sort(files.begin(), files.end());
    for (const auto& path : files)
    {
        std::ifstream file{path, std::ios::binary};
        unpack(std::string{std::istreambuf_iterator<char>{file}, {}});
    }
    set_times();
}

RecordedTree::~RecordedTree()
{
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
}

std::filesystem::path RecordedTree::in_tree(std::string_view path) const
{
    return root_ / std::filesystem::path{path}.relative_path();
}

void RecordedTree::add(std::string_view text)
{
    unpack(text);
    set_times();
}

void RecordedTree::unpack(std::string_view text)
{
    std::istringstream lines{std::string{text}};
    std::vector<std::pair<Entry, std::string>> entries;
    for (std::string line; std::getline(lines, line);)
    {
        if (line.starts_with(mark))
            entries.emplace_back(parse_entry(line), std::string{});
        else if (!entries.empty())
            entries.back().second += line + '\n';
        else if (!line.empty() && !line.starts_with('#'))
            throw std::runtime_error{"recorded tree: text before the first file: " + line};
    }
    for (const auto& [entry, content] : entries)
        put(in_tree(entry.path), entry, content, fixture_);
    for (auto& [entry, content] : entries)
        times_[entry.path] = entry.changed_at.value_or(usual_time);
}

/// Times last: every new name changes its folder's.
void RecordedTree::set_times()
{
    for (const auto& item : std::filesystem::recursive_directory_iterator{root_})
    {
        if (item.is_directory() && !item.is_symlink())
            set_time_of(item.path(), usual_time);
    }
    for (const auto& [path, time] : times_)
        set_time(path, time);
}

void RecordedTree::write(std::string_view path, std::string_view content)
{
    const auto at = in_tree(path);
    std::filesystem::create_directories(at.parent_path());
    std::filesystem::remove(at);
    std::ofstream file{at, std::ios::binary};
    file << content;
    if (!file.flush())
        throw std::runtime_error{"recorded tree: cannot write " + at.string()};
    file.close();
    set_time_of(at, usual_time);
}

void RecordedTree::remove(std::string_view path)
{
    if (std::filesystem::remove_all(in_tree(path)) == 0)
        throw std::runtime_error{"recorded tree: there is no " + std::string{path}};
}

void RecordedTree::set_time(std::string_view path, Timestamp when)
{
    set_time_of(in_tree(path), when);
}

Result<std::string> RecordedSystem::recorded(
    std::string_view name, std::string_view interface) const
{
    std::ifstream file{root_ / ".live" / name, std::ios::binary};
    if (!file)
        return Error{Errc::unsupported, std::string{interface} + ": not recorded"};
    return std::string{std::istreambuf_iterator<char>{file}, {}};
}

Result<agent::probes::KernelName> RecordedSystem::kernel_name() const
{
    const auto text = recorded("kernel_name", "uname");
    if (!text)
        return text.error();
    agent::probes::KernelName name;
    std::istringstream{*text} >> name.release >> name.machine;
    return name;
}

Result<std::string> RecordedSystem::netlink_dump(agent::probes::NetlinkTable table) const
{
    using agent::probes::NetlinkTable;
    switch (table)
    {
    case NetlinkTable::addresses:
        return recorded("netlink_addresses", "netlink addresses");
    case NetlinkTable::nftables:
        return recorded("netlink_nftables", "netlink nftables");
    case NetlinkTable::neighbours:
        break;
    }
    return recorded("netlink_neighbours", "netlink neighbours");
}

Result<agent::probes::TimeState> RecordedSystem::time_state() const
{
    const auto text = recorded("time_state", "adjtimex");
    if (!text)
        return text.error();
    return agent::probes::TimeState{.synchronised = text->starts_with("synchronised")};
}

Result<std::vector<agent::probes::UnitState>> RecordedSystem::units() const
{
    const auto text = recorded("units", "system bus");
    if (!text)
        return text.error();
    std::vector<agent::probes::UnitState> units;
    std::istringstream lines{*text};
    agent::probes::UnitState unit;
    while (lines >> unit.name >> unit.active_state >> unit.sub_state)
        units.push_back(unit);
    return units;
}

RecordedMachine::RecordedMachine(std::string_view name)
    : tree{name}
    , clock{*parse_rfc3339("2026-03-10T12:00:00Z")}
    , live{tree.root()}
    , memory{{}, tree.root(), clock}
{}

agent::probes::ProbeContext RecordedMachine::context()
{
    return {tree.root(), clock, live, memory, {}};
}

} // namespace mimamori::tests
