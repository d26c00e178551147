#include "agent/antivirus/find_products.hpp"
#include "tests/unit/agent/antivirus/recorded_facts.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>

namespace mimamori::agent::antivirus {
namespace {

using namespace std::string_literals;

const Timestamp now = parse_rfc3339("2026-11-22T10:00:00Z").value();

/// The only product that is found. The keys and files below are those of the sources named in
/// conf/knowledge/source/antivirus_sources.toml, with the example values given there.
wire::AntivirusProduct only_product(const RecordedFacts& facts)
{
    auto section = find_products(embedded_definitions(), facts, now);
    BOOST_TEST(section.products.size() == 1);
    return section.products.empty() ? wire::AntivirusProduct{} : section.products.front();
}

std::string why(const wire::AntivirusProduct& product, std::string_view fact)
{
    for (const auto& unknown : product.unknown)
    {
        if (unknown.fact == fact)
            return unknown.why;
    }
    return {};
}

std::string text(const std::optional<Timestamp>& at)
{
    return at ? to_rfc3339(*at).substr(0, 19) : "none";
}

constexpr auto wow = RegistryView::wow;

} // namespace

BOOST_AUTO_TEST_SUITE(windows_products)

BOOST_AUTO_TEST_CASE(defender_is_read_from_registry_and_wmi)
{
    const std::string key = R"(HKLM\SOFTWARE\Microsoft\Windows Defender\Signature Updates)";
    RecordedFacts facts;
    facts.add_service("WinDefend", true);
    facts.add_value(key, "AVSignatureVersion", "1.399.1234.0");
    facts.add_value(key, "AVSignatureApplied", "\x00\x9b\x55\x8c\x89\x61\xd2\x01"s);
    facts.add_value(key, "SignaturesLastUpdated", "134372205000000000");
    facts.add_value(key, "EngineVersion", "1.1.26010.1");
    facts.add_wmi("MSFT_MpComputerStatus", "AMProductVersion", "4.18.26010.5");
    facts.add_wmi("MSFT_MpComputerStatus", "RealTimeProtectionEnabled", "True");

    const auto product = only_product(facts);
    BOOST_TEST(product.id == "defender");
    BOOST_TEST(product.version == "4.18.26010.5");
    BOOST_TEST(product.engine_version == "1.1.26010.1");
    BOOST_TEST(product.pattern_version == "1.399.1234.0");
    BOOST_TEST(text(product.pattern_built_at) == "2016-12-29T04:10:54");
    BOOST_TEST(text(product.pattern_applied_at) == "2026-10-23T09:15:00");
    BOOST_TEST((product.realtime == wire::Switch::on));
    BOOST_TEST(why(product, "update_tried_at") == "no source is known");
}

BOOST_AUTO_TEST_CASE(wmi_is_not_asked_while_the_service_of_defender_is_stopped)
{
    RecordedFacts facts;
    facts.add_service("WinDefend", false);
    const auto product = only_product(facts);
    BOOST_TEST((product.realtime == wire::Switch::off));
    BOOST_TEST(!facts.asked().contains("MSFT_MpComputerStatus"));
}

BOOST_AUTO_TEST_CASE(trend_micro_is_found_in_the_32_bit_view_by_its_key)
{
    const std::string root = R"(HKLM\SOFTWARE\TrendMicro\PC-cillinNTCorp\CurrentVersion)";
    RecordedFacts facts;
    facts.add_value(wow, root, "InstDate", "20240401");
    facts.add_value(wow, root + R"(\Misc.)", "ProgramVer", "14.0");
    facts.add_value(wow, root + R"(\Misc.)", "VsAPINT-Ver", "22.550-1004");
    facts.add_value(wow, root + R"(\Misc.)", "InternalPatternVer", "1934500");
    facts.add_value(wow, root + R"(\Misc.)", "PatternDate", "20261023");
    facts.add_value(wow, root + R"(\Misc.)", "NonCrcPatternDate", "20251201");
    facts.add_value(wow, root + R"(\Real Time Scan Configuration)", "Enable", "1");
    facts.add_service("ntrtscan", true);
    facts.add_file(
        R"(%ProgramFiles(x86)%\Trend Micro\Security Agent\ofcscan.ini)",
        "[INI_PROGRAM_VERSION_SECTION]\r\nPattern_Last_Update=20261024083000\r\n");

    auto product = only_product(facts);
    BOOST_TEST(product.id == "trend-corp");
    BOOST_TEST(product.version == "14.0");
    BOOST_TEST(product.engine_version == "22.550-1004");
    BOOST_TEST(product.pattern_version == "19.345.00");
    BOOST_TEST(text(product.pattern_built_at) == "2026-10-23T00:00:00");
    BOOST_TEST(text(product.pattern_applied_at) == "2026-10-24T08:30:00");
    BOOST_TEST((product.realtime == wire::Switch::on));

    // Smart scan: the other pattern counts, and the old one may be years behind.
    facts.add_value(wow, root + R"(\iCRC Scan)", "ScanType", "1");
    facts.add_value(wow, root + R"(\Misc.)", "InternalNonCrcPatternVer", "1300107");
    product = only_product(facts);
    BOOST_TEST(product.pattern_version == "13.001.07");
    BOOST_TEST(text(product.pattern_built_at) == "2025-12-01T00:00:00");

    // The scan is switched on, but its service is stopped.
    facts = RecordedFacts{};
    facts.add_value(wow, root, "InstDate", "20240401");
    facts.add_value(wow, root + R"(\Real Time Scan Configuration)", "Enable", "1");
    facts.add_service("ntrtscan", false);
    BOOST_TEST((only_product(facts).realtime == wire::Switch::off));
}

BOOST_AUTO_TEST_CASE(a_pattern_value_of_zero_means_that_another_one_is_used)
{
    const std::string root = R"(HKLM\SOFTWARE\TrendMicro\PC-cillinNTCorp\CurrentVersion)";
    RecordedFacts facts;
    facts.add_value(root, "Application Path", R"(C:\Program Files (x86)\Trend Micro)");
    facts.add_value(root + R"(\Misc.)", "InternalPatternVer", "0");
    facts.add_value(root + R"(\Misc.)", "PatternDate", "0");
    facts.add_value(root + R"(\Misc.)", "InternalNonCrcPatternVer", "1934500");
    facts.add_value(root + R"(\Misc.)", "NonCrcPatternDate", "2026/10/23");
    const auto product = only_product(facts);
    BOOST_TEST(product.pattern_version == "19.345.00");
    BOOST_TEST(text(product.pattern_built_at) == "2026-10-23T00:00:00");
}

BOOST_AUTO_TEST_CASE(symantec_is_read_from_file_text_or_bytes)
{
    const std::string sep = R"(HKLM\SOFTWARE\Symantec\Symantec Endpoint Protection)";
    RecordedFacts facts;
    facts.add_value(wow, sep + R"(\CurrentVersion)", "PRODUCTNAME", "x");
    facts.add_value(wow, sep + R"(\CurrentVersion)", "PRODUCTVERSION", "14.3.9999.1000");
    facts.add_value(wow, sep + R"(\AV)", "PatternFileDate", "\x38\x09\x17\x00\x00\x00\x00\x00"s);
    BOOST_TEST(text(only_product(facts).pattern_built_at) == "2026-10-23T00:00:00");

    facts.add_value(
        wow, sep + R"(\CurrentVersion\public-opstate)", "LatestVirusDefsDate", "2026-10-24");
    facts.add_value(wow, sep + R"(\CurrentVersion\public-opstate)", "ASRunningStatus", "1");
    facts.add_value(
        wow, sep + R"(\CurrentVersion\SharedDefs\SDSDefs)", "SRTSP",
        R"(C:\ProgramData\Symantec\Definitions\SDSDefs\20261022.003)");
    facts.add_value(wow, sep + R"(\AV\Storages\Filesystem\RealTimeScan)", "OnOff", "0");
    auto product = only_product(facts);
    BOOST_TEST(text(product.pattern_built_at) == "2026-10-24T00:00:00");
    BOOST_TEST(product.pattern_version == "20261022.003");
    BOOST_TEST((product.realtime == wire::Switch::off));

    facts.add_file(
        R"(%ProgramData%\Symantec\Symantec Endpoint Protection\CurrentVersion\Data\Definitions)"
        R"(\SDSDefs\definfo.dat)",
        "[DefDates]\r\nCurDefs=20261025.004\r\nLastDefs=20261024.001\r\n");
    product = only_product(facts);
    BOOST_TEST(product.pattern_version == "20261025.004");
    BOOST_TEST(text(product.pattern_built_at) == "2026-10-25T00:00:00");
}

BOOST_AUTO_TEST_CASE(eset_tells_version_and_date_in_one_value)
{
    const std::string info = R"(HKLM\SOFTWARE\ESET\ESET Security\CurrentVersion\Info)";
    RecordedFacts facts;
    facts.add_value(info, "ProductName", "ESET Endpoint Security");
    facts.add_value(info, "ProductVersion", "12.0.2038.0");
    facts.add_value(info, "ScannerVersion", "27000 (20230401)");
    facts.add_value(info, "AppDataDir", R"(C:\ProgramData\ESET\ESET Security)");
    facts.add_folder_name(R"(C:\ProgramData)", "%ProgramData%");
    std::string licence;
    for (const char c : R"(<X><ACTIVE_PRODUCT EXPIRATION_DATE="2027-03-31T15:00:00Z"/></X>)"s)
        licence += std::string{c, '\0'};
    facts.add_file(R"(%ProgramData%\ESET\ESET Security\License\license.lf)", licence);

    const auto product = only_product(facts);
    BOOST_TEST(product.pattern_version == "27000");
    BOOST_TEST(text(product.pattern_built_at) == "2023-04-01T00:00:00");
    BOOST_REQUIRE(product.licence_until.has_value());
    BOOST_TEST(to_iso_date(*product.licence_until) == "2027-03-31");
    BOOST_TEST((product.realtime == wire::Switch::off)); // Its service does not exist.
}

BOOST_AUTO_TEST_CASE(a_path_from_the_registry_that_leads_elsewhere_is_not_opened)
{
    const std::string info = R"(HKLM\SOFTWARE\ESET\ESET Security\CurrentVersion\Info)";
    RecordedFacts facts;
    facts.add_value(info, "ProductName", "ESET Endpoint Security");
    facts.add_value(info, "AppDataDir", R"(C:\Users\doctor\Documents)");
    const auto product = only_product(facts);
    BOOST_TEST(
        why(product, "licence_until")
        == "the path of ${data} lies outside of the places that may be read");
    for (const std::string& asked : facts.asked())
        BOOST_TEST(asked.find("doctor") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(kaspersky_keeps_its_dates_below_the_name_of_the_product)
{
    const std::string data = R"(HKLM\SOFTWARE\KasperskyLab\protected\KES21.18\Data)";
    RecordedFacts facts;
    facts.add_service("AVP.KES.21.18", true);
    facts.add_value(wow, data, "LastSuccessfulUpdate", "1792746900");
    facts.add_value(wow, data, "LicKeyType", "1");
    facts.add_value(wow, data, "LicDaysTillExpiration", "30");
    facts.add_value(
        R"(HKLM\SOFTWARE\KasperskyLab\Components\34\1103\1.0.0.0\Statistics\AVState)",
        "Protection_BasesDate", "23-10-2026 05-30-00");
    auto product = only_product(facts);
    BOOST_TEST(text(product.pattern_applied_at) == "2026-10-23T09:15:00");
    BOOST_TEST(text(product.pattern_built_at) == "2026-10-23T05:30:00");
    BOOST_TEST(to_iso_date(product.licence_until.value()) == "2026-12-22");
    BOOST_TEST((product.realtime == wire::Switch::unknown)); // Never on by ignorance.

    facts.add_value(wow, data, "LicKeyType", "0");
    facts.add_value(wow, data, "LastSuccessfulUpdate", "4294967295");
    product = only_product(facts);
    BOOST_TEST(!product.licence_until.has_value());
    BOOST_TEST(text(product.pattern_applied_at) == "none");
    BOOST_TEST(why(product, "pattern_applied_at").find("means never") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_old_mcafee_joins_two_numbers_to_one_version)
{
    const std::string engine = R"(HKLM\SOFTWARE\McAfee\AVEngine)";
    RecordedFacts facts;
    facts.add_value(wow, engine, "DAT", R"(C:\x)");
    facts.add_value(wow, engine, "AVDatVersion", "9999");
    facts.add_value(wow, engine, "AVDatVersionMinor", "0");
    facts.add_value(wow, engine, "AVDatDate", "2016/02/25");
    const auto product = only_product(facts);
    BOOST_TEST(product.pattern_version == "9999.0");
    BOOST_TEST(text(product.pattern_built_at) == "2016-02-25T00:00:00");
}

BOOST_AUTO_TEST_CASE(withsecure_dates_its_engines_by_the_names_of_keys)
{
    RecordedFacts facts;
    facts.add_service("fshoster", true);
    for (const char* engine : {R"(aquarius\1792000000)", R"(hydra\1792746900)", R"(capricorn\x)"})
        facts.add_value(
            R"(HKLM\SOFTWARE\F-Secure\Ultralight\updates\)"s + engine, "file_set_visible_version",
            "2026-10-20_02");
    const auto product = only_product(facts);
    BOOST_TEST(text(product.pattern_built_at) == "2026-10-23T09:15:00");
    BOOST_TEST(product.pattern_version == "2026-10-20_02");
}

BOOST_AUTO_TEST_CASE(files_with_a_star_count_by_the_newest)
{
    RecordedFacts facts;
    facts.add_service("CiscoAMP7.5.1", true);
    facts.add_file(
        R"(%ProgramFiles%\Cisco\AMP\tetra\versions.dat.1)", "", now - std::chrono::hours{48});
    facts.add_file(
        R"(%ProgramFiles%\Cisco\AMP\tetra\versions.dat.2)", "", now - std::chrono::hours{24});
    facts.add_file(R"(%ProgramFiles%\Cisco\AMP\tetra\other)", "", now);
    const auto product = only_product(facts);
    BOOST_TEST((product.pattern_applied_at == now - std::chrono::hours{24}));
    BOOST_TEST(!product.pattern_built_at.has_value());
}

BOOST_AUTO_TEST_CASE(sensors_without_pattern_are_not_asked_for_one)
{
    RecordedFacts facts;
    facts.add_service("CSFalconService", true);
    const std::string entry =
        R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\{11111111-2222})";
    facts.add_value(entry, "DisplayName", "CrowdStrike Windows Sensor");
    facts.add_value(entry, "DisplayVersion", "7.30.19999.0");
    facts.add_value(
        R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\Other)", "DisplayName",
        "Other");
    const auto product = only_product(facts);
    BOOST_TEST(!product.has_pattern);
    BOOST_TEST(product.version == "7.30.19999.0");
    BOOST_TEST((product.realtime == wire::Switch::on));
    BOOST_TEST(why(product, "pattern_built_at").empty());
}

BOOST_AUTO_TEST_CASE(what_nobody_verified_never_becomes_a_date)
{
    RecordedFacts facts;
    facts.add_service("Sophos Endpoint Defense Service", true);
    facts.add_value(
        R"(HKLM\SOFTWARE\Sophos\EndpointDefense\Acknowledged)", "VirusDataVersion", "2026102305");
    facts.add_value(
        wow, R"(HKLM\SOFTWARE\Sophos\AutoUpdate\UpdateStatus)", "LastUpdateTime", "1792746900");
    const auto product = only_product(facts);
    BOOST_TEST(text(product.pattern_built_at) == "2026-10-23T05:00:00");
    BOOST_TEST(text(product.pattern_applied_at) == "none");
    BOOST_TEST(
        why(product, "pattern_applied_at").find("nobody has verified this source")
        != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_security_center_speaks_only_for_products_that_we_do_not_know)
{
    RecordedFacts facts;
    facts.add_wmi("AntiVirusProduct", "productState", std::to_string(0x061100));
    BOOST_TEST(only_product(facts).id == "wsc");
    BOOST_TEST((only_product(facts).realtime == wire::Switch::on));
    facts.add_value(R"(HKLM\SOFTWARE\Avira\Antivirus)", "VdfVersion", "8.20.1.2");
    BOOST_TEST(only_product(facts).id == "avira");
}

BOOST_AUTO_TEST_CASE(consumer_products_are_read_from_their_text_files)
{
    RecordedFacts facts;
    facts.add_file(
        R"(%ProgramFiles%\Avast Software\Avast\defs\aswdefs.ini)",
        "[Definitions]\r\nLatest=26102304\r\n");
    BOOST_TEST(text(only_product(facts).pattern_built_at) == "2026-10-23T04:00:00");

    facts = RecordedFacts{};
    facts.add_file(
        R"(%ProgramData%\Malwarebytes\MBAMService\config\UpdateControllerConfig.json)",
        "checksum\n{\"db_pub_date\" : 1792746900, \"x\":1}");
    BOOST_TEST(text(only_product(facts).pattern_built_at) == "2026-10-23T09:15:00");

    facts = RecordedFacts{};
    facts.add_service("EPSecurityService", true);
    facts.add_file(
        R"(%ProgramFiles%\Bitdefender\Endpoint Security\update_statistics.xml)",
        "<UpdateStatistics><Antispam><Update succtime=\"1\"/></Antispam>\n"
        "<Antivirus><Update failtime=\"0\" succtime=\"1792746900\"/></Antivirus>");
    BOOST_TEST(text(only_product(facts).pattern_applied_at) == "2026-10-23T09:15:00");
}

BOOST_AUTO_TEST_CASE(every_product_says_why_each_missing_fact_is_missing)
{
    // Each product is found by its first kind of evidence and knows nothing else.
    for (const Product& product : embedded_definitions().products)
    {
        const std::string platform = product.platforms.front() == "linux" ? "linux" : "windows";
        RecordedFacts facts{platform};
        const Source& evidence = product.presence.front();
        if (evidence.method == Method::service)
            facts.add_service(evidence.name, std::nullopt);
        else if (evidence.method == Method::process)
            facts.add_process(evidence.name);
        else if (evidence.method == Method::registry)
            facts.add_value(evidence.key, evidence.value, "x");
        else if (evidence.method == Method::file_exists)
            facts.add_file(evidence.paths.front(), "");
        else if (evidence.method == Method::package)
            facts.add_package(evidence.names.front(), "0");
        else if (evidence.method == Method::wmi)
            facts.add_wmi(evidence.wmi_class, evidence.value, "x");
        else if (evidence.method == Method::uninstall)
            facts.add_value(
                R"(HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\x)", "DisplayName",
                evidence.name);
        BOOST_TEST_CONTEXT(product.id)
        {
            const auto section = find_products(embedded_definitions(), facts, now);
            const auto found = std::find_if(
                section.products.begin(), section.products.end(),
                [&](const wire::AntivirusProduct& one) { return one.id == product.id; });
            BOOST_REQUIRE((found != section.products.end()));
            const auto told = [&](std::string_view fact) {
                const auto& absent = product.not_applicable;
                return !why(*found, fact).empty()
                       || std::find(absent.begin(), absent.end(), fact) != absent.end();
            };
            BOOST_TEST((found->realtime != wire::Switch::on));
            if (found->realtime == wire::Switch::unknown)
                BOOST_TEST(told("realtime"));
            BOOST_TEST(told("version"));
            BOOST_TEST(told("last_scan_at"));
            BOOST_TEST(told("licence_until"));
            if (product.has_pattern)
            {
                BOOST_TEST(told("pattern_version"));
                BOOST_TEST(told("pattern_built_at"));
                BOOST_TEST(told("pattern_applied_at"));
                BOOST_TEST(told("update_tried_at"));
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace mimamori::agent::antivirus
