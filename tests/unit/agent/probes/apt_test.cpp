#include "agent/probes/apt_conf.hpp"
#include "agent/probes/apt_lists.hpp"
#include "agent/probes/apt_policy.hpp"
#include "agent/probes/deb822.hpp"
#include "tests/support/recorded_tree.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

namespace mimamori::agent::probes {
namespace {

AptRelease stable()
{
    return {
        .origin = "Debian",
        .label = "Debian",
        .suite = "stable",
        .codename = "bookworm",
        .version = "12.5",
        .host = "deb.debian.org",
        .component = "main"};
}

AptRelease security()
{
    return {
        .origin = "Debian",
        .label = "Debian-Security",
        .suite = "stable-security",
        .codename = "bookworm-security",
        .version = "12",
        .host = "deb.debian.org"};
}

AptRelease backports()
{
    return {
        .origin = "Debian Backports",
        .label = "Debian Backports",
        .suite = "stable-backports",
        .codename = "bookworm-backports",
        .not_automatic = true,
        .automatic_upgrades = true};
}

AptRelease experimental()
{
    return {.origin = "Debian", .suite = "experimental", .not_automatic = true};
}

std::string stanza(std::string_view name, std::string_view version, std::string_view arch = "amd64")
{
    return "Package: " + std::string{name} + "\nArchitecture: " + std::string{arch}
           + "\nVersion: " + std::string{version};
}

BOOST_AUTO_TEST_SUITE(apt)

BOOST_AUTO_TEST_CASE(stanzas_come_one_by_one_wherever_the_pieces_end)
{
    // A source that gives one byte at a time.
    class Drops final : public TextSource
    {
    public:
        explicit Drops(std::string text)
            : text_{std::move(text)}
        {}

        Result<std::size_t> read(char* to, std::size_t) override
        {
            if (at_ == text_.size())
                return 0U;
            *to = text_[at_++];
            return 1U;
        }

    private:
        std::string text_;
        std::size_t at_{0};
    };

    Drops drops{"\n\nPackage: a\nX: 1\n\n\n\nPackage: b\n\nPackage: c"};
    StanzaReader reader{drops};
    std::vector<std::string> all;
    for (auto next = reader.next(); next.value(); next = reader.next())
        all.emplace_back(*next.value());
    const std::vector<std::string> expected{"Package: a\nX: 1", "Package: b", "Package: c"};
    BOOST_TEST(all == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_stanza_without_end_is_refused)
{
    const std::string endless(1024 * 1024 + 1, 'x');
    MemoryText text{endless};
    StanzaReader reader{text};
    const auto next = reader.next();
    BOOST_TEST_REQUIRE(next.has_error());
    BOOST_TEST((next.error().code == Errc::too_large));
}

BOOST_AUTO_TEST_CASE(fields_are_found_by_their_whole_name)
{
    const std::string_view text = "Package: a\nVersion-Note: no\nVersion:  1.0 \n Version: 2\n";
    BOOST_TEST(stanza_field(text, "Version") == "1.0");
    BOOST_TEST(stanza_field(text, "Note") == "");
}

BOOST_AUTO_TEST_CASE(damaged_and_foreign_packings_are_errors)
{
    tests::RecordedTree recorded;
    recorded.write("/a.gz", "not gzip");
    recorded.write("/a.lz4", "not lz4 at all");
    recorded.write("/a.xz", "");
    recorded.add("==> /cut.gz hex\n1f8b0800000000000203\n");
    const Tree tree{recorded.root()};
    char out[64];
    BOOST_TEST(open_text(tree, "/a.gz").value()->read(out, sizeof out).has_error());
    BOOST_TEST(open_text(tree, "/a.lz4").value()->read(out, sizeof out).has_error());
    BOOST_TEST(open_text(tree, "/cut.gz").value()->read(out, sizeof out).has_error());
    const auto xz = open_text(tree, "/a.xz");
    BOOST_TEST_REQUIRE(xz.has_error());
    BOOST_TEST(xz.error().message == "read /a.xz: packed as .xz, which is not read");
}

BOOST_AUTO_TEST_CASE(settings_are_read_in_both_spellings)
{
    AptSettings settings;
    add_apt_settings(
        "// a comment\nAPT::Periodic::Unattended-Upgrade \"1\"; # another\n/* APT::X \"no\"; */\n"
        "APT { Default-Release \"stable\"; Periodic { Verbose \"2\"; }; };\n"
        "Acquire::Languages { \"none\"; \"ja\"; };\nDpkg::Options:: \"--force-confold\";\n",
        settings);
    BOOST_TEST(settings["apt::periodic::unattended-upgrade"] == "1");
    BOOST_TEST(settings["apt::default-release"] == "stable");
    BOOST_TEST(settings["apt::periodic::verbose"] == "2");
    BOOST_TEST(settings["acquire::languages"] == "ja");
    BOOST_TEST(settings["dpkg::options"] == "--force-confold");
    BOOST_TEST(!settings.contains("apt::x"));
}

BOOST_AUTO_TEST_CASE(hosts_carry_no_passwords)
{
    BOOST_TEST(
        host_of_address("https://user:secret@mirror.example:8080/debian") == "mirror.example");
    BOOST_TEST(host_of_address("file:/srv/debs") == "file");
    BOOST_TEST(host_of_address("file:///srv/debs") == "file");
    BOOST_TEST(host_of_address("cdrom:[Debian 12]/") == "cdrom");
    BOOST_TEST(host_of_address("nonsense") == "");
}

BOOST_AUTO_TEST_CASE(release_files_are_understood_with_and_without_signature)
{
    const auto release = parse_release_file(
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nOrigin: Debian\nLabel: L\nSuite: "
        "stable\nCodename: bookworm\nVersion: 12\nNotAutomatic: yes\nSHA256:\n 00 1 Suite: x\n");
    BOOST_TEST(release.origin == "Debian");
    BOOST_TEST(release.suite == "stable");
    BOOST_TEST(release.not_automatic);
    BOOST_TEST(!release.automatic_upgrades);
    BOOST_TEST(parse_release_file("Suite: jammy\nButAutomaticUpgrades: yes\n").automatic_upgrades);
}

BOOST_AUTO_TEST_CASE(security_repositories_are_recognised)
{
    BOOST_TEST(is_security(security()));
    BOOST_TEST(!is_security(stable()));
    BOOST_TEST(is_security({.origin = "Ubuntu", .suite = "jammy-security"}));
    BOOST_TEST(is_security({.origin = "UbuntuESMApps", .suite = "jammy-apps-security"}));
    BOOST_TEST(!is_security({.origin = "Ubuntu", .suite = "jammy-updates"}));
}

BOOST_AUTO_TEST_CASE(lists_find_the_release_with_the_longest_name)
{
    const std::vector<std::string> names{
        "h_debian_dists_stable-updates_InRelease",
        "h_debian_dists_stable-updates_main_binary-amd64_Packages.lz4",
        "h_debian_dists_stable_InRelease",
        "h_debian_dists_stable_main_binary-amd64_Packages",
        "h_debian_dists_stable_main_i18n_Translation-en",
        "flat.example_debs_._Packages",
        "flat.example_debs_._Release",
        "lonely.example_x_Packages"};
    const auto lists =
        match_lists(names, [](const std::string& name) { return "Suite: " + name + "\n"; });
    BOOST_TEST_REQUIRE(lists.size() == 4U);
    BOOST_TEST(lists[0].release.suite == names[0]);
    BOOST_TEST(lists[0].release.component == "main");
    BOOST_TEST(lists[0].release.host == "h");
    BOOST_TEST(lists[1].release.suite == names[2]);
    BOOST_TEST(lists[2].release.suite == names[6]);
    BOOST_TEST(lists[3].release.suite == "");
    BOOST_TEST(lists[3].release.host == "lonely.example");
}

struct PriorityCase
{
    std::string_view preferences;
    AptRelease release;
    int expected;

    friend std::ostream& operator<<(std::ostream& out, const PriorityCase& c)
    {
        return out << c.preferences << " for " << c.release.suite;
    }
};

const PriorityCase priorities[] = {
    {"", stable(), 500},
    {"", security(), 500},
    {"", backports(), 100},
    {"", experimental(), 1},
    {"Package: *\nPin: release a=stable\nPin-Priority: 900\n", stable(), 900},
    {"Package: *\nPin: release a=stable\nPin-Priority: 900\n", security(), 500},
    {"Package: *\nPin: release n=bookworm, o=Debian\nPin-Priority: 901\n", stable(), 901},
    {"Package: *\nPin: release n=bookworm, o=Other\nPin-Priority: 901\n", stable(), 500},
    {"Package: *\nPin: origin \"deb.debian.org\"\nPin-Priority: 902\n", stable(), 902},
    {"Package: *\nPin: origin deb.*\nPin-Priority: 902\n", stable(), 902},
    {"Package: *\nPin: release c=main\nPin-Priority: 903\n", stable(), 903},
    {"Package: *\nPin: release v=12*\nPin-Priority: 904\n", stable(), 904},
    {"Package: *\nPin: release l=Debian-Security\nPin-Priority: 905\n", security(), 905},
    {"Package: perl\nPin: version 5.36*\nPin-Priority: 1001\n", stable(), 1001},
    {"Package: perl\nPin: version 5.20*\nPin-Priority: 1001\n", stable(), 500},
    {"Package: per? perl\nPin: release *\nPin-Priority: -1\n", stable(), 500},
    {"Package: python* pe[a-z]l\nPin: release *\nPin-Priority: -1\n", stable(), -1},
    {"Package: *\nPin: release *\nPin-Priority: 7\n\nPackage: perl\nPin: release *\nPin-Priority: "
     "8\n",
     stable(), 8},
    {"Package: *\nPin: release *\nPin-Priority: 7\n\nPackage: *\nPin: release *\nPin-Priority: 8\n",
     stable(), 7},
    {"# x\nExplanation: y\nPackage: perl\n# z\nPin: release *\nPin-Priority: 9\n", stable(), 9},
};

BOOST_DATA_TEST_CASE(
    priorities_are_those_of_apt_preferences, boost::unit_test::data::make(priorities), c)
{
    std::vector<std::string> odd;
    const AptPolicy policy{parse_preferences(c.preferences, odd), {}};
    BOOST_TEST(priority_of(policy, "perl", "5.36.0-7", c.release) == c.expected);
}

BOOST_AUTO_TEST_CASE(the_default_release_comes_before_others)
{
    const AptPolicy policy{{}, "stable"};
    BOOST_TEST(priority_of(policy, "a", "1", stable()) == 990);
    BOOST_TEST(priority_of(policy, "a", "1", backports()) == 100);
}

BOOST_AUTO_TEST_CASE(forms_that_are_not_understood_are_named)
{
    std::vector<std::string> odd;
    const auto pins = parse_preferences(
        "Package: /^lib/\nPin: release *\nPin-Priority: 1\n\nPackage: src:perl\nPin: release "
        "*\nPin-Priority: 1\n\nPackage: a\nPin: moon full\nPin-Priority: 1\n\nPackage: b\nPin: "
        "release *\nPin-Priority: high\n",
        odd);
    BOOST_TEST(pins.empty());
    const std::vector<std::string> expected{"/^lib/", "src:perl", "a", "b"};
    BOOST_TEST(odd == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_newer_version_waits)
{
    PendingSearch search{{}, "amd64"};
    search.add_installed("perl", "5.36.0-7", "amd64");
    search.offer(stanza("perl", "5.36.0-7"), stable());
    BOOST_TEST(search.finish().count == 0U);
    search.offer(stanza("perl", "5.36.0-6"), stable());
    search.offer(stanza("other", "9"), stable());
    BOOST_TEST(search.finish().count == 0U);
    search.offer(stanza("perl", "5.36.0-7+deb12u1"), stable());
    const auto pending = search.finish();
    BOOST_TEST(pending.count == 1U);
    BOOST_TEST(pending.security_count == 0U);
    BOOST_TEST_REQUIRE(pending.packages.size() == 1U);
    BOOST_TEST(pending.packages[0].installed == "5.36.0-7");
    BOOST_TEST(pending.packages[0].available == "5.36.0-7+deb12u1");
}

BOOST_AUTO_TEST_CASE(a_security_fix_stays_one_when_an_ordinary_update_overtakes_it)
{
    PendingSearch search{{}, "amd64"};
    search.add_installed("perl", "1", "amd64");
    search.offer(stanza("perl", "2"), security());
    search.offer(stanza("perl", "3"), stable());
    const auto pending = search.finish();
    BOOST_TEST(pending.security_count == 1U);
    BOOST_TEST(pending.packages.at(0).available == "3");
    BOOST_TEST(pending.packages.at(0).security);
}

BOOST_AUTO_TEST_CASE(backports_do_not_wait_for_who_did_not_ask)
{
    PendingSearch search{{}, "amd64"};
    search.add_installed("perl", "1", "amd64");
    search.add_installed("vim", "2~bpo", "amd64");
    search.offer(stanza("perl", "1"), stable());
    search.offer(stanza("perl", "2"), backports());
    search.offer(stanza("vim", "2~bpo"), backports());
    search.offer(stanza("vim", "3~bpo"), backports());
    search.offer(stanza("vim", "9"), experimental());
    const auto pending = search.finish();
    BOOST_TEST_REQUIRE(pending.packages.size() == 1U);
    BOOST_TEST(pending.packages[0].name == "vim");
    BOOST_TEST(pending.packages[0].available == "3~bpo");
}

BOOST_AUTO_TEST_CASE(architectures_are_kept_apart)
{
    PendingSearch search{{}, "amd64"};
    search.add_installed("libc6", "1", "amd64");
    search.add_installed("libc6", "1", "i386");
    search.add_installed("docs", "1", "all");
    search.offer(stanza("libc6", "2", "i386"), stable());
    search.offer(stanza("docs", "2", "amd64"), stable());
    const auto pending = search.finish();
    BOOST_TEST_REQUIRE(pending.packages.size() == 2U);
    BOOST_TEST(pending.packages[0].name == "docs");
    BOOST_TEST(pending.packages[1].name == "libc6:i386");
}

BOOST_AUTO_TEST_CASE(a_pinned_down_version_does_not_wait)
{
    std::vector<std::string> odd;
    const AptPolicy policy{
        parse_preferences("Package: perl\nPin: release a=stable\nPin-Priority: 50\n", odd), {}};
    PendingSearch search{policy, "amd64"};
    search.add_installed("perl", "1", "amd64");
    search.offer(stanza("perl", "2"), stable());
    BOOST_TEST(search.finish().count == 0U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::agent::probes
