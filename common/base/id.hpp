#pragma once

#include <compare>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace mimamori {

/// A name for one kind of thing, which cannot be mixed up with the name of another kind.
///
/// `Tag` is an empty struct that only tells the kinds apart. The text is opaque; who makes an id
/// decides its form, who receives one from outside checks it.
template <class Tag>
class Id
{
public:
    Id() = default;

    explicit Id(std::string text)
        : text_{std::move(text)}
    {}

    const std::string& text() const { return text_; }

    bool empty() const { return text_.empty(); }

    friend auto operator<=>(const Id&, const Id&) = default;
    friend bool operator==(const Id&, const Id&) = default;

private:
    std::string text_;
};

/// One enrolled key pair: 26 characters of Crockford base32 (128 random bits), made by the
/// collector at enrolment and carried in the certificate's common name.
using AgentId = Id<struct AgentIdTag>;

/// One life of an agent's spool: 26 characters as above, random, new whenever the spool is new.
using StreamId = Id<struct StreamIdTag>;

/// One machine in the ledger. Agents come and go (re-imaging); the device stays.
using DeviceId = Id<struct DeviceIdTag>;

/// One hospital or department in the site tree.
using SiteId = Id<struct SiteIdTag>;

} // namespace mimamori

template <class Tag>
struct std::hash<mimamori::Id<Tag>>
{
    std::size_t operator()(const mimamori::Id<Tag>& id) const
    {
        return std::hash<std::string>{}(id.text());
    }
};
