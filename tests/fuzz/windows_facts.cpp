#include "agent/probes/windows/autostart.hpp"
#include "agent/probes/windows/smbios.hpp"
#include "agent/windows/event_log.hpp"
#include "agent/windows/moments.hpp"
#include "agent/windows/registry_value.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

// What a Windows machine hands us: moments in all their forms, registry values, events, tasks and
// the firmware's tables. Whatever comes in, a moment lies in the years 1990 to 2100 and text is
// UTF-8 that can be written down again.

namespace {

using namespace mimamori;
using namespace mimamori::agent::windows;

void check(bool kept)
{
    if (!kept)
        std::abort();
}

template <class Moment>
void check_moment(const Result<Moment>& at)
{
    if (!at)
        return;
    const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(*at)};
    // A day's time zone may carry a moment over the edge of a year.
    check(int{day.year()} >= 1989 && int{day.year()} <= 2101);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    check_moment(parse_local_date(bytes));
    check_moment(moment_of_cim(bytes));
    check_moment(moment_of_iso(bytes));
    check_moment(moment_of_filetime_bytes(bytes.substr(0, 8)));
    check_moment(moment_of_systemtime_bytes(bytes.substr(0, 16)));

    const auto text = utf8_of_utf16(bytes);
    if (text)
        check(utf8_of_utf16(utf16_of_utf8(*text)).value() == *text);
    for (const std::uint32_t type : {0U, 1U, 2U, 3U, 4U, 7U, 11U, 99U})
    {
        const RegistryValue value{static_cast<ValueType>(type), std::string{bytes}};
        const bool read = text_of(value).has_value() || texts_of(value).has_value()
                          || number_of(value).has_value() || binary_of(value).has_value();
        check(!read || type != 99U);
    }
    const auto event = parse_event(bytes);
    const auto task = agent::probes::windows::parse_task(bytes, "\\x");
    check(!task || task->name == "\\x");
    const auto firmware = agent::probes::windows::parse_smbios(bytes);
    check(!firmware || firmware->uuid.empty() || firmware->uuid.size() == 36);
    check(!event || event->data.size() <= size);
    return 0;
}
