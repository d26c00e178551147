#include "tests/fleetsim/catalogue.hpp"

#include <array>

namespace mimamori::fleetsim {
namespace {

// The order of shares: records, office, viewer, modality, analyser, server.
constexpr Department all_departments[] = {
    {"3E", "3階東病棟", {92, 4, 2, 2, 0, 0}},
    {"OPD", "外来", {84, 8, 4, 4, 0, 0}},
    {"MED", "医事課", {25, 75, 0, 0, 0, 0}},
    {"4W", "4階西病棟", {92, 4, 2, 2, 0, 0}},
    {"RAD", "放射線部", {25, 5, 35, 33, 0, 2}},
    {"LAB", "検査部", {35, 5, 3, 2, 52, 3}},
    {"5E", "5階東病棟", {92, 4, 2, 2, 0, 0}},
    {"PHA", "薬剤部", {70, 15, 0, 0, 15, 0}},
    {"OR", "手術部", {55, 2, 13, 30, 0, 0}},
    {"ADM", "事務部", {5, 95, 0, 0, 0, 0}},
    {"ICU", "集中治療室", {62, 2, 8, 26, 2, 0}},
    {"ENDO", "内視鏡センター", {45, 5, 20, 30, 0, 0}},
    {"DIA", "透析室", {60, 5, 0, 35, 0, 0}},
    {"REH", "リハビリテーション部", {85, 15, 0, 0, 0, 0}},
    {"SRV", "サーバ室", {0, 20, 0, 0, 0, 80}},
};

// Updates without a KB number are newer than the facts about builds that we have: the numbers are
// made up, and higher than all that are known.
constexpr Patch patches_24h2[] = {
    {10022, "", "2026-11-10"},         {9741, "", "2026-10-13"},
    {9445, "KB5124008", "2026-09-08"}, {9168, "KB5121003", "2026-08-11"},
    {8875, "KB5101650", "2026-07-14"}, {8655, "KB5094126", "2026-06-09"},
    {8457, "KB5089549", "2026-05-12"}, {8246, "KB5083769", "2026-04-14"},
};
constexpr Patch patches_23h2[] = {
    {7376, "KB5099414", "2026-07-14"},
    {7219, "KB5093998", "2026-06-09"},
    {7079, "KB5087420", "2026-05-12"},
    {6649, "KB5075941", "2026-02-10"},
};
constexpr Patch patches_1904x[] = {
    {8011, "", "2026-11-10"},          {7892, "", "2026-10-13"},
    {7663, "KB5120249", "2026-08-11"}, {7548, "KB5099539", "2026-07-14"},
    {7417, "KB5094127", "2026-06-09"}, {7291, "KB5087544", "2026-05-12"},
    {7184, "KB5082200", "2026-04-14"}, {7058, "KB5078885", "2026-03-10"},
};
constexpr Patch patches_22h2_ended[] = {{6456, "KB5066791", "2025-10-14"}};
constexpr Patch patches_1809[] = {
    {9446, "", "2026-11-10"},          {9334, "", "2026-10-13"},
    {9121, "KB5120238", "2026-08-11"}, {9020, "KB5099538", "2026-07-14"},
    {8880, "KB5094123", "2026-06-09"}, {8755, "KB5087538", "2026-05-12"},
    {8644, "KB5082123", "2026-04-14"}, {8511, "KB5078752", "2026-03-10"},
};
constexpr Patch patches_1607[] = {
    {9689, "", "2026-11-10"},          {9601, "", "2026-10-13"},
    {9418, "KB5120418", "2026-08-11"}, {9339, "KB5099535", "2026-07-14"},
    {9234, "KB5094122", "2026-06-09"}, {9140, "KB5087537", "2026-05-12"},
    {9060, "KB5082198", "2026-04-14"}, {8957, "KB5078938", "2026-03-10"},
};
constexpr Patch patches_2022[] = {
    {5826, "", "2026-11-10"},          {5718, "", "2026-10-13"},
    {5499, "KB5120242", "2026-08-11"}, {5386, "KB5099540", "2026-07-14"},
    {5256, "KB5094128", "2026-06-09"}, {5139, "KB5087545", "2026-05-12"},
    {5020, "KB5082142", "2026-04-14"}, {4893, "KB5078766", "2026-03-10"},
};
constexpr Patch patches_7[] = {
    {24545, "KB5034167", "2024-01-09"}, {24384, "KB4534310", "2020-01-14"}};

constexpr System all_systems[] = {
    {"windows", "Windows 11 Pro", "", "Professional", "25H2", 26200, "general", "10.0.26200",
     patches_24h2},
    {"windows", "Windows 11 Pro", "", "Professional", "23H2", 22631, "general", "10.0.22631",
     patches_23h2},
    {"windows", "Windows 10 Pro", "", "Professional", "22H2", 19045, "general", "10.0.19045",
     patches_22h2_ended},
    {"windows", "Windows 10 Enterprise LTSC 2021", "", "EnterpriseS", "21H2", 19044, "ltsc",
     "10.0.19044", patches_1904x},
    {"windows", "Windows 10 Enterprise LTSC 2019", "", "EnterpriseS", "1809", 17763, "ltsc",
     "10.0.17763", patches_1809},
    {"windows", "Windows 10 Enterprise 2016 LTSB", "", "EnterpriseS", "1607", 14393, "ltsc",
     "10.0.14393", patches_1607},
    {"windows", "Windows 10 IoT Enterprise LTSC 2021", "", "IoTEnterpriseS", "21H2", 19044,
     "iot_ltsc", "10.0.19044", patches_1904x},
    {"windows", "Windows 7 Professional", "", "Professional", "SP1", 7601, "general", "6.1.7601",
     patches_7},
    {"windows", "Windows Server 2022 Standard", "", "ServerStandard", "21H2", 20348, "server",
     "10.0.20348", patches_2022},
    {"windows", "Windows Server 2016 Standard", "", "ServerStandard", "1607", 14393, "server",
     "10.0.14393", patches_1607},
    {"linux", "Debian GNU/Linux 12 (bookworm)", "debian", "", "12", 0, "", "6.1.0-41-amd64", {}},
    {"linux", "Ubuntu 22.04.5 LTS", "ubuntu", "", "22.04", 0, "", "5.15.0-140-generic", {}},
    {"linux", "CentOS Linux 7 (Core)", "centos", "", "7", 0, "", "3.10.0-1160.el7.x86_64", {}},
    {"windows", "Windows 11 Enterprise", "", "Enterprise", "24H2", 26100, "general", "10.0.26100",
     patches_24h2},
    {"windows", "Windows 11 Enterprise LTSC 2024", "", "EnterpriseS", "24H2", 26100, "ltsc",
     "10.0.26100", patches_24h2},
};

constexpr Weighted systems_records[] = {{34, 0}, {3, 1}, {4, 2}, {9, 3}, {14, 13}, {36, 14}};
constexpr Weighted systems_office[] = {{62, 0}, {8, 1}, {10, 2}, {20, 13}};
constexpr Weighted systems_viewer[] = {{25, 0}, {20, 3}, {25, 4}, {30, 14}};
constexpr Weighted systems_modality[] = {{22, 7}, {24, 5}, {28, 4}, {22, 6}, {4, 12}};
constexpr Weighted systems_analyser[] = {{20, 7}, {20, 4}, {35, 6}, {17, 10}, {8, 12}};
constexpr Weighted systems_server[] = {{45, 8}, {18, 9}, {22, 11}, {15, 10}};

constexpr Machine all_machines[] = {
    {"FUJITSU", "ESPRIMO D7012/LX", Chassis::desktop, "Intel Core i5-12500", 6, 16, "b0:ac:fa"},
    {"NEC", "Mate MKM28/B-A", Chassis::desktop, "Intel Core i5-1145G7", 4, 16, "8c:df:9d"},
    {"Dell Inc.", "OptiPlex 7010", Chassis::desktop, "Intel Core i5-13500", 14, 16, "c8:4b:d6"},
    {"HP", "HP ProDesk 400 G9 SFF", Chassis::desktop, "Intel Core i3-12100", 4, 8, "5c:60:ba"},
    {"Panasonic Corporation", "CFSV1-4", Chassis::notebook, "Intel Core i5-1145G7", 4, 16,
     "9c:b6:54"},
    {"FUJITSU", "LIFEBOOK U7412/LX", Chassis::notebook, "Intel Core i5-1235U", 10, 16, "4c:82:a9"},
    {"HP", "HP Z2 Tower G9", Chassis::desktop, "Intel Core i7-12700", 12, 32, "5c:60:ba"},
    {"Dell Inc.", "Precision 3660", Chassis::desktop, "Intel Core i7-12700", 12, 64, "c8:4b:d6"},
    {"Contec", "BX-220", Chassis::desktop, "Intel Atom E3845", 4, 4, "00:80:4c"},
    {"Advantech", "UNO-2484G", Chassis::desktop, "Intel Core i5-7300U", 4, 8, "00:d0:c9"},
    {"Dell Inc.", "PowerEdge R750", Chassis::server, "Intel Xeon Silver 4310", 24, 128, "c8:4b:d6"},
    {"FUJITSU", "PRIMERGY RX2540 M6", Chassis::server, "Intel Xeon Gold 5318Y", 48, 256,
     "b0:ac:fa"},
};

constexpr Weighted machines_records[] = {{40, 0}, {28, 1}, {10, 2}, {12, 4}, {10, 5}};
constexpr Weighted machines_office[] = {{30, 0}, {25, 3}, {20, 2}, {25, 5}};
constexpr Weighted machines_viewer[] = {{60, 6}, {40, 7}};
constexpr Weighted machines_modality[] = {{45, 9}, {30, 8}, {25, 6}};
constexpr Weighted machines_analyser[] = {{60, 8}, {40, 9}};
constexpr Weighted machines_server[] = {{55, 10}, {45, 11}};

constexpr Software all_windows_parts[] = {
    {"", "", "", "C:\\Windows\\System32\\svchost.exe"},
    {"", "", "", "C:\\Windows\\System32\\lsass.exe"},
    {"", "", "", "C:\\Windows\\System32\\services.exe"},
    {"", "", "", "C:\\Windows\\System32\\winlogon.exe"},
    {"", "", "", "C:\\Windows\\System32\\csrss.exe"},
    {"", "", "", "C:\\Windows\\System32\\smss.exe"},
    {"", "", "", "C:\\Windows\\System32\\wininit.exe"},
    {"", "", "", "C:\\Windows\\System32\\spoolsv.exe"},
    {"", "", "", "C:\\Windows\\explorer.exe"},
    {"", "", "", "C:\\Windows\\System32\\dwm.exe"},
    {"", "", "", "C:\\Windows\\System32\\taskhostw.exe"},
    {"", "", "", "C:\\Windows\\System32\\conhost.exe"},
    {"", "", "", "C:\\Windows\\System32\\dllhost.exe"},
    {"", "", "", "C:\\Windows\\System32\\ctfmon.exe"},
    {"", "", "", "C:\\Windows\\System32\\fontdrvhost.exe"},
    {"", "", "", "C:\\Windows\\System32\\RuntimeBroker.exe"},
    {"", "", "", "C:\\Windows\\System32\\SearchIndexer.exe"},
    {"", "", "", "C:\\Windows\\System32\\sihost.exe"},
    {"", "", "", "C:\\Windows\\System32\\wbem\\WmiPrvSE.exe"},
    {"", "", "", "C:\\Windows\\System32\\audiodg.exe"},
    {"7-Zip 24.08 (x64)", "Igor Pavlov", "24.08", ""},
    {"Microsoft Visual C++ 2015-2022 Redistributable (x64)", "Microsoft Corporation",
     "14.40.33810.0", ""},
    {"Microsoft Visual C++ 2015-2022 Redistributable (x86)", "Microsoft Corporation",
     "14.40.33810.0", ""},
    {"Microsoft .NET Runtime - 8.0.10 (x64)", "Microsoft Corporation", "64.40.12345", ""},
    {"Adobe Acrobat Reader (64-bit) - Japanese", "Adobe", "24.003.20180",
     "C:\\Program Files\\Adobe\\Acrobat DC\\Acrobat\\Acrobat.exe"},
    {"Microsoft Edge", "Microsoft Corporation", "131.0.2903.51",
     "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe"},
    {"ATOK Medical 3 for Windows", "株式会社ジャストシステム", "33.1.5",
     "C:\\Program Files\\JustSystems\\ATOK33\\ATOK33OM.exe"},
    {"SKYSEA Client View", "Sky株式会社", "19.210.06",
     "C:\\Program Files (x86)\\Sky Product\\SKYSEA Client View\\SkyClient.exe"},
    {"RICOH Driver Utility", "RICOH", "1.0.14.0", ""},
};

constexpr Software records_software[] = {
    {"電子カルテ クライアント", "みどり医療システムズ株式会社", "9.2.1",
     "C:\\Program Files (x86)\\MidoriEMR\\Client\\emrclient.exe"},
    {"看護支援システム クライアント", "みどり医療システムズ株式会社", "4.7.0",
     "C:\\Program Files (x86)\\MidoriEMR\\Nurse\\nursework.exe"},
    {"PACS Web ビューア", "北斗イメージング株式会社", "3.5.8",
     "C:\\Program Files\\Hokuto\\WebViewer\\hviewer.exe"},
    {"処方オーダ印刷", "みどり医療システムズ株式会社", "2.0.3",
     "C:\\Program Files (x86)\\MidoriEMR\\Print\\rxprint.exe"},
    {"カードリーダ ユーティリティ", "みどり医療システムズ株式会社", "2.12",
     "C:\\Program Files (x86)\\CardTool\\cardagent.exe"},
};
constexpr Software office_software[] = {
    {"Microsoft Office LTSC Professional Plus 2021 - ja-jp", "Microsoft Corporation",
     "16.0.14332.20812", "C:\\Program Files\\Microsoft Office\\root\\Office16\\EXCEL.EXE"},
    {"医事会計システム", "みどり医療システムズ株式会社", "7.4.2",
     "C:\\Program Files (x86)\\MidoriEMR\\Billing\\billing.exe"},
    {"レセプト電算 オンライン請求", "株式会社あおば情報", "3.0.1",
     "C:\\Program Files (x86)\\Receipt\\online\\rece.exe"},
    {"グループウェア通知", "株式会社あおば情報", "2.2.0",
     "C:\\Program Files (x86)\\AobaGroup\\notice.exe"},
};
constexpr Software viewer_software[] = {
    {"読影レポートシステム", "北斗イメージング株式会社", "5.1.0",
     "C:\\Program Files\\Hokuto\\Report\\hreport.exe"},
    {"PACS 診断ワークステーション", "北斗イメージング株式会社", "6.3.2",
     "C:\\Program Files\\Hokuto\\Station\\hstation.exe"},
    {"モニタ品質管理ツール", "EIZO株式会社", "5.2.1",
     "C:\\Program Files (x86)\\EIZO\\RadiCS\\radics.exe"},
};
constexpr Software modality_software[] = {
    {"Acquisition Console", "Hokuto Medical", "11.4.0", "D:\\Console\\bin\\acqconsole.exe"},
    {"DICOM Gateway", "Hokuto Medical", "2.8.1", "D:\\Console\\dicom\\dcmgate.exe"},
    {"Remote Service Agent", "Hokuto Medical", "1.9.0", "D:\\Console\\service\\rsagent.exe"},
};
constexpr Software analyser_software[] = {
    {"検体検査システム端末", "東雲ラボ株式会社", "8.0.5",
     "C:\\Program Files (x86)\\ShinonomeLIS\\lisclient.exe"},
    {"Analyzer Interface", "東雲ラボ株式会社", "3.3.0",
     "C:\\Program Files (x86)\\ShinonomeLIS\\astm\\astmlink.exe"},
};
constexpr Software server_software[] = {
    {"Microsoft SQL Server 2019", "Microsoft Corporation", "15.0.2000.5",
     "C:\\Program Files\\Microsoft SQL Server\\MSSQL15.MSSQLSERVER\\MSSQL\\Binn\\sqlservr.exe"},
    {"Backup Agent", "Arcserve", "10.0.7536", "C:\\Program Files\\Arcserve\\Agent\\service.exe"},
    {"UPS Management", "APC", "5.1.0", "C:\\Program Files\\APC\\PowerChute\\pcbeagent.exe"},
};

constexpr Software all_linux_packages[] = {
    {"openssh-server", "dpkg", "1:9.2p1-2+deb12u7", "/usr/sbin/sshd"},
    {"systemd", "dpkg", "252.39-1~deb12u1", "/usr/lib/systemd/systemd"},
    {"systemd-journald", "dpkg", "252.39-1~deb12u1", "/usr/lib/systemd/systemd-journald"},
    {"cron", "dpkg", "3.0pl1-162", "/usr/sbin/cron"},
    {"dbus", "dpkg", "1.14.10-1~deb12u1", "/usr/bin/dbus-daemon"},
    {"rsyslog", "dpkg", "8.2302.0-1", "/usr/sbin/rsyslogd"},
    {"chrony", "dpkg", "4.3-2+deb12u1", "/usr/sbin/chronyd"},
    {"postgresql-15", "dpkg", "15.14-0+deb12u1", "/usr/lib/postgresql/15/bin/postgres"},
    {"nginx", "dpkg", "1.22.1-9+deb12u3", "/usr/sbin/nginx"},
    {"openjdk-17-jre-headless", "dpkg", "17.0.16+8-1~deb12u1",
     "/usr/lib/jvm/java-17-openjdk-amd64/bin/java"},
    {"libc6", "dpkg", "2.36-9+deb12u13", ""},
    {"openssl", "dpkg", "3.0.17-1~deb12u3", ""},
    {"bash", "dpkg", "5.2.15-2+b9", "/usr/bin/bash"},
    {"clamav-daemon", "dpkg", "1.4.3+dfsg-1~deb12u1", "/usr/sbin/clamd"},
    {"clamav-freshclam", "dpkg", "1.4.3+dfsg-1~deb12u1", "/usr/bin/freshclam"},
    {"samba", "dpkg", "2:4.17.12+dfsg-0+deb12u2", "/usr/sbin/smbd"},
};

/// By role, in the order of `Role`.
constexpr std::array<std::span<const Weighted>, 6> systems_by_role{
    systems_records,  systems_office,   systems_viewer,
    systems_modality, systems_analyser, systems_server};
constexpr std::array<std::span<const Weighted>, 6> machines_by_role{
    machines_records,  machines_office,   machines_viewer,
    machines_modality, machines_analyser, machines_server};
constexpr std::array<std::span<const Software>, 6> software_by_role{
    records_software,  office_software,   viewer_software,
    modality_software, analyser_software, server_software};
constexpr std::array<std::string_view, 6> code_by_role{"EMR", "PC", "VIEW", "MOD", "ANA", "SV"};

std::size_t number_of(Role role)
{
    return static_cast<std::size_t>(role);
}

} // namespace

std::span<const Department> departments()
{
    return all_departments;
}

std::span<const System> systems()
{
    return all_systems;
}

std::span<const Weighted> systems_of(Role role)
{
    return systems_by_role[number_of(role)];
}

std::span<const Machine> machines()
{
    return all_machines;
}

std::span<const Weighted> machines_of(Role role)
{
    return machines_by_role[number_of(role)];
}

std::span<const Software> windows_parts()
{
    return all_windows_parts;
}

std::span<const Software> software_of(Role role)
{
    return software_by_role[number_of(role)];
}

std::span<const Software> linux_packages()
{
    return all_linux_packages;
}

std::string_view role_code(Role role)
{
    return code_by_role[number_of(role)];
}

} // namespace mimamori::fleetsim
