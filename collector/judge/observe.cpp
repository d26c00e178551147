#include "collector/judge/observe.hpp"

#include "collector/rules/program_kind.hpp"
#include "collector/storage/program_store.hpp"
#include "collector/storage/register_store.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <utility>

namespace mimamori::collector::judge {

namespace {

using storage::DeviceProgram;
using storage::Session;

/// The device's programs while they are brought up to date.
class DevicePrograms
{
public:
    DevicePrograms(Session& session, std::int64_t device_no)
        : session_{session}
        , device_no_{device_no}
    {
        for (const DeviceProgram& program : storage::programs_of(session, device_no))
        {
            if (auto row = storage::find_program(session, program.program_no))
                by_path_[row->program.path].push_back(
                    {program, row->line, row->program.sha256.empty()});
            ++count_;
        }
    }

    /// Notes one program as there. Returns whether that is new.
    bool take(const wire::Program& program, Timestamp seen_at)
    {
        auto& same_path = by_path_[program.path];
        if (program.sha256.empty() && !same_path.empty())
        {
            // The agent has not read it again yet; what is known of it stays.
            for (Held& held : same_path)
                held.present = true;
            return false;
        }
        const bool user_place = rules::is_user_place(program);
        const std::int64_t line = findings::line_of(program, user_place);
        const std::int64_t no = storage::put_program(session_, program, line, user_place, seen_at);
        DeviceProgram taken{no, seen_at};
        for (Held& held : same_path)
        {
            if (held.program.program_no == no)
            {
                held.present = true;
                return false;
            }
            // The same one: its content is known now, or it is another version of it.
            if (held.hash_missing || held.line == line)
                taken.first_seen_at = std::min(taken.first_seen_at, held.program.first_seen_at);
        }
        if (count_ >= programs_kept_max)
        {
            ++not_kept_;
            return false;
        }
        storage::put_device_program(session_, device_no_, taken);
        same_path.push_back({taken, line, program.sha256.empty(), true});
        ++count_;
        return true;
    }

    /// Removes what the list of the device replaced by another content at the same path. What is
    /// only gone stays: learned programs, which may run once a year, and unknown ones, which
    /// people have yet to see.
    void drop_replaced()
    {
        for (auto& [path, same_path] : by_path_)
        {
            const bool replaced = std::any_of(
                same_path.begin(), same_path.end(), [](const Held& held) { return held.present; });
            for (const Held& held : same_path)
            {
                if (replaced && !held.present)
                    storage::remove_device_program(session_, device_no_, held.program.program_no);
            }
        }
    }

    std::uint64_t not_kept() const { return not_kept_; }

private:
    struct Held
    {
        DeviceProgram program;
        std::int64_t line{0};
        bool hash_missing{false};
        bool present{false};
    };

