#include "collector/findings/calls.hpp"

#include "common/wire/json_reader.hpp"

#include "embed/finding_calls.hpp"
#include <algorithm>

namespace mimamori::collector::findings {

namespace {

struct Calls
{
    std::vector<Call> calls;
};
BOOST_DESCRIBE_STRUCT(Calls, (), (calls))

} // namespace

const std::vector<Call>& all_calls()
{
    // A list that cannot be read is a bug that a test finds.
    static const Calls read =
        wire::from_json<Calls>(embedded::finding_calls::files().front().text()).value();
    return read.calls;
}

const Call* call_about(std::string_view rule)
{
    const auto& all = all_calls();
    const auto found = std::find_if(
        all.begin(), all.end(), [rule](const Call& call) { return call.rule == rule; });
    return found != all.end() ? &*found : nullptr;
}

} // namespace mimamori::collector::findings
