#include "agent/probes/deb822.hpp"

#include "agent/probes/text.hpp"

#include <algorithm>
#include <cstring>

namespace mimamori::agent::probes {
namespace {

constexpr std::size_t buffer_bytes = 256U * 1024;
constexpr std::size_t stanza_bytes_max = 1024U * 1024;

} // namespace

StanzaReader::StanzaReader(TextSource& source)
    : source_{source}
    , buffer_(buffer_bytes)
{}

Result<void> StanzaReader::fill()
{
    if (begin_ > 0)
    {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    if (end_ == buffer_.size())
    {
        if (buffer_.size() >= stanza_bytes_max)
            return Error{Errc::too_large, "a stanza of more than 1 MiB"};
        buffer_.resize(buffer_.size() * 2);
    }
    const auto got = source_.read(buffer_.data() + end_, buffer_.size() - end_);
    if (!got)
        return got.error();
    end_ += *got;
    ended_ = *got == 0;
    return {};
}

Result<std::optional<std::string_view>> StanzaReader::next()
{
    std::size_t searched = 0; // of the bytes from begin_ on
    for (;;)
    {
        while (begin_ < end_ && buffer_[begin_] == '\n')
        {
            ++begin_;
            searched = 0;
        }
        const std::string_view waiting{buffer_.data() + begin_, end_ - begin_};
        const auto blank = waiting.find("\n\n", searched);
        if (blank != std::string_view::npos)
        {
            begin_ += blank + 2;
            return std::optional{waiting.substr(0, blank)};
        }
        if (ended_)
        {
            begin_ = end_;
            if (waiting.empty())
                return std::optional<std::string_view>{};
            return std::optional{waiting};
        }
        searched = waiting.empty() ? 0 : waiting.size() - 1;
        if (auto filled = fill(); !filled)
            return filled.error();
    }
}

std::string_view stanza_field(std::string_view stanza, std::string_view name)
{
    while (const auto line = next_line(stanza))
    {
        if (line->size() > name.size() && (*line)[name.size()] == ':' && line->starts_with(name))
            return trimmed(line->substr(name.size() + 1));
    }
    return {};
}

} // namespace mimamori::agent::probes
