#pragma once

#include "common/base/result.hpp"
#include "common/base/time.hpp"

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Antivirus products: which are there, how old their patterns are, whether they watch.
///
/// How to find that out is data, the definitions file; the code here interprets it. A definitions
/// file can only choose among the methods and formats below, only inside the vendors' places that
/// are compiled in (allowed_places.hpp), and only ever yields dates, versions and states.
namespace mimamori::agent::antivirus {

/// Where a value comes from. A method that this program does not know becomes `unknown` and its
/// source is skipped with that reason, so that newer definitions serve older agents.
enum class Method
{
    unknown,
    cvd_header,        ///< Header of the newest ClamAV database among `paths`; see `get`.
    file_time,         ///< Newest modification time among `paths`.
    file_exists,       ///< Whether one of `paths` exists.
    text,              ///< Text of the first of `paths` that exists.
    config,            ///< "Key value" or "Key = value" lines, '#' comments: the value of `key`.
    ini,               ///< "[section]" and "key=value" lines; an empty `section` means any.
    registry,          ///< A registry value, or several joined by '.'; no value: the key exists.
    registry_key_name, ///< The names of the keys that `key` with its '*' stands for.
    wmi,               ///< A property of a WMI class, of each instance.
    process,           ///< Whether a program of that name runs.
    service,           ///< Whether a service or unit runs; in `presence`: whether it exists.
    package,           ///< Version of the first of the installed packages `names`.
    uninstall,         ///< Version of the installed program with the display name `name`.
    none               ///< Nothing can tell; `why` says so.
};
BOOST_DESCRIBE_ENUM(
    Method,
    unknown,
    cvd_header,
    file_time,
    file_exists,
    text,
    config,
    ini,
    registry,
    registry_key_name,
    wmi,
    process,
    service,
    package,
    uninstall,
    none)

/// How a text or number becomes a version or a moment. All times are UTC but `asctime_local`.
enum class Format
{
    unknown,
    version,          ///< The leading run of version characters, beginning with a digit.
    upstream_version, ///< A package version without epoch and packaging suffix: "1.4.6".
    trend_pattern,    ///< 1934500 is 19.345.00.
    ymd,              ///< 20160225, 2016-02-25, 2016/02/25, and whatever follows.
    ymdhms,           ///< Year to second, separators ignored.
    ymdhm,            ///< Year to minute.
    ymdh,             ///< Year to hour.
    yymmddhh,         ///< The first run of digits, which must have eight.
    dmyhms,           ///< Day, month, year to second, separators ignored.
    unix_s,           ///< Seconds since 1970; 0 and 0xFFFFFFFF mean never.
    filetime,         ///< 8 bytes little endian or a number: 100 ns since 1601.
    symantec_bytes,   ///< Byte 0 year - 1970, byte 1 month - 1, byte 2 day.
    asctime_local,    ///< "Sun Nov 22 05:10:37 2026" in the machine's time zone.
    days_left         ///< That many days from today.
};
BOOST_DESCRIBE_ENUM(
    Format,
    unknown,
    version,
    upstream_version,
    trend_pattern,
    ymd,
    ymdhms,
    ymdhm,
    ymdh,
    yymmddhh,
    dmyhms,
    unix_s,
    filetime,
    symantec_bytes,
    asctime_local,
    days_left)

/// Which part of a ClamAV header is wanted.
enum class HeaderPart
{
    unknown,
    built,   ///< When the database was made.
    version, ///< Its number.
    applied  ///< When the file was written on this machine.
};
BOOST_DESCRIBE_ENUM(HeaderPart, unknown, built, version, applied)

/// Which of the two registry views of 64-bit Windows holds a key.
enum class RegistryView
{
    both, ///< The 32-bit view first, then the native one.
    native,
    wow,
    unknown
};
BOOST_DESCRIBE_ENUM(RegistryView, both, native, wow, unknown)

/// One way to one value.
///
/// Steps from the raw text to the value: look for each of `find` after the one before it and keep
/// what follows (`last`: the last place where the first of them stands); keep one line of it; split
/// it at `separator` and keep piece number `part`; understand it by `format`. A state compares with
/// `on` and `off`; when one of these lists is empty, everything else is that.
struct Source
{
    Method method{Method::unknown};
    std::vector<std::string> paths;
    std::string key;
    std::string value;
    std::vector<std::string> values;
    std::string section;
    std::string name;
    std::vector<std::string> names;
    std::string wmi_namespace;
    std::string wmi_class;
    std::string where;                 ///< wmi: only instances whose property of this name …
    std::vector<std::string> contains; ///< … holds one of these, the case of letters ignored.
    RegistryView view{RegistryView::both};
    HeaderPart get{HeaderPart::unknown};
    std::string encoding; ///< "utf16le", or nothing for bytes that hold ASCII.
    std::vector<std::string> find;
    bool last{false};
    std::string separator;
    std::uint32_t part{0};
    std::string absent; ///< config: the value when the file has no such key.
    std::uint32_t mask{0};
    std::vector<std::string> on;
    std::vector<std::string> off;
    Format format{Format::unknown};
    std::vector<Source> when;   ///< States that must all be on, or the source is passed over.
    bool stop_if_broken{false}; ///< When it is there but not understood, no later source counts.
    bool unverified{false};     ///< May tell a version, but no date and no state.
    std::string why;            ///< none: the reason.
};
BOOST_DESCRIBE_STRUCT(
    Source,
    (),
    (method,
     paths,
     key,
     value,
     values,
     section,
     name,
     names,
     wmi_namespace,
     wmi_class,
     where,
     contains,
     view,
     get,
     encoding,
     find,
     last,
     separator,
     part,
     absent,
     mask,
     on,
     off,
     format,
     when,
     stop_if_broken,
     unverified,
     why))

/// States that must all be on.
struct Condition
{
    std::vector<Source> all;
};
BOOST_DESCRIBE_STRUCT(Condition, (), (all))

/// A path that the machine itself tells, for use as `${name}` in paths. It must lead into the
/// product's places like every other path.
struct Variable
{
    std::string name;
    std::string fallback;
    std::vector<Source> sources;
};
BOOST_DESCRIBE_STRUCT(Variable, (), (name, fallback, sources))

/// Below which a product's sources may read. Each must itself lie below a compiled-in place.
struct Places
{
    std::vector<std::string> files;
    std::vector<std::string> registry;
    std::vector<std::string> wmi; ///< "root\SecurityCenter2:AntiVirusProduct".
};
BOOST_DESCRIBE_STRUCT(Places, (), (files, registry, wmi))

/// One product. Of the sources of a member the first that answers wins.
struct Product
{
    std::string id;
    std::string vendor;
    std::string name;
    std::vector<std::string> platforms; ///< "linux", "windows".
    bool has_pattern{false};
    std::vector<std::string> not_applicable; ///< Members that this product does not have.
    /// Not told when one of these is there; "*": any that may be on.
    std::vector<std::string> hidden_by;
    Places places;
    std::vector<Variable> variables;
    std::vector<Source> presence; ///< It is there when one of these says so.
    std::vector<Source> version;
    std::vector<Source> engine_version;
    std::vector<Source> pattern_version;
    std::vector<Source> pattern_built_at;
    std::vector<Source> pattern_applied_at;
    std::vector<Source> update_tried_at;
    std::vector<Condition> realtime; ///< It watches when one of these holds.
    std::vector<Source> last_scan_at;
    std::vector<Source> licence_until;
};
BOOST_DESCRIBE_STRUCT(
    Product,
    (),
    (id,
     vendor,
     name,
     platforms,
     has_pattern,
     not_applicable,
     hidden_by,
     places,
     variables,
     presence,
     version,
     engine_version,
     pattern_version,
     pattern_built_at,
     pattern_applied_at,
     update_tried_at,
     realtime,
     last_scan_at,
     licence_until))

/// A product of a definitions file that is not used, and why.
struct RefusedProduct
{
    std::string id;
    std::string why;
};

/// A definitions file that may be interpreted.
struct Definitions
{
    std::string name;
    std::uint64_t version{0};
    Date data_date{};
    Date expires{};
    std::vector<Product> products;
    std::vector<RefusedProduct> refused; ///< Not described: made while reading.
};
BOOST_DESCRIBE_STRUCT(Definitions, (), (name, version, data_date, expires, products))

/// The largest definitions file that is read.
inline constexpr std::size_t definitions_bytes_max = 512U * 1024;

/// Reads a definitions file. A product that asks for a place that is not compiled in, or that has
/// more of anything than is allowed, is put into `refused`; the others stay usable. Errors:
/// invalid_input and too_large when the file as a whole cannot be understood, with the place.
Result<Definitions> parse_definitions(std::string_view text);

/// The definitions that are compiled in.
const Definitions& embedded_definitions();

} // namespace mimamori::agent::antivirus
