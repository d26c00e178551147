// The definitions file: whatever it says, and whoever signed it, only compiled-in places are asked
// for and only dates, versions and states come out.
#include "agent/antivirus/allowed_places.hpp"
#include "agent/antivirus/find_products.hpp"
#include "agent/antivirus/formats.hpp"
#include "common/base/ascii.hpp"
#include "tests/unit/agent/antivirus/recorded_facts.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

using namespace mimamori;
using namespace mimamori::agent::antivirus;

namespace {

constexpr std::string_view secret = "s3cr3t";

void require(bool holds)
{
    if (!holds)
        std::abort();
}

/// Whether a file or key is one that a product may declare as its place.
bool is_allowed(const std::string& asked)
{
    constexpr std::string_view programs =
        R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall)";
    if (asked.find_first_of("/\\") == std::string::npos || asked.starts_with(programs))
        return true; // A WMI class is checked by its full name before it is asked for.
    Product probe;
    probe.id = "probe";
    probe.presence.resize(1);
    const bool is_path = asked.starts_with('/') || asked.starts_with('%');
    (is_path ? probe.places.files : probe.places.registry) = {asked};
    return reason_to_refuse(probe).empty();
}

RecordedFacts machine(const std::string& platform)
{
    RecordedFacts facts{platform};
    facts.add_package("clamav", "1.4.6+dfsg-0");
    facts.add_process("clamd");
    facts.add_service("WinDefend", true);
    facts.add_file("/etc/clamav/freshclam.conf", "DatabaseDirectory /etc\nVersion 1.2\n");
    facts.add_file("/etc/shadow", "root:$y$" + std::string{secret});
    facts.add_file("/var/lib/clamav/daily.cvd", std::string{secret} + " 20261023");
    facts.add_value(R"(HKLM\SOFTWARE\McAfee\AVEngine)", "AVDatDate", "2026/10/23");
    facts.add_value(R"(HKLM\SAM\SAM)", "F", std::string{secret});
    return facts;
}

void check_text(std::string_view text)
{
    require(text.size() <= version_bytes_max);
    require(std::all_of(text.begin(), text.end(), [](char c) {
        constexpr std::string_view marks = ".+~:_-";
        return is_ascii_digit(c) || is_ascii_letter(c) || marks.find(c) != std::string_view::npos;
    }));
    require(text.empty() || is_ascii_digit(text.front()));
}

void interpret(const Definitions& definitions, const std::string& platform)
{
    const RecordedFacts facts = machine(platform);
    const auto now = parse_rfc3339("2026-11-22T10:00:00Z").value();
    const auto section = find_products(definitions, facts, now);
    for (const std::string& asked : facts.asked())
        require(is_allowed(asked));
    for (const wire::AntivirusProduct& product : section.products)
    {
        check_text(product.version);
        check_text(product.engine_version);
        check_text(product.pattern_version);
        for (const wire::UnknownFact& unknown : product.unknown)
            require(unknown.why.find(secret) == std::string::npos);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    if (text.find(secret) != std::string_view::npos)
        return 0;
    const auto definitions = parse_definitions(text);
    if (!definitions)
        return 0;
    for (const Product& product : definitions->products)
        require(reason_to_refuse(product).empty());
    interpret(*definitions, "linux");
    interpret(*definitions, "windows");
    return 0;
}
