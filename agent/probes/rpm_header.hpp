#pragma once

#include "common/base/result.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

/// The header blobs of the rpm database: what is known about one installed package.
namespace mimamori::agent::probes {

/// The tags of rpmtag.h that we look at.
enum class RpmTag : std::uint32_t
{
    name = 1000,
    version = 1001,
    release = 1002,
    epoch = 1003,
    install_time = 1008,
    vendor = 1011,
    arch = 1022,
    dir_indexes = 1116,
    base_names = 1117,
    dir_names = 1118
};

/// Reads values out of one blob (big-endian: number of entries, size of the data, entries of tag,
/// type, offset and count, data). Every offset is checked; the blob outlives the object.
class RpmHeader
{
public:
    /// Errors: invalid_input when the blob is not a header.
    static Result<RpmHeader> parse(std::string_view blob);

    /// A text, or the first one of a list of texts.
    std::optional<std::string_view> text(RpmTag tag) const;

    /// The number at `index` of a list of 32-bit numbers.
    std::optional<std::uint32_t> number(RpmTag tag, std::uint32_t index = 0) const;

    /// The text at `index` of a list of texts. Cost: the texts before it are passed.
    std::optional<std::string_view> text_at(RpmTag tag, std::uint32_t index) const;

private:
    struct Entry
    {
        std::uint32_t type{0};
        std::uint32_t offset{0};
        std::uint32_t count{0};
    };

    std::optional<Entry> find(RpmTag tag) const;

    std::string_view index_;
    std::string_view data_;
};

/// One installed package.
struct RpmPackage
{
    std::string name;
    std::string version; ///< "1:2.3-4.el9"; the epoch only where there is one.
    std::string vendor;
    std::string architecture;
    std::optional<std::uint32_t> installed_s; ///< Seconds since 1970.
};

/// The package of a header; nothing for the keys that rpm keeps among the packages, and for
/// headers without a name.
std::optional<RpmPackage> rpm_package(const RpmHeader& header);

} // namespace mimamori::agent::probes
