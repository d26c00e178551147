// The configuration file: any bytes are either settings within their limits or an error that
// names a line. Nothing may crash, hang or be silently replaced by a default.
#include "common/settings/document.hpp"
#include "common/settings/toml.hpp"
#include "tests/unit/common/settings/sample_settings.hpp"

#include <cstdint>
#include <cstdlib>

using namespace mimamori::settings;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size > file_bytes_max)
        return 0;
    const auto layer = read_toml({reinterpret_cast<const char*>(data), size}, "fuzz.toml");
    if (!layer)
    {
        if (!layer.error().message.starts_with("fuzz.toml:"))
            std::abort();
        return 0;
    }
    const auto loaded = load(sample_table(), {*layer});
    if (!loaded)
        return 0;

    // What was accepted can be written down and read again as the same.
    std::string again;
    for (const auto& entry : sample_table().entries())
        again += entry.key + " = " + toml_text(entry.value(&loaded->values)) + '\n';
    const auto layer_again = read_toml(again, "again.toml");
    if (!layer_again)
        std::abort();
    const auto loaded_again = load(sample_table(), {*layer_again});
    if (!loaded_again)
        std::abort();
    const auto before = in_force(sample_table(), *loaded);
    const auto after = in_force(sample_table(), *loaded_again);
    for (std::size_t i = 0; i < before.size(); ++i)
    {
        if (before[i].text != after[i].text)
            std::abort();
    }
    return 0;
}
