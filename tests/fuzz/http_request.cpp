// A request as it comes over the network: the first byte says in pieces of which size the rest is
// put in. However it is cut, the outcome is the same, and no limit is exceeded.
#include "common/http/parser.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace mimamori;

namespace {

constexpr std::size_t header_size_max = 2048;
constexpr std::size_t body_size_max = 4096;

struct Outcome
{
    http::Stage stage{http::Stage::header};
    unsigned status{0};
    std::string target;
    std::string body;
    std::size_t fields{0};

    bool operator==(const Outcome&) const = default;
};

Outcome parse(std::string_view bytes, std::size_t piece_size)
{
    http::RequestParser parser{header_size_max};
    std::string held;
    bool took_header = false;
    while (!parser.refusal() && parser.stage() != http::Stage::complete)
    {
        const std::size_t more = std::min(piece_size, bytes.size());
        held.append(bytes.substr(0, more));
        bytes.remove_prefix(more);
        const std::size_t taken = parser.put(held);
        if (taken > held.size())
            std::abort();
        held.erase(0, taken);
        if (!parser.refusal() && parser.stage() != http::Stage::header && !took_header)
        {
            took_header = true;
            parser.accept_body(body_size_max);
            continue; // The rest of what is held belongs to the body.
        }
        if (more == 0 && taken == 0)
            break;
    }
    Outcome outcome;
    if (parser.refusal())
    {
        outcome.status = http::to_number(parser.refusal()->status);
        return outcome;
    }
    outcome.stage = parser.stage();
    if (outcome.stage != http::Stage::complete)
        return outcome;
    outcome.target = parser.target();
    outcome.fields = parser.headers().size();
    outcome.body = parser.take_body();
    if (outcome.fields > http::fields_max || outcome.target.size() > http::target_size_max
        || outcome.body.size() > body_size_max)
        std::abort();
    return outcome;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0)
        return 0;
    const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
    const std::size_t piece_size = data[0] % 64 + 1;
    const Outcome whole = parse(bytes, bytes.size() + 1);
    const Outcome pieces = parse(bytes, piece_size);
    // A request cut off early may have been refused or not, but a complete one is the same one.
    const bool is_complete = whole.stage == http::Stage::complete;
    if (is_complete != (pieces.stage == http::Stage::complete))
        std::abort();
    if (is_complete && !(whole == pieces))
        std::abort();
    static_cast<void>(http::percent_decode(bytes));
    static_cast<void>(http::query_decode(bytes));
    return 0;
}