    Session& session_;
    std::int64_t device_no_;
    std::map<std::string, std::vector<Held>> by_path_;
    std::size_t count_{0};
    std::uint64_t not_kept_{0};
};

std::string true_serial(const wire::UsbDevice& device)
{
    return device.serial_made_up ? std::string{} : device.serial;
}

bool is_storage(const wire::UsbDevice& device)
{
    return device.device_class == "storage";
}

std::vector<std::string> split_macs(const std::string& macs)
{
    std::vector<std::string> found;
    for (const std::string& word : split_words(macs))
    {
        if (std::string mac = comparable_mac(word); !mac.empty())
            found.push_back(std::move(mac));
    }
    return found;
}

/// Whether a MAC, written with small letters and colons, is that of one machine.
bool names_a_machine(std::string_view mac)
{
    if (mac.size() != 17 || mac == "00:00:00:00:00:00" || mac == "ff:ff:ff:ff:ff:ff")
        return false;
    for (std::size_t i = 0; i < mac.size(); ++i)
    {
        const char c = mac[i];
        const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
        if (i % 3 == 2 ? c != ':' : !digit)
            return false;
    }
    // The lowest bit of the first byte marks groups, which are no machines.
    const char low = mac[1];
    const int value = low <= '9' ? low - '0' : low - 'a' + 10;
    return value % 2 == 0;
}

} // namespace

void take_programs(
    Session& session,
    const ProgramKnowledge::Device& device,
    News& news,
    ProgramKnowledge& programs,
    Timestamp now)
{
    const bool any_event =
        std::any_of(news.events.begin(), news.events.end(), [](const storage::JudgedEvent& event) {
            return event.event.program.has_value();
        });
    if (!news.facts.processes && !any_event)
        return;

    const std::int64_t device_no = news.row.device_no;
    DevicePrograms held{session, device_no};
    bool changed = false;
    for (const storage::JudgedEvent& event : news.events)
    {
        if (event.event.program && !event.event.program->path.empty())
            changed = held.take(*event.event.program, event.received_at) || changed;
    }
    if (news.facts.processes)
    {
        for (const wire::Program& program : news.facts.processes->programs)
        {
            if (!program.path.empty())
                changed = held.take(program, now) || changed;
        }
        held.drop_replaced();
        news.row.programs_not_kept = held.not_kept();
    }
    const storage::ModelRow& model = programs.model(session, device.model_no);
    const bool learning = now < programs.learning_end_of(model);
    if (changed && learning)
        programs.model_changed(device.model_no);
}

void take_media(Session& session, const News& news, Timestamp now)
{
    const std::int64_t device_no = news.row.device_no;
    for (const storage::JudgedEvent& event : news.events)
    {
        if (event.event.usb && is_storage(*event.event.usb))
            storage::put_device_medium(
                session, device_no, true_serial(*event.event.usb),
                {*event.event.usb, event.received_at});
    }
    if (!news.facts.usb)
        return;
    std::set<std::string> seen;
    const auto key = [](const wire::UsbDevice& device) {
        return device.vendor_id + ':' + device.product_id + ':' + true_serial(device);
    };
    for (const storage::DeviceMedium& medium : storage::media_of(session, device_no))
        seen.insert(key(medium.device));
    for (const wire::UsbDevice& device : news.facts.usb->devices)
    {
        // One that is known and still there was attached when its event said.
        if (is_storage(device) && seen.insert(key(device)).second)
            storage::put_device_medium(session, device_no, true_serial(device), {device, now});
    }
}

void take_neighbours(Session& session, News& news, const std::string& own_macs, Timestamp now)
{
    if (!news.facts.neighbours)
        return;
    const std::int64_t device_no = news.row.device_no;
    const auto own = split_macs(own_macs);
    std::size_t kept = storage::strangers_of(session, device_no).size();
    std::uint64_t not_kept = news.facts.neighbours->not_listed;
    std::set<std::string> done{own.begin(), own.end()};
    for (const wire::Neighbour& neighbour : news.facts.neighbours->neighbours)
    {
        const std::string mac = comparable_mac(neighbour.mac);
        if (mac.empty() || !done.insert(mac).second)
            continue;
        if (storage::is_known_mac(session, mac, now) || storage::find_stranger(session, mac))
            continue;
        if (kept >= strangers_kept_max)
        {
            ++not_kept;
            continue;
        }
        storage::put_stranger(session, {mac, device_no, neighbour.address, now});
        ++kept;
    }
    news.row.strangers_not_kept = not_kept;
}

std::vector<std::int64_t> take_macs(
    Session& session, std::int64_t device_no, const std::string& macs)
{
    const auto own = split_macs(macs);
    storage::put_device_macs(session, device_no, own);
    std::vector<std::int64_t> others;
    for (const std::string& mac : own)
    {
        const auto stranger = storage::find_stranger(session, mac);
        if (!stranger)
            continue;
        storage::remove_stranger(session, mac);
        if (stranger->device_no != device_no)
            others.push_back(stranger->device_no);
    }
    return others;
}

std::vector<std::string> split_words(const std::string& text)
{
    std::istringstream words{text};
    std::vector<std::string> found;
    for (std::string word; words >> word;)
        found.push_back(std::move(word));
    return found;
}

std::string comparable_mac(std::string_view mac)
{
    std::string result;
    for (const char c : mac)
    {
        if (c >= 'A' && c <= 'F')
            result += static_cast<char>(c - 'A' + 'a');
        else
            result += c == '-' ? ':' : c;
    }
    if (!names_a_machine(result))
        result.clear();
    return result;
}

} // namespace mimamori::collector::judge
