#include "collector/http/router.hpp"

#include "common/http/parser.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace mimamori::collector::http {
namespace {

/// Deeper paths than any route of ours are found by nobody.
constexpr std::size_t segments_max{16};

using Segments = std::vector<std::string_view>;

bool is_place(std::string_view segment)
{
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

bool is_rest(std::string_view segment)
{
    return is_place(segment) && segment[segment.size() - 2] == '*';
}

std::string_view place_name(std::string_view segment)
{
    return segment.substr(1, segment.size() - (is_rest(segment) ? 3 : 2));
}

/// "/a/b" has the segments "a", "b"; "/" has one empty segment.
Segments split(std::string_view path)
{
    Segments segments;
    segments.reserve(8);
    while (!path.empty())
    {
        path.remove_prefix(1); // The slash.
        const std::size_t size = std::min(path.find('/'), path.size());
        segments.push_back(path.substr(0, size));
        path.remove_prefix(size);
    }
    return segments;
}

/// Which of two matching patterns is meant: the one that is literal at the first difference.
int weight(std::string_view segment)
{
    if (is_rest(segment))
        return 0;
    return is_place(segment) ? 1 : 2;
}

bool is_more_exact(const Segments& left, const Segments& right)
{
    const std::size_t size = std::min(left.size(), right.size());
    for (std::size_t i = 0; i < size; ++i)
    {
        if (weight(left[i]) != weight(right[i]))
            return weight(left[i]) > weight(right[i]);
    }
    return left.size() > right.size();
}

bool matches(const Segments& pattern, const Segments& path)
{
    for (std::size_t i = 0; i < pattern.size(); ++i)
    {
        if (is_rest(pattern[i]))
            return true;
        if (i >= path.size())
            return false;
        const bool fits = is_place(pattern[i]) ? !path[i].empty() : pattern[i] == path[i];
        if (!fits)
            return false;
    }
    return pattern.size() == path.size();
}

bool answers(Method route, Method asked)
{
    return route == asked || (route == Method::get && asked == Method::head);
}

} // namespace

Router::Router(std::vector<Route> routes)
    : routes_{std::move(routes)}
{
    for (const Route& route : routes_)
    {
        if (route.pattern.empty() || route.pattern.front() != '/')
            throw std::logic_error{"a route's pattern begins with a slash"};
        patterns_.push_back(split(route.pattern));
    }
}

Router::Found Router::find(Method method, std::string_view path) const
{
    if (path.empty() || path.front() != '/'
        || std::count(path.begin(), path.end(), '/') > static_cast<std::ptrdiff_t>(segments_max))
        return NotFound{};
    const Segments segments = split(path);
    std::optional<std::size_t> best; // The most exact pattern that fits.
    for (std::size_t i = 0; i < routes_.size(); ++i)
    {
        if (matches(patterns_[i], segments)
            && (!best || is_more_exact(patterns_[i], patterns_[*best])))
            best = i;
    }
    if (!best)
        return NotFound{};

    std::string allow;
    for (std::size_t i = *best; i < routes_.size(); ++i)
    {
        const bool as_exact =
            matches(patterns_[i], segments) && !is_more_exact(patterns_[*best], patterns_[i]);
        if (!as_exact)
            continue;
        if (answers(routes_[i].method, method))
            return decode(i, segments);
        allow += allow.empty() ? "" : ", ";
        allow += mimamori::http::to_text(routes_[i].method);
        allow += routes_[i].method == Method::get ? ", HEAD" : "";
    }
    return WrongMethod{std::move(allow)};
}

Router::Found Router::decode(std::size_t index, const Segments& path) const
{
    const Segments& pattern = patterns_[index];
    Match match{&routes_[index], {}};
    for (std::size_t i = 0; i < pattern.size(); ++i)
    {
        if (!is_place(pattern[i]))
            continue;
        std::string encoded;
        if (is_rest(pattern[i]))
        {
            for (std::size_t k = i; k < path.size(); ++k)
                encoded.append(k == i ? "" : "/").append(path[k]);
        }
        else
        {
            encoded = path[i];
        }
        auto plain = mimamori::http::percent_decode(encoded);
        if (!plain)
            return NotFound{};
        match.params.emplace_back(place_name(pattern[i]), std::move(*plain));
    }
    return match;
}

} // namespace mimamori::collector::http
