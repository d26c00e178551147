#include "agent/probes/rpm_header.hpp"

#include "agent/probes/text.hpp"

namespace mimamori::agent::probes {
namespace {

constexpr std::size_t entry_bytes = 16;
constexpr std::uint32_t entries_max = 65'536;

// Types of rpmtag.h.
constexpr std::uint32_t type_int32 = 4;
constexpr std::uint32_t type_string = 6;
constexpr std::uint32_t type_string_array = 8;
constexpr std::uint32_t type_i18n_string = 9;

std::uint32_t u32_at(std::string_view bytes, std::size_t at)
{
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
        value = value << 8U | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

/// The text that ends with the next NUL.
std::optional<std::string_view> text_from(std::string_view bytes)
{
    const auto end = bytes.find('\0');
    if (end == std::string_view::npos)
        return std::nullopt;
    return bytes.substr(0, end);
}

} // namespace

Result<RpmHeader> RpmHeader::parse(std::string_view blob)
{
    const Error damaged{Errc::invalid_input, "not an rpm header"};
    if (blob.size() < 8)
        return damaged;
    const std::uint32_t entries = u32_at(blob, 0);
    const std::uint32_t data_bytes = u32_at(blob, 4);
    if (entries == 0 || entries > entries_max)
        return damaged;
    const std::size_t index_bytes = entries * entry_bytes;
    if (blob.size() - 8 < index_bytes || blob.size() - 8 - index_bytes < data_bytes)
        return damaged;
    RpmHeader header;
    header.index_ = blob.substr(8, index_bytes);
    header.data_ = blob.substr(8 + index_bytes, data_bytes);
    return header;
}

std::optional<RpmHeader::Entry> RpmHeader::find(RpmTag tag) const
{
    for (std::size_t at = 0; at < index_.size(); at += entry_bytes)
    {
        if (u32_at(index_, at) != static_cast<std::uint32_t>(tag))
            continue;
        const Entry entry{u32_at(index_, at + 4), u32_at(index_, at + 8), u32_at(index_, at + 12)};
        if (entry.offset >= data_.size() || entry.count == 0)
            return std::nullopt;
        return entry;
    }
    return std::nullopt;
}

std::optional<std::string_view> RpmHeader::text(RpmTag tag) const
{
    return text_at(tag, 0);
}

std::optional<std::string_view> RpmHeader::text_at(RpmTag tag, std::uint32_t index) const
{
    const auto entry = find(tag);
    if (!entry || index >= entry->count)
        return std::nullopt;
    const bool is_text = entry->type == type_string || entry->type == type_string_array
                         || entry->type == type_i18n_string;
    if (!is_text)
        return std::nullopt;
    std::string_view rest = data_.substr(entry->offset);
    for (std::uint32_t i = 0; i < index; ++i)
    {
        const auto passed = text_from(rest);
        if (!passed)
            return std::nullopt;
        rest.remove_prefix(passed->size() + 1);
    }
    return text_from(rest);
}

std::optional<std::uint32_t> RpmHeader::number(RpmTag tag, std::uint32_t index) const
{
    const auto entry = find(tag);
    if (!entry || entry->type != type_int32 || index >= entry->count)
        return std::nullopt;
    if ((data_.size() - entry->offset) / 4 <= index)
        return std::nullopt;
    return u32_at(data_, entry->offset + std::size_t{index} * 4);
}

std::optional<RpmPackage> rpm_package(const RpmHeader& header)
{
    const auto name = header.text(RpmTag::name);
    if (!name || name->empty() || *name == "gpg-pubkey")
        return std::nullopt;
    RpmPackage package;
    package.name = fact_text(*name, 256);
    if (const auto epoch = header.number(RpmTag::epoch); epoch && *epoch > 0)
        package.version = std::to_string(*epoch) + ':';
    package.version += fact_text(header.text(RpmTag::version).value_or(""), 256);
    if (const auto release = header.text(RpmTag::release))
        package.version += '-' + fact_text(*release, 256);
    package.vendor = fact_text(header.text(RpmTag::vendor).value_or(""), 256);
    package.architecture = fact_text(header.text(RpmTag::arch).value_or(""), 64);
    package.installed_s = header.number(RpmTag::install_time);
    return package;
}

} // namespace mimamori::agent::probes
