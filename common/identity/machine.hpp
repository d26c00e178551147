#pragma once

#include "common/wire/enrollment.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// What machines are recognised by. Matching only: no fact, and no number of them, is an identity.
namespace mimamori::identity {

enum class FactKind
{
    uuid,
    serial,
    board_serial,
    disk_serial,
    mac,
    hostname
};

/// "uuid", "serial", "board_serial", "disk_serial", "mac", "hostname": in the database and the API.
std::string_view to_text(FactKind kind);

/// One normalised fact: small letters, no blanks around, MACs with colons.
struct Fact
{
    FactKind kind{FactKind::uuid};
    std::string value;

    friend auto operator<=>(const Fact&, const Fact&) = default;
    friend bool operator==(const Fact&, const Fact&) = default;
};

/// More of one kind than this are cut off: strangers send them.
inline constexpr std::size_t facts_of_a_kind_max = 16;

/// Whether many machines carry this value: left blank by the maker, a counter that was never set,
/// an address that belongs to no network card.
bool is_junk(FactKind kind, std::string_view value);

/// The facts that may tell this machine from others, sorted, each once, without junk.
std::vector<Fact> fingerprint_of(const wire::MachineFacts& machine);

/// `machine` for sending and storing: junk is blanked, lists are cut, texts are shortened. The
/// host name stays, whatever it is, since people look for it.
wire::MachineFacts without_junk(wire::MachineFacts machine);

} // namespace mimamori::identity
