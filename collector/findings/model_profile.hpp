#pragma once

#include "collector/rules/site_view.hpp"
#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <boost/describe/class.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What is usual on devices of a model, as one hospital writes it down for another. Pure.
namespace mimamori::collector::findings {

/// A port, service or kind of peer, as rules/profile_facts.hpp names it: "tcp/445", "cups (cupsd)",
/// "out inside tcp/104 viewer.exe".
struct ProfileKey
{
    std::string key;
    std::uint32_t devices{0}; ///< Of those that the profile is made of; 0: not told.

    friend bool operator==(const ProfileKey&, const ProfileKey&) = default;
};
BOOST_DESCRIBE_STRUCT(ProfileKey, (), (key, devices))

/// A program, known by its content.
struct ProfileProgram
{
    std::string path;
    std::string sha256;
    std::string signer;
    std::string product;
    std::string version;
    std::uint32_t devices{0}; ///< Of those that the profile is made of.

    friend bool operator==(const ProfileProgram&, const ProfileProgram&) = default;
};
BOOST_DESCRIBE_STRUCT(ProfileProgram, (), (path, sha256, signer, product, version, devices))

/// The document. It names no device, person, department or address.
struct ModelProfileFile
{
    std::string format;   ///< `profile_format`, or an older one.
    std::string hospital; ///< Who made it, as its site is called; empty: it does not say.
    std::string model;    ///< Vendor and model.
    Timestamp made_at{};
    std::uint32_t devices{0}; ///< That it is made of.
    std::vector<ProfileKey> ports;
    std::vector<ProfileKey> services;
    std::vector<ProfileKey> peers;
    std::vector<ProfileProgram> programs;
    std::string sha256; ///< Of the document without it: it came as it was written.

    friend bool operator==(const ModelProfileFile&, const ModelProfileFile&) = default;
};
BOOST_DESCRIBE_STRUCT(
    ModelProfileFile,
    (),
    (format, hospital, model, made_at, devices, ports, services, peers, programs, sha256))

inline constexpr std::string_view profile_format = "mimamori-model-profile-2";

/// Of the first version: ports without numbers of devices, no services, no peers. Still read.
inline constexpr std::string_view profile_format_1 = "mimamori-model-profile-1";

inline constexpr std::size_t profile_keys_max = 1'000; ///< Of ports, of services and of peers.
inline constexpr std::size_t profile_programs_max = 5'000;

/// Whether a profile can have that key: it is one that some device could tell.
bool is_profile_key(rules::ItemKind kind, std::string_view key);

/// The document's list of that kind.
std::vector<ProfileKey>& keys_of(ModelProfileFile& profile, rules::ItemKind kind);
const std::vector<ProfileKey>& keys_of(const ModelProfileFile& profile, rules::ItemKind kind);

/// Fills `format` and `sha256`.
void seal(ModelProfileFile& profile);

/// Whether it is one, whole and unchanged, within the limits. The hash shows damage and careless
/// changes; that somebody trustworthy wrote it, only how it came can show: both sides read the hash
/// to each other.
/// Errors: invalid_input, naming what is wrong; too_large.
Result<void> check_profile(const ModelProfileFile& profile);

} // namespace mimamori::collector::findings
