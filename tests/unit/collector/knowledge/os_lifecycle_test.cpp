#include "collector/knowledge/os_lifecycle.hpp"
#include "common/platform/file.hpp"
#include "common/wire/json_parse.hpp"

#include <boost/describe/enum_to_string.hpp>
#include <boost/test/unit_test.hpp>

#include <map>
#include <string>

namespace mimamori::collector::knowledge {
namespace {

using namespace std::chrono_literals;

constexpr Date today{2026y / 11 / 22};

const OsLifecycle& table()
{
    static const OsLifecycle lifecycle =
        OsLifecycle::parse(embedded_knowledge("os_lifecycle")).value();
    return lifecycle;
}

wire::OsSection windows(
    std::uint32_t build, std::string edition, std::string channel = {}, std::string product = {})
{
    wire::OsSection os;
    os.family = "windows";
    os.build = build;
    os.edition = std::move(edition);
    os.channel = std::move(channel);
    os.product = std::move(product);
    return os;
}

wire::OsSection linux_os(std::string distribution, std::string version, std::string product = {})
{
    wire::OsSection os;
    os.family = "linux";
    os.distribution = std::move(distribution);
    os.version = std::move(version);
    os.product = std::move(product);
    return os;
}

wire::OsSection with(wire::OsSection os, std::string extended_support)
{
    os.extended_support = std::move(extended_support);
    return os;
}

/// A device that the row describes, as the agent of such a device would report it.
wire::OsSection device_of(const LifecycleRow& row)
{
    const std::string product = row.names.empty() ? row.product : row.names.front();
    if (row.family == "linux")
        return linux_os(row.distribution, row.version_id, product);
    std::string edition;
    for (const WindowsEdition& candidate : table().table().editions)
    {
        const bool fits =
            candidate.servicing == row.servicing
            && (row.editions.front() == "all" || candidate.edition == row.editions.front());
        if (edition.empty() && fits)
            edition = candidate.id;
    }
    return windows(row.build.value_or(0), edition, {}, product);
}

/// The status column that came with the reference data, computed there from the same dates.
std::map<std::string, std::string> reference_statuses()
{
    const std::string path = std::string{MIMAMORI_SOURCE_DIR}
                             + "/tests/unit/collector/knowledge/os_lifecycle_2026_11_22.json";
    const auto document = wire::parse_json(platform::read_file(path).value()).value();
    std::map<std::string, std::string> statuses;
    for (const auto& [id, status] : document.as_object())
        statuses[std::string{id}] = status.as_string().c_str();
    return statuses;
}

std::string expected_state(const LifecycleRow& row, const std::string& reference)
{
    if (row.confidence != "read")
        return "unknown"; // Never a firm verdict from a date that nobody read.
    // The reference tells full support and security updates only apart; both are support to us.
    return reference == "security_only" ? "supported" : reference;
}

} // namespace

BOOST_AUTO_TEST_SUITE(os_lifecycle)

BOOST_AUTO_TEST_CASE(every_row_agrees_with_the_reference_on_its_day)
{
    const auto statuses = reference_statuses();
    BOOST_TEST(statuses.size() == table().table().rows.size());
    for (const LifecycleRow& row : table().table().rows)
    {
        if (row.family == "windows" && !row.build)
            continue; // Windows CE: no agent, no build.
        BOOST_TEST_CONTEXT(row.id)
        {
            const SupportVerdict verdict = table().verdict(device_of(row), today);
            const std::string state = boost::describe::enum_to_string(verdict.state, "");
            BOOST_TEST(state == expected_state(row, statuses.at(row.id)));
            const auto& rows = verdict.rows;
            BOOST_TEST((std::find(rows.begin(), rows.end(), row.id) != rows.end()));
            BOOST_TEST(!verdict.source.empty());
            BOOST_TEST((verdict.data_date == Date{2026y / 8 / 22}));
        }
    }
}

BOOST_AUTO_TEST_CASE(the_last_day_is_still_supported_and_the_next_is_not)
{
    const auto pro = windows(22631, "Professional");
    const Date last{2025y / 11 / 11};
    const auto before = table().verdict(pro, last - std::chrono::days{1});
    BOOST_TEST((before.state == Support::supported));
    BOOST_TEST(before.days_left.value() == 1);
    const auto on = table().verdict(pro, last);
    BOOST_TEST((on.state == Support::supported));
    BOOST_TEST(on.days_left.value() == 0);
    const auto after = table().verdict(pro, last + std::chrono::days{1});
    BOOST_TEST((after.state == Support::unsupported));
    BOOST_TEST((after.last_day == last));
    BOOST_TEST(!after.days_left.has_value());
}

BOOST_AUTO_TEST_CASE(one_build_ends_on_different_days_by_edition)
{
    const auto enterprise = table().verdict(windows(19044, "EnterpriseS"), today);
    BOOST_TEST((enterprise.state == Support::supported));
    BOOST_TEST((enterprise.last_day == Date{2027y / 1 / 12}));
    BOOST_TEST(enterprise.days_left.value() == 51);
    const auto iot = table().verdict(windows(19044, "IoTEnterpriseS"), today);
    BOOST_TEST((iot.last_day == Date{2032y / 1 / 13}));
    const auto pro = table().verdict(windows(19044, "Professional"), today);
    BOOST_TEST((pro.state == Support::unsupported));
    BOOST_TEST((pro.last_day == Date{2023y / 6 / 13}));
}

BOOST_AUTO_TEST_CASE(a_channel_stands_in_for_an_edition_that_was_not_read)
{
    const auto iot = table().verdict(windows(19044, "", "iot_ltsc"), today);
    BOOST_TEST((iot.last_day == Date{2032y / 1 / 13}));
    // LTSC of Enterprise and of IoT: both are supported, the earlier day counts.
    const auto ltsc = table().verdict(windows(19044, "", "ltsc"), today);
    BOOST_TEST((ltsc.last_day == Date{2027y / 1 / 12}));
    const auto later = table().verdict(windows(19044, "", "ltsc"), Date{2028y / 1 / 1});
    BOOST_TEST((later.state == Support::unknown));
    BOOST_TEST(later.why.find("IoT Enterprise: supported 2032-01-13") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(without_edition_and_channel_rows_that_differ_give_no_verdict)
{
    const auto verdict = table().verdict(windows(26100, ""), today);
    BOOST_TEST((verdict.state == Support::unknown));
    BOOST_TEST(verdict.why.find("Windows Server 2025") != std::string::npos);
    BOOST_TEST(verdict.why.find("Windows 11 24H2") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(client_and_server_of_one_build_are_told_apart)
{
    BOOST_TEST(
        table().verdict(windows(26100, "ServerStandard"), today).os == "Windows Server 2025");
    BOOST_TEST(table().verdict(windows(26100, "Professional"), today).os == "Windows 11 24H2");
    BOOST_TEST(
        table().verdict(windows(19044, "EnterpriseS"), today).os == "Windows 10 21H2 (LTSC 2021)");
    BOOST_TEST(
        table().verdict(windows(19044, "IoTEnterpriseS"), today).os
        == "Windows 10 21H2 (IoT LTSC 2021)");
    const auto annual = table().verdict(windows(17763, "ServerDatacenterACor"), today);
    BOOST_TEST((annual.state == Support::unsupported));
    const auto server = table().verdict(windows(17763, "ServerDatacenter"), today);
    BOOST_TEST((server.last_day == Date{2029y / 1 / 9}));
}

BOOST_AUTO_TEST_CASE(an_edition_and_a_channel_that_contradict_each_other_give_no_verdict)
{
    const auto verdict = table().verdict(windows(19044, "Professional", "ltsc"), today);
    BOOST_TEST((verdict.state == Support::unknown));
}

BOOST_AUTO_TEST_CASE(esu_counts_only_when_licensed_and_only_for_its_year)
{
    const auto pro = windows(19045, "Professional");
    const auto unasked = table().verdict(pro, today);
    BOOST_TEST((unasked.state == Support::extended_only));
    BOOST_TEST((unasked.last_day == Date{2028y / 10 / 10}));
    BOOST_TEST(!unasked.programme.empty());

    const auto none = table().verdict(with(pro, "none"), today);
    BOOST_TEST((none.state == Support::unsupported));
    BOOST_TEST((none.last_day == Date{2025y / 10 / 14}));

    // A licence of a year that is not told, and one of the year that has passed.
    BOOST_TEST((table().verdict(with(pro, "licensed"), today).state == Support::extended_only));
    const auto first = table().verdict(with(pro, "licensed:1"), today);
    BOOST_TEST((first.state == Support::unsupported));
    BOOST_TEST((first.last_day == Date{2026y / 10 / 13}));

    const auto second = table().verdict(with(pro, "licensed:2"), today);
    BOOST_TEST((second.state == Support::supported));
    BOOST_TEST((second.last_day == Date{2027y / 10 / 12}));
    const auto on_day = [&](Date day) {
        return table().verdict(with(pro, "licensed:2"), day).state;
    };
    BOOST_TEST((on_day(Date{2027y / 10 / 12}) == Support::supported));
    BOOST_TEST((on_day(Date{2027y / 10 / 13}) == Support::unsupported));
    const auto ninth = table().verdict(with(pro, "licensed:9"), today);
    BOOST_TEST((ninth.last_day == Date{2028y / 10 / 10}));
    BOOST_TEST((table().verdict(with(pro, "licensed:x"), today).state == Support::extended_only));
    BOOST_TEST((table().verdict(with(pro, "licensed:0"), today).state == Support::extended_only));
}

BOOST_AUTO_TEST_CASE(iot_enterprise_22h2_has_no_way_out)
{
    const auto verdict =
        table().verdict(with(windows(19045, "IoTEnterprise"), "licensed:3"), today);
    BOOST_TEST((verdict.state == Support::unsupported));
}

BOOST_AUTO_TEST_CASE(a_licence_until_a_day_that_nobody_verified_is_not_a_firm_yes)
{
    const auto ltsb = windows(14393, "EnterpriseS");
    BOOST_TEST((table().verdict(ltsb, today).state == Support::extended_only));
    const auto licensed = table().verdict(with(ltsb, "licensed"), today);
    BOOST_TEST((licensed.state == Support::unknown));
    BOOST_TEST(licensed.why.find("2029-10-09") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(between_two_sources_that_differ_there_is_no_verdict)
{
    const auto server = windows(26100, "ServerDatacenter");
    BOOST_TEST((table().verdict(server, Date{2034y / 10 / 10}).state == Support::supported));
    BOOST_TEST((table().verdict(server, Date{2034y / 10 / 11}).state == Support::unknown));
    BOOST_TEST((table().verdict(server, Date{2034y / 11 / 14}).state == Support::unknown));
    BOOST_TEST((table().verdict(server, Date{2034y / 11 / 15}).state == Support::unsupported));
}

BOOST_AUTO_TEST_CASE(a_build_that_the_table_lacks_is_unknown_and_says_so)
{
    const auto verdict = table().verdict(windows(31337, "Professional"), today);
    BOOST_TEST((verdict.state == Support::unknown));
    BOOST_TEST(verdict.why == "build 31337 (Professional) is not in the table of 2026-08-22");
    wire::OsSection nothing;
    BOOST_TEST(table().verdict(nothing, today).why == "the operating system was not read");
    nothing.family = "windows";
    BOOST_TEST(table().verdict(nothing, today).why == "the build number was not read");
}

BOOST_AUTO_TEST_CASE(linux_is_found_by_the_parts_of_its_version_that_matter)
{
    const auto debian = table().verdict(linux_os("debian", "12", "Debian GNU/Linux 12"), today);
    BOOST_TEST((debian.state == Support::extended_only));
    BOOST_TEST(debian.programme_is_free);
    BOOST_TEST((debian.last_day == Date{2028y / 6 / 30}));
    BOOST_TEST(table().verdict(linux_os("rhel", "9.4"), today).os == "Red Hat Enterprise Linux 9");
    BOOST_TEST(table().verdict(linux_os("ubuntu", "22.04"), today).os == "Ubuntu 22.04");
    BOOST_TEST(
        table().verdict(linux_os("sles", "15"), today).os == "SUSE Linux Enterprise Server 15.0");
    BOOST_TEST(
        table().verdict(linux_os("centos", "8", "CentOS Stream 8"), today).rows.front()
        == "centos-stream-8");
    BOOST_TEST(
        table().verdict(linux_os("centos", "8", "CentOS Linux 8"), today).rows.front()
        == "centos-8");
}

BOOST_AUTO_TEST_CASE(a_free_programme_needs_no_licence_but_ends_too)
{
    const auto debian = with(linux_os("debian", "12"), "none");
    BOOST_TEST((table().verdict(debian, Date{2028y / 6 / 30}).state == Support::extended_only));
    const auto over = table().verdict(debian, Date{2028y / 7 / 1});
    BOOST_TEST((over.state == Support::unsupported));
    BOOST_TEST((over.last_day == Date{2028y / 6 / 30}));
}

BOOST_AUTO_TEST_CASE(a_subscription_makes_an_old_ubuntu_supported)
{
    const auto ubuntu = linux_os("ubuntu", "20.04");
    BOOST_TEST((table().verdict(ubuntu, today).state == Support::extended_only));
    const auto pro = table().verdict(with(ubuntu, "licensed"), today);
    BOOST_TEST((pro.state == Support::supported));
    BOOST_TEST((pro.last_day == Date{2030y / 4 / 2}));
}

BOOST_AUTO_TEST_CASE(rolling_and_unlisted_distributions_are_unknown)
{
    BOOST_TEST(
        table().verdict(linux_os("debian", ""), today).why
        == "the distribution tells no version (a rolling or unreleased one)");
    BOOST_TEST((table().verdict(linux_os("arch", "1"), today).state == Support::unknown));
    BOOST_TEST((table().verdict(linux_os("debian", "99"), today).state == Support::unknown));
}

BOOST_AUTO_TEST_CASE(a_damaged_table_is_refused_with_the_place)
{
    const std::string head =
        R"("name":"os_lifecycle","version":1,"data_date":"2026-01-01","expires":"2027-01-01")";
    const auto message = [](const std::string& text) {
        const auto parsed = OsLifecycle::parse(text);
        return parsed ? std::string{"accepted"} : parsed.error().message;
    };
    BOOST_TEST(message("{" + head + "}") == "os_lifecycle: rows: missing");
    BOOST_TEST(
        message(R"({"name":"windows_builds","version":1})")
        == "os_lifecycle: name: this is another file: windows_builds");
    BOOST_TEST(
        message("{" + head + R"(,"rows":[{"id":"a","ends_latest":"soon"}]})")
        == "os_lifecycle: rows[0].ends_latest: expected a day such as 2026-01-31");
    BOOST_TEST(
        message("{" + head + R"(,"rows":[{"id":"a","product":"b"}]})")
        == "os_lifecycle: row a: source: no such number");
    BOOST_TEST(
        message(
            "{" + head
            + R"(,"sources":["s"],"rows":[{"id":"a","product":"b","ends_latest":"2026-01-01"}]})")
        == "os_lifecycle: row a: a span has only one end");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace mimamori::collector::knowledge
