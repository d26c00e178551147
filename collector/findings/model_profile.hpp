#pragma once

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

/// A port that other machines can reach: "tcp/445", "tcp/dynamic svc.exe".
struct ProfilePort
{
    std::string key;

    friend bool operator==(const ProfilePort&, const ProfilePort&) = default;
};
BOOST_DESCRIBE_STRUCT(ProfilePort, (), (key))

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
    std::string format;   ///< `profile_format`.
    std::string hospital; ///< Who made it, as its site is called; empty: it does not say.
    std::string model;    ///< Vendor and model.
    Timestamp made_at{};
    std::uint32_t devices{0}; ///< That it is made of.
    std::vector<ProfilePort> ports;
    std::vector<ProfileProgram> programs;
    std::string sha256; ///< Of the document without it: it came as it was written.

    friend bool operator==(const ModelProfileFile&, const ModelProfileFile&) = default;
};
BOOST_DESCRIBE_STRUCT(
    ModelProfileFile, (), (format, hospital, model, made_at, devices, ports, programs, sha256))

inline constexpr std::string_view profile_format = "mimamori-model-profile-1";
inline constexpr std::size_t profile_ports_max = 500;
inline constexpr std::size_t profile_programs_max = 5'000;

/// Fills `format` and `sha256`.
void seal(ModelProfileFile& profile);

/// Whether it is one, whole and unchanged, within the limits. The hash shows damage and careless
/// changes; that somebody trustworthy wrote it, only how it came can show: both sides read the hash
/// to each other.
/// Errors: invalid_input, naming what is wrong; too_large.
Result<void> check_profile(const ModelProfileFile& profile);

} // namespace mimamori::collector::findings
