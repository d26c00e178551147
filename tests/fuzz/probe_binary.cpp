// Binary answers and logs that the Linux probes read. The first byte says which; every text that
// comes out must be fit for a fact: valid UTF-8 and short.
#include "agent/probes/ip_text.hpp"
#include "agent/probes/netlink.hpp"
#include "agent/probes/rpm_header.hpp"
#include "agent/probes/security.hpp"
#include "agent/probes/system_bus.hpp"
#include "agent/probes/text.hpp"
#include "agent/probes/utmp.hpp"
#include "common/base/utf8.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace mimamori;
using namespace mimamori::agent::probes;

namespace {

void check(std::string_view text)
{
    if (!is_utf8(text) || text.size() > fact_bytes_max * 2)
        std::abort();
}

void read_netlink(std::string_view bytes)
{
    for (const auto& address : parse_addresses(bytes))
        check(address_text(address.address));
    for (const auto& neighbour : parse_neighbours(bytes))
    {
        check(address_text(neighbour.address));
        check(mac_text(neighbour.mac));
    }
    for (const auto& table : parse_nftables_tables(bytes))
        check(table);
}

void read_logs(std::string_view bytes)
{
    for (const auto form : {UtmpForm::compact, UtmpForm::wide})
    {
        for (const auto& logon : parse_wtmp(bytes, form))
        {
            check(logon.user);
            check(logon.line);
            check(logon.host);
        }
    }
    parse_lastlog_record(bytes);
    parse_efi_switch(bytes);
}

void read_rpm(std::string_view bytes)
{
    const auto header = RpmHeader::parse(bytes);
    if (!header)
        return;
    if (const auto package = rpm_package(*header))
    {
        check(package->name);
        check(package->version);
        check(package->vendor);
    }
    for (const std::uint32_t index : {0U, 1U, 7U, 0xffffffffU})
    {
        header->text_at(RpmTag::base_names, index);
        const auto folder = header->number(RpmTag::dir_indexes, index);
        header->text_at(RpmTag::dir_names, folder.value_or(index));
    }
}

void read_bus(std::string_view bytes)
{
    bus_message_size(bytes.substr(0, bus_header_bytes)).has_value();
    const auto message = parse_bus_message(bytes);
    const auto units = parse_unit_list(message ? message->body : bytes);
    if (message)
        check(message->error_name);
    if (!units)
        return;
    for (const auto& unit : *units)
    {
        check(unit.name);
        check(unit.active_state);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0)
        return 0;
    const std::string_view bytes{reinterpret_cast<const char*>(data + 1), size - 1};
    switch (data[0])
    {
    case 'n':
        read_netlink(bytes);
        break;
    case 'l':
        read_logs(bytes);
        break;
    case 'r':
        read_rpm(bytes);
        break;
    case 'b':
        read_bus(bytes);
        break;
    default:
        break;
    }
    return 0;
}
