#include "collector/enroll/address_ranges.hpp"

#include <algorithm>

namespace mimamori::collector::enroll {
namespace {

namespace ip = boost::asio::ip;

Error bad(std::string_view piece)
{
    return Error{
        Errc::invalid_input,
        "\"" + std::string{piece} + "\" is neither an address nor a network such as 10.20.0.0/16"};
}

/// How many leading bits are the network's: given behind the slash, else all of them.
Result<unsigned short> prefix_of(std::string_view piece, std::size_t slash, unsigned short most)
{
    if (slash == std::string_view::npos)
        return most;
    const std::string_view digits = piece.substr(slash + 1);
    if (digits.empty() || digits.size() > 3
        || digits.find_first_not_of("0123456789") != std::string_view::npos)
        return bad(piece);
    const int bits = std::stoi(std::string{digits});
    if (bits > most)
        return bad(piece);
    return static_cast<unsigned short>(bits);
}

} // namespace

Result<AddressRanges> AddressRanges::parse(std::string_view text)
{
    AddressRanges ranges;
    constexpr std::string_view separators = " ,;\t\r\n";
    for (;;)
    {
        const std::size_t begin = text.find_first_not_of(separators);
        if (begin == std::string_view::npos)
            return ranges;
        text.remove_prefix(begin);
        const std::string_view piece = text.substr(0, text.find_first_of(separators));
        text.remove_prefix(piece.size());
        if (ranges.v4_.size() + ranges.v6_.size() == count_max)
            return Error{Errc::too_large, "more than 32 networks"};

        const std::size_t slash = piece.find('/');
        boost::system::error_code failed;
        const auto address = ip::make_address(std::string{piece.substr(0, slash)}, failed);
        if (failed)
            return bad(piece);
        const unsigned short most = address.is_v4() ? 32 : 128;
        const auto prefix = prefix_of(piece, slash, most);
        if (!prefix)
            return prefix.error();
        if (address.is_v4())
            ranges.v4_.push_back(ip::network_v4{address.to_v4(), *prefix}.canonical());
        else
            ranges.v6_.push_back(ip::network_v6{address.to_v6(), *prefix}.canonical());
    }
}

bool AddressRanges::contain(const ip::address& address) const
{
    if (v4_.empty() && v6_.empty())
        return true;
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return contain(ip::make_address_v4(ip::v4_mapped, address.to_v6()));
    if (address.is_v4())
    {
        const std::uint32_t bits = address.to_v4().to_uint();
        return std::any_of(v4_.begin(), v4_.end(), [&](const ip::network_v4& range) {
            const std::uint32_t mask = range.netmask().to_uint();
            return (bits & mask) == range.network().to_uint();
        });
    }
    // The zone ("%eth0") says nothing about who it is.
    const ip::address_v6 plain{address.to_v6().to_bytes()};
    return std::any_of(v6_.begin(), v6_.end(), [&](const ip::network_v6& range) {
        return ip::network_v6(plain, range.prefix_length()).canonical() == range;
    });
}

std::string AddressRanges::text() const
{
    std::string out;
    const auto add = [&](const std::string& piece) {
        out += out.empty() ? "" : " ";
        out += piece;
    };
    for (const ip::network_v4& range : v4_)
        add(range.to_string());
    for (const ip::network_v6& range : v6_)
        add(range.to_string());
    return out;
}

} // namespace mimamori::collector::enroll
