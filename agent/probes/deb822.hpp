#pragma once

#include "agent/probes/text_source.hpp"
#include "common/base/result.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

/// The form of Debian's control files (deb822(5)): stanzas of `Field: value` lines with blank
/// lines between them.
namespace mimamori::agent::probes {

/// Takes one stanza after the other from a text of any length.
class StanzaReader
{
public:
    explicit StanzaReader(TextSource& source);

    /// The next stanza; nothing at the end. It points into the reader and lives until the next
    /// call. Errors: those of the source; too_large for a stanza above 1 MiB.
    Result<std::optional<std::string_view>> next();

private:
    Result<void> fill();

    TextSource& source_;
    std::vector<char> buffer_;
    std::size_t begin_{0};
    std::size_t end_{0};
    bool ended_{false};
};

/// The first line of a field's value, trimmed; empty when the stanza has no such field. Names are
/// compared exactly: the tools write them in one way.
std::string_view stanza_field(std::string_view stanza, std::string_view name);

} // namespace mimamori::agent::probes
