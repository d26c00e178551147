#include "agent/app/given_settings.hpp"

#include <algorithm>

namespace mimamori::agent::app {
namespace {

struct Same
{
    bool operator()(const settings::Other& one, const settings::Other& other) const
    {
        return one.what == other.what;
    }

    template <class T>
    bool operator()(const T& one, const T& other) const
    {
        return one == other;
    }

    template <class T, class U>
    bool operator()(const T&, const U&) const
    {
        return false;
    }
};

} // namespace

bool operator==(const GivenKey& one, const GivenKey& other)
{
    const auto same = [](const auto& left, const auto& right) {
        return left.first == right.first && std::visit(Same{}, left.second, right.second);
    };
    return one.place == other.place
           && std::equal(
               one.values.begin(), one.values.end(), other.values.begin(), other.values.end(),
               same);
}

} // namespace mimamori::agent::app
