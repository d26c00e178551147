// Values of vendors' files and keys: whatever they hold becomes a short version, a sane moment, a
// state or an error whose message repeats nothing of them. The first byte chooses the format.
#include "agent/antivirus/formats.hpp"
#include "agent/antivirus/text_sources.hpp"

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace mimamori;
using namespace mimamori::agent::antivirus;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

void check_error(const Error& error)
{
    require(error.message.size() < 60);
}

void check_moment(Format format, std::string_view raw)
{
    const auto now = parse_rfc3339("2026-11-22T10:00:00Z").value();
    const auto moment = parse_moment(format, raw, now);
    if (!moment)
        return check_error(moment.error());
    const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(moment->at)};
    require(int{day.year()} >= 1990 && int{day.year()} <= 2127);
}

void check_version(Format format, std::string_view raw)
{
    const auto version = parse_version(format, raw);
    if (!version)
        return check_error(version.error());
    require(!version->empty() && version->size() <= version_bytes_max);
    require(!is_lower_version(*version, *version));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    constexpr std::uint8_t formats = static_cast<std::uint8_t>(Format::days_left) + 1;
    if (size == 0)
        return 0;
    const auto format = static_cast<Format>(data[0] % formats);
    const std::string_view raw{reinterpret_cast<const char*>(data + 1), size - 1};
    check_moment(format, raw);
    check_version(format, raw);

    Source source;
    source.on = {"1"};
    source.off = {"0"};
    source.mask = size % 2 == 0 ? 0xF000 : 0;
    if (const auto state = parse_state(source, raw); !state)
        check_error(state.error());

    source.find = {"=", "\""};
    source.last = size % 3 == 0;
    source.separator = size % 5 == 0 ? "," : "";
    source.part = data[0] % 4;
    if (const auto piece = extract(raw, source))
        require(piece->size() <= 256);
    if (const auto value = config_value(raw, "DatabaseDirectory"))
        require(value->size() <= 256 && value->find('\n') == std::string::npos);
    if (const auto value = ini_value(raw, "Definitions", "Latest"))
        require(value->size() <= 256 && value->find('\n') == std::string::npos);
    require(ascii_of_utf16le(raw).size() == raw.size() / 2);
    return 0;
}
