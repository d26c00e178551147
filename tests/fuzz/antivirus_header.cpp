// The header of a ClamAV database: any bytes are either a header with a sane build time or an
// error whose message repeats nothing of them.
#include "agent/antivirus/cvd_header.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>

using namespace mimamori;
using namespace mimamori::agent::antivirus;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

void check(std::string_view bytes)
{
    const auto header = parse_cvd_header(bytes);
    if (header)
    {
        const std::chrono::year_month_day day{
            std::chrono::floor<std::chrono::days>(header->built_at)};
        require(bytes.size() >= cvd_header_bytes);
        require(int{day.year()} >= 1989 && int{day.year()} <= 2101);
        return;
    }
    require(header.error().code == Errc::invalid_input);
    require(header.error().message.starts_with("ClamAV header: "));
    require(header.error().message.size() < 80);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::string bytes{reinterpret_cast<const char*>(data), size};
    check(bytes);
    // Most inputs are shorter than a header; padded they reach the fields.
    bytes.resize(std::max(bytes.size(), cvd_header_bytes), ' ');
    check(bytes);
    return 0;
}
