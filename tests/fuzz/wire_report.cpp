// What an agent sends and what it is answered: any bytes are either a value or an error, and what
// was accepted is the same after it was written and read again.
#include "common/wire/enrollment.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/json_writer.hpp"
#include "common/wire/report.hpp"
#include "common/wire/signed_document.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace mimamori;

namespace {

template <class T>
void round_trip(std::string_view text)
{
    const auto value = wire::from_json<T>(text);
    if (!value)
    {
        if (value.error().message.empty())
            std::abort();
        return;
    }
    const auto again = wire::from_json<T>(wire::to_json(*value));
    if (!again || !(*again == *value))
        std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    round_trip<wire::Report>(text);
    round_trip<wire::Receipt>(text);
    round_trip<wire::EnrollRequest>(text);
    round_trip<wire::EnrollAnswer>(text);
    round_trip<wire::SignedDocument>(text);
    return 0;
}
