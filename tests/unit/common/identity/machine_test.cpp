#include "common/identity/machine.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <ostream>

namespace mimamori::identity {
namespace {

namespace data = boost::unit_test::data;

struct ValueCase
{
    FactKind kind;
    std::string_view value;

    friend std::ostream& operator<<(std::ostream& out, const ValueCase& c)
    {
        return out << to_text(c.kind) << " \"" << c.value << '"';
    }
};

const ValueCase junk[] = {
    {FactKind::serial, "To be filled by O.E.M."},
    {FactKind::serial, "To Be Filled By O.E.M"},
    {FactKind::serial, "  to-be-filled-by-oem "},
    {FactKind::serial, "Default string"},
    {FactKind::serial, "System Serial Number"},
    {FactKind::serial, "Not Specified"},
    {FactKind::serial, "None"},
    {FactKind::serial, "N/A"},
    {FactKind::serial, "0"},
    {FactKind::serial, "00000000"},
    {FactKind::serial, "FFFFFFFF"},
    {FactKind::serial, "................"},
    {FactKind::serial, "xxxxxxxxxxxx"},
    {FactKind::serial, "123456789"},
    {FactKind::serial, "INVALID"},
    {FactKind::serial, ""},
    {FactKind::serial, "abc"},
    {FactKind::board_serial, "Base Board Serial Number"},
    {FactKind::board_serial, "MB-1234567890"},
    {FactKind::board_serial, "Type2 - Board Serial Number"},
    {FactKind::disk_serial, "0000_0000_0000_0000"},
    {FactKind::uuid, "00000000-0000-0000-0000-000000000000"},
    {FactKind::uuid, "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF"},
    {FactKind::uuid, "03000200-0400-0500-0006-000700080009"},
    {FactKind::uuid, "{00020003-0004-0005-0006-000700080009}"},
    {FactKind::uuid, "4C4C4544-0020-2010-8020-80C04F202020"},
    {FactKind::uuid, "Not Settable"},
    {FactKind::uuid, "1234"},
    {FactKind::mac, "00:00:00:00:00:00"},
    {FactKind::mac, "ff:ff:ff:ff:ff:ff"},
    {FactKind::mac, "02:42:ac:11:00:02"},
    {FactKind::mac, "01:00:5e:00:00:01"},
    {FactKind::mac, "00-09-0F-FE-00-01"},
    {FactKind::mac, "00:ff:12:34:56:78"},
    {FactKind::mac, "44:45:53:54:00:00"},
    {FactKind::mac, "not a mac"},
    {FactKind::mac, "00:11:22:33:44"},
    {FactKind::hostname, "localhost"},
    {FactKind::hostname, "LOCALHOST.localdomain"},
    {FactKind::hostname, " "},
};

BOOST_AUTO_TEST_SUITE(machine_facts)

BOOST_DATA_TEST_CASE(a_value_that_many_machines_share_is_junk, data::make(junk), fact)
{
    BOOST_TEST(is_junk(fact.kind, fact.value));
}

const ValueCase good[] = {
    {FactKind::serial, "5CG1234XYZ"},
    {FactKind::serial, "1234567891"},
    {FactKind::serial, "7K2M"},
    {FactKind::board_serial, "/8D7JKX2/CNCMS0012345/"},
    {FactKind::disk_serial, "S3Z9NB0K123456A"},
    {FactKind::disk_serial, "0000_0000_0100_0000_E4D2_5C2E_1234_5678"},
    {FactKind::uuid, "4C4C4544-0039-4A10-8052-B7C04F4B5832"},
    {FactKind::mac, "00:1b:21:3a:4f:5e"},
    {FactKind::mac, "3C-52-82-AA-BB-CC"},
    {FactKind::mac, "f875.a412.3456"},
    {FactKind::hostname, "NURSE-03"},
};

BOOST_DATA_TEST_CASE(a_value_of_one_machine_is_kept, data::make(good), fact)
{
    BOOST_TEST(!is_junk(fact.kind, fact.value));
}

BOOST_AUTO_TEST_CASE(a_fingerprint_is_normalised_sorted_and_without_junk)
{
    wire::MachineFacts machine;
    machine.hostname = "Nurse-03";
    machine.uuid = "{4C4C4544-0039-4A10-8052-B7C04F4B5832}";
    machine.serial = "To be filled by O.E.M.";
    machine.disk_serials = {" S3Z9NB0K123456A ", "s3z9nb0k123456a", "0"};
    machine.macs = {"3C-52-82-AA-BB-CC", "00:00:00:00:00:00"};

    const std::vector<Fact> expected{
        {FactKind::uuid, "4c4c4544-0039-4a10-8052-b7c04f4b5832"},
        {FactKind::disk_serial, "s3z9nb0k123456a"},
        {FactKind::mac, "3c:52:82:aa:bb:cc"},
        {FactKind::hostname, "nurse-03"}};
    BOOST_TEST((fingerprint_of(machine) == expected));
}

BOOST_AUTO_TEST_CASE(a_flood_of_facts_is_cut)
{
    wire::MachineFacts machine;
    for (int i = 0; i < 200; ++i)
        machine.disk_serials.push_back("SERIAL" + std::to_string(1000 + i));
    BOOST_TEST(fingerprint_of(machine).size() == facts_of_a_kind_max);
    BOOST_TEST(without_junk(machine).disk_serials.size() == facts_of_a_kind_max);
}

BOOST_AUTO_TEST_CASE(what_is_sent_keeps_the_host_name_and_loses_junk)
{
    wire::MachineFacts machine;
    machine.hostname = "localhost";
    machine.serial = "Default string";
    machine.board_serial = "/8D7JKX2/";
    machine.uuid = "03000200-0400-0500-0006-000700080009";
    machine.macs = {"02:42:ac:11:00:02", "00:1b:21:3a:4f:5e"};
    machine.os = std::string(1000, 'x');

    const wire::MachineFacts sent = without_junk(machine);
    BOOST_TEST(sent.hostname == "localhost");
    BOOST_TEST(sent.serial.empty());
    BOOST_TEST(sent.board_serial == "/8D7JKX2/");
    BOOST_TEST(sent.uuid.empty());
    BOOST_TEST((sent.macs == std::vector<std::string>{"00:1b:21:3a:4f:5e"}));
    BOOST_TEST(sent.os.size() == 256u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace mimamori::identity
