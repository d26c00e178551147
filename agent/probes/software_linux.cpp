#include "agent/probes/dpkg.hpp"
#include "agent/probes/rpm_database.hpp"
#include "agent/probes/software.hpp"
#include "agent/probes/text.hpp"
#include "agent/probes/tree.hpp"

namespace mimamori::agent::probes {
namespace {

/// The day a package was unpacked: dpkg writes its file list then.
std::optional<Date> unpacked_on(const Tree& tree, const DpkgPackage& package)
{
    std::string path = "/var/lib/dpkg/info/" + std::string{package.name};
    const auto with_architecture = path + ':' + std::string{package.architecture} + ".list";
    auto status = tree.status(path + ".list");
    if (!status)
        status = tree.status(with_architecture);
    if (!status)
        return std::nullopt;
    return std::chrono::floor<std::chrono::days>(from_seconds(status->changed_ns / 1'000'000'000));
}

void read_dpkg(const Tree& tree, wire::SoftwareSection& software, std::vector<Error>& failures)
{
    const auto source = for_each_installed(tree, [&](const DpkgPackage& package) {
        const auto vendor =
            package.origin.empty() ? maintainer_name(package.maintainer) : package.origin;
        software.software.push_back({
            .name = fact_text(package.name, 256),
            .vendor = fact_text(vendor, 256),
            .version = fact_text(package.version, 256),
            .installed_on = unpacked_on(tree, package),
            .architecture = fact_text(package.architecture, 64),
        });
    });
    if (source)
        note_source(software.from, *source);
    else
        failures.push_back(source.error());
}

void read_rpm(const Tree& tree, wire::SoftwareSection& software, std::vector<Error>& failures)
{
    const auto source = for_each_rpm(tree, [&](const RpmPackage& package) {
        std::optional<Date> installed_on;
        if (package.installed_s)
            installed_on =
                std::chrono::floor<std::chrono::days>(from_seconds(*package.installed_s));
        software.software.push_back({
            .name = package.name,
            .vendor = package.vendor,
            .version = package.version,
            .installed_on = installed_on,
            .architecture = package.architecture,
        });
        return true;
    });
    if (!source)
    {
        failures.push_back(source.error());
        return;
    }
    note_source(software.from, *source);
    if (rpm_changes_wait(tree))
        note_unknown(
            software.from, "software", *source + "-wal: holds changes that are not read yet");
}

void read_apk(const Tree& tree, wire::SoftwareSection& software)
{
    constexpr std::string_view path = "/lib/apk/db/installed";
    const auto text = tree.read(path, 32U * 1024 * 1024);
    if (!text)
        return;
    note_source(software.from, path);
    parse_apk_database(*text, software);
}

} // namespace

wire::SoftwareSection read_software(const ProbeContext& context)
{
    const Tree tree{context.root};
    wire::SoftwareSection software;
    std::vector<Error> failures;
    read_dpkg(tree, software, failures);
    read_rpm(tree, software, failures);
    read_apk(tree, software);
    // One database is enough; one that is there and cannot be read is worth a word.
    for (const Error& failure : failures)
    {
        if (failure.code != Errc::not_found || software.from.sources.empty())
            note_unknown(software.from, "software", failure);
    }
    settle_software(software);
    return software;
}

} // namespace mimamori::agent::probes
