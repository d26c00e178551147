#pragma once

#include "common/base/id.hpp"
#include "common/base/time.hpp"
#include "common/wire/digest.hpp"
#include "common/wire/json_writer.hpp"
#include "common/wire/report.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace mimamori::tests {

/// A section as an agent sends it: with its body, or with the digest alone.
template <class Section>
wire::SectionReport with_body(std::string name, const Section& section)
{
    std::string text = wire::to_json(section);
    const std::string digest = wire::digest_of(text);
    return {std::move(name), digest, {std::move(text)}};
}

template <class Section>
wire::SectionReport with_digest(std::string name, const Section& section)
{
    auto report = with_body(std::move(name), section);
    report.body.text.clear();
    return report;
}

inline wire::Event event(std::uint64_t number, Timestamp at, std::string text = "something")
{
    wire::Event made;
    made.number = number;
    made.at = at;
    made.kind = wire::EventKind::network_changed;
    made.text = std::move(text);
    return made;
}

/// 26 characters that look like an id of ours, from one letter.
inline std::string id_text(char letter)
{
    return std::string(26, letter);
}

} // namespace mimamori::tests
