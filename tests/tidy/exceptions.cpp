#include "tests/tidy/checks.hpp"

#include <algorithm>
#include <stdexcept>

namespace mimamori::tidy {
namespace {

bool accepts(const Exception& exception, const Complaint& complaint)
{
    const bool is_here = exception.path.ends_with('/') ? complaint.path.starts_with(exception.path)
                                                       : complaint.path == exception.path;
    return is_here && exception.check == complaint.check
           && complaint.text.find(exception.word) != std::string::npos;
}

} // namespace

std::vector<Exception> parse_exceptions(std::string_view text)
{
    std::vector<Exception> exceptions;
    std::size_t number = 0;
    for (std::string_view line : lines_of(text))
    {
        ++number;
        line = trimmed(line);
        if (line.empty() || line[0] == '#')
            continue;
        std::vector<std::string> parts;
        const std::size_t bar = line.find(" | ");
        std::string_view head = trimmed(line.substr(0, bar));
        while (!head.empty() && parts.size() < 2)
        {
            const std::size_t end = std::min(head.find(' '), head.size());
            parts.emplace_back(head.substr(0, end));
            head = trimmed(head.substr(end));
        }
        const std::string reason{
            bar == std::string_view::npos ? "" : trimmed(line.substr(bar + 3))};
        if (parts.size() < 2 || reason.empty())
            throw std::runtime_error{
                "exceptions.txt:" + std::to_string(number)
                + ": expected: check path [words] | reason"};
        exceptions.push_back({parts[0], parts[1], std::string{head}, reason, false});
    }
    return exceptions;
}

Complaints without_exceptions(Complaints complaints, std::vector<Exception>& exceptions)
{
    std::erase_if(complaints, [&](const Complaint& complaint) {
        bool accepted = false;
        for (auto& exception : exceptions)
        {
            if (accepts(exception, complaint))
                exception.used = accepted = true;
        }
        return accepted;
    });
    return complaints;
}

} // namespace mimamori::tidy
