#include "agent/probes/utmp.hpp"

#include "agent/probes/text.hpp"

#include <cstring>

namespace mimamori::agent::probes {
namespace {

constexpr std::int32_t user_process = 7;

/// Little-endian, as all machines that have these files here.
std::uint32_t u32_at(std::string_view bytes, std::size_t at)
{
    std::uint32_t value = 0;
    for (std::size_t i = 4; i-- > 0;)
        value = value << 8U | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

/// A field of fixed width that ends with its first NUL.
std::string field(std::string_view record, std::size_t at, std::size_t width)
{
    const std::string_view whole = record.substr(at, width);
    return fact_text(whole.substr(0, whole.find('\0')), 256);
}

} // namespace

UtmpForm utmp_form_of(std::string_view machine)
{
    return machine == "aarch64" ? UtmpForm::wide : UtmpForm::compact;
}

std::vector<LogonRecord> parse_wtmp(std::string_view log, UtmpForm form)
{
    // type 0, pid 4, line 8 (32), id 40 (4), user 44 (32), host 76 (256), exit 332 (4),
    // session 336, time: 340 in the compact form, 344 in the wide one.
    const auto record_bytes = static_cast<std::size_t>(form);
    const std::size_t time_at = form == UtmpForm::compact ? 340 : 344;
    log.remove_prefix(log.size() % record_bytes);
    std::vector<LogonRecord> logons;
    for (; !log.empty(); log.remove_prefix(record_bytes))
    {
        const std::string_view record = log.substr(0, record_bytes);
        // The type is a short with two bytes of padding behind it.
        if ((u32_at(record, 0) & 0xffffU) != static_cast<std::uint32_t>(user_process))
            continue;
        LogonRecord logon;
        logon.line = field(record, 8, 32);
        logon.user = field(record, 44, 32);
        logon.host = field(record, 76, 256);
        logon.at_s = u32_at(record, time_at);
        if (!logon.user.empty())
            logons.push_back(std::move(logon));
    }
    return logons;
}

std::int64_t parse_lastlog_record(std::string_view record)
{
    return record.size() < lastlog_record_bytes ? 0 : std::int64_t{u32_at(record, 0)};
}

} // namespace mimamori::agent::probes
